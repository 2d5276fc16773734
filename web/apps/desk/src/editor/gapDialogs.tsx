import type { GapView } from '@kefu/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Checkbox, Form, Input, Modal, Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useNavigate } from 'react-router';
import { api, explain, refresh } from '../app/api.ts';
import { intentChoices } from '../intents/IntentDialogs.tsx';
import { useIntents } from '../intents/useIntents.ts';
import { useVocabulary } from './words.ts';

type Props = { gap: GapView; onClose: () => void };

function useHandling(onClose: () => void) {
  const { message } = App.useApp();
  return {
    onSuccess: () => {
      void refresh(['editor']);
      onClose();
    },
    onError: (error: unknown) => void message.error(explain(error)),
  };
}

function textsOf(gap: GapView): string[] {
  return [...new Set(gap.examples.map(({ text }) => text))].filter((text) => text.length <= 200);
}

function Texts(props: { texts: string[]; value: string[]; onChange: (texts: string[]) => void }) {
  return (
    <Checkbox.Group
      className="gap-texts"
      value={props.value}
      onChange={(texts) => props.onChange(texts.map(String))}
      options={props.texts.map((text) => ({ value: text, label: text }))}
    />
  );
}

/** Adds the customers' own words to an article's draft. */
export function AddSimilar({ gap, onClose }: Props) {
  const navigate = useNavigate();
  const [key, setKey] = useState(gap.nearest[0]?.key);
  const [texts, setTexts] = useState(textsOf(gap));
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed);
  const found = useQuery({
    queryKey: ['editor', 'pick', q],
    queryFn: () => api.articles({ q, meaning: true, limit: 12 }),
    enabled: q.length > 0,
  });
  const handling = useHandling(onClose);
  const add = useMutation({
    mutationFn: () => api.gapSimilar(gap.id, { key: key ?? '', texts }),
    ...handling,
    onSuccess: () => {
      handling.onSuccess();
      navigate(`/editor/articles/${key}`);
    },
  });
  const options = new Map(gap.nearest.map((one) => [one.key, one.title]));
  for (const one of found.data?.items ?? []) options.set(one.key, one.title);
  return (
    <Modal
      open
      title="加为相似问"
      okText={`加入 ${texts.length} 条并打开条目`}
      okButtonProps={{ disabled: !key || texts.length === 0 }}
      confirmLoading={add.isPending}
      onOk={() => add.mutate()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <Form.Item label="加到哪个条目">
          <Select
            aria-label="加到哪个条目"
            showSearch={{ filterOption: false, onSearch: setTyped }}
            value={key}
            onChange={setKey}
            options={[...options].map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        <Form.Item label="客户的说法">
          <Texts texts={textsOf(gap)} value={texts} onChange={setTexts} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

type Values = { question: string; category: string };

/** Begins an article whose similar questions are the customers' own words. */
export function WriteArticle({ gap, onClose }: Props) {
  const vocabulary = useVocabulary();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const [texts, setTexts] = useState(textsOf(gap));
  const handling = useHandling(onClose);
  const write = useMutation({
    mutationFn: (values: Values) => api.gapArticle(gap.id, { ...values, texts }),
    ...handling,
    onSuccess: (handled) => {
      handling.onSuccess();
      navigate(`/editor/articles/${handled.article_key}`);
    },
  });
  return (
    <Modal
      open
      title="写新条目"
      okText="开始编写"
      confirmLoading={write.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{
          question: gap.examples[0]?.text,
          category: gap.nearest[0]?.key.split('.')[0],
        }}
        onFinish={write.mutate}
      >
        <Form.Item
          name="question"
          label="标准问法"
          rules={[{ required: true, min: 2, message: '请写一句问题' }]}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="category" label="类目" rules={[{ required: true, message: '请选择类目' }]}>
          <Select options={vocabulary?.categories} />
        </Form.Item>
        <Form.Item label="作为相似问的客户说法">
          <Texts texts={textsOf(gap)} value={texts} onChange={setTexts} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** Adds the customers' own words to the examples of an intent. */
export function AddToIntent({ gap, onClose }: Props) {
  const [intent, setIntent] = useState<string>();
  const [texts, setTexts] = useState(textsOf(gap));
  const intents = useIntents();
  const add = useMutation({
    mutationFn: () => api.gapIntent(gap.id, intent ?? '', texts),
    ...useHandling(onClose),
  });
  return (
    <Modal
      open
      title="加进意图"
      okText={`加入 ${texts.length} 条`}
      okButtonProps={{ disabled: !intent || texts.length === 0 }}
      confirmLoading={add.isPending}
      onOk={() => add.mutate()}
      onCancel={onClose}
    >
      <p className="muted">例句要训练、发布之后才起作用；发布后开始观察这类问题。</p>
      <Form layout="vertical">
        <Form.Item label="加到哪个意图">
          <Select
            aria-label="加到哪个意图"
            showSearch={{ optionFilterProp: 'label' }}
            value={intent}
            onChange={setIntent}
            options={intents && intentChoices(intents)}
          />
        </Form.Item>
        <Form.Item label="客户的说法">
          <Texts texts={textsOf(gap)} value={texts} onChange={setTexts} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

export function IgnoreGap({ gap, onClose }: Props) {
  const [text, setText] = useState('');
  const ignore = useMutation({
    mutationFn: () => api.gapIgnore(gap.id, text.trim()),
    ...useHandling(onClose),
  });
  return (
    <Modal
      open
      title="忽略这一类问题"
      okText="忽略"
      okButtonProps={{ disabled: !text.trim() }}
      confirmLoading={ignore.isPending}
      onOk={() => ignore.mutate()}
      onCancel={onClose}
    >
      <Input.TextArea
        aria-label="为什么忽略"
        placeholder="为什么忽略，例如：不是本店业务"
        rows={3}
        maxLength={1000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </Modal>
  );
}
