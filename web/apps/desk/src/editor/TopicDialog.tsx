import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined } from '@ant-design/icons';
import type { ReadingView, TopicView } from '@kefu/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Modal, Popconfirm, Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { api, explain, queryClient } from '../app/api.ts';
import { Ends, topicsKey } from './Topics.tsx';
import { useVocabulary } from './words.ts';

type Props = { topic?: TopicView; onClose: () => void };

/** One vague word: its other spellings, what it may mean, in which order, and when which comes first. */
export function TopicDialog({ topic, onClose }: Props) {
  const { message } = App.useApp();
  const [name, setName] = useState(topic?.topic ?? '');
  const [words, setWords] = useState(topic?.words ?? []);
  const [readings, setReadings] = useState<ReadingView[]>(topic?.readings ?? []);
  const done = (text: string) => (items: TopicView[]) => {
    queryClient.setQueryData(topicsKey, items);
    void message.success(text);
    onClose();
  };
  const save = useMutation({
    mutationFn: () =>
      api.saveTopic(name.trim(), { words, readings, version: topic?.version ?? '' }),
    onSuccess: done('已生效'),
  });
  const remove = useMutation({
    mutationFn: () => api.deleteTopic(name, topic?.version ?? ''),
    onSuccess: done('已删除'),
  });
  const error = save.error ?? remove.error;
  return (
    <Modal
      open
      width={720}
      title={topic ? `话题：${topic.topic}` : '新建话题'}
      okText="保存并生效"
      okButtonProps={{ disabled: !name.trim() || readings.length === 0 }}
      confirmLoading={save.isPending}
      onOk={() => save.mutate()}
      onCancel={onClose}
      footer={(buttons) => (
        <div className="topic-footer">
          {topic && (
            <Popconfirm title="删除这个话题？" onConfirm={() => remove.mutate()}>
              <Button danger type="text">
                删除话题
              </Button>
            </Popconfirm>
          )}
          <span className="topbar-space" />
          {buttons}
        </div>
      )}
    >
      {error && <Alert type="error" showIcon title={explain(error)} />}
      <Form layout="vertical" component="div">
        <Form.Item label="话题（客户常说的那个词）">
          <Input
            aria-label="话题"
            value={name}
            disabled={Boolean(topic)}
            maxLength={20}
            onChange={(event) => setName(event.target.value)}
          />
        </Form.Item>
        <Form.Item
          label="同样意思的其他写法"
          extra="拼音、错字、口语都可以；一个词只能属于一个话题"
        >
          <Select
            aria-label="其他写法"
            mode="tags"
            open={false}
            suffixIcon={null}
            tokenSeparators={['，', ',', '、', ' ']}
            value={words}
            onChange={setWords}
          />
        </Form.Item>
        <Form.Item label="可能的意思，平常最可能的放最上面">
          <Readings value={readings} onChange={setReadings} />
        </Form.Item>
      </Form>
      {topic && <Ends topic={topic} />}
    </Modal>
  );
}

type ReadingsProps = { value: ReadingView[]; onChange: (value: ReadingView[]) => void };

function Readings({ value, onChange }: ReadingsProps) {
  const vocabulary = useVocabulary();
  const move = (at: number, by: number) => {
    const next = [...value];
    const [moved] = next.splice(at, 1);
    if (moved) next.splice(at + by, 0, moved);
    onChange(next);
  };
  const change = (at: number, when: string[]) =>
    onChange(value.map((one, place) => (place === at ? { ...one, when } : one)));
  return (
    <>
      {value.map((reading, at) => (
        <div className="reading-row" key={reading.key}>
          <span className="reading-title">
            {at + 1}. {reading.title || reading.key}
          </span>
          <Select
            aria-label={`${reading.title} 在哪些订单状态时最前`}
            mode="multiple"
            size="small"
            placeholder="哪些订单状态时最前"
            value={reading.when}
            options={vocabulary?.order_states}
            onChange={(when) => change(at, when)}
          />
          <Button
            type="text"
            size="small"
            aria-label="上移"
            disabled={at === 0}
            icon={<ArrowUpOutlined />}
            onClick={() => move(at, -1)}
          />
          <Button
            type="text"
            size="small"
            aria-label="下移"
            disabled={at === value.length - 1}
            icon={<ArrowDownOutlined />}
            onClick={() => move(at, 1)}
          />
          <Button
            type="text"
            size="small"
            aria-label="去掉"
            icon={<CloseOutlined />}
            onClick={() => onChange(value.filter((_, place) => place !== at))}
          />
        </div>
      ))}
      <AddReading
        taken={value.map(({ key }) => key)}
        onAdd={(reading) => onChange([...value, reading])}
      />
    </>
  );
}

function AddReading(props: { taken: string[]; onAdd: (reading: ReadingView) => void }) {
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed);
  const found = useQuery({
    queryKey: ['editor', 'pick', q],
    queryFn: () => api.articles({ q, meaning: true, limit: 12 }),
    enabled: q.length > 0,
  });
  const items = (found.data?.items ?? []).filter(({ key }) => !props.taken.includes(key));
  return (
    <Select
      aria-label="加一个意思"
      placeholder="加一个意思：输入文字找条目"
      showSearch={{ filterOption: false, onSearch: setTyped }}
      value={null}
      options={items.map(({ key, title }) => ({ value: key, label: title }))}
      onChange={(key: string | null) => {
        const item = items.find((one) => one.key === key);
        if (item) props.onAdd({ key: item.key, title: item.title, when: [] });
        setTyped('');
      }}
    />
  );
}
