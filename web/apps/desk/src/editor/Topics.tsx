import { PlusOutlined } from '@ant-design/icons';
import type { TopicView } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Input, Segmented, Table, type TableColumnsType, Tag } from 'antd';
import { useState } from 'react';
import { api, explain } from '../app/api.ts';
import { TopicDialog } from './TopicDialog.tsx';
import { TopicPicture } from './TopicPicture.tsx';
import { labelOf, useVocabulary } from './words.ts';

export const topicsKey = ['editor', 'topics'] as const;

/** Vague words and what they may mean, with what customers chose. */
export function Topics() {
  const topics = useQuery({ queryKey: topicsKey, queryFn: api.topics });
  const [view, setView] = useState<'table' | 'picture'>('table');
  const [text, setText] = useState('');
  const [editing, setEditing] = useState<TopicView | 'new'>();
  const columns = useColumns(setEditing);
  const found = (topics.data ?? []).filter(
    (one) =>
      one.topic.includes(text) ||
      one.words.some((word) => word.includes(text)) ||
      one.readings.some((reading) => reading.title?.includes(text)),
  );
  return (
    <section className="editor-page" aria-label="含糊的词">
      <div className="editor-tools">
        <Input.Search
          className="editor-search"
          aria-label="搜索话题"
          placeholder="搜索词或条目"
          allowClear
          onChange={(event) => setText(event.target.value.trim())}
        />
        <Segmented
          aria-label="显示方式"
          value={view}
          onChange={setView}
          options={[
            { value: 'table', label: '表格' },
            { value: 'picture', label: '图' },
          ]}
        />
        <span className="topbar-space" />
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
          新建话题
        </Button>
      </div>
      {topics.isError && <Alert type="error" showIcon title={explain(topics.error)} />}
      {view === 'table' ? (
        <Table<TopicView>
          rowKey="topic"
          columns={columns}
          dataSource={found}
          loading={topics.isPending}
          pagination={{ pageSize: 20, showSizeChanger: false, showTotal: (n) => `共 ${n} 个` }}
          scroll={{ x: 900 }}
        />
      ) : (
        <TopicPicture topics={found} onOpen={setEditing} />
      )}
      {editing && (
        <TopicDialog
          topic={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
    </section>
  );
}

function useColumns(open: (topic: TopicView) => void): TableColumnsType<TopicView> {
  const vocabulary = useVocabulary();
  return [
    {
      title: '话题',
      width: 190,
      render: (_, one) => (
        <>
          <Button type="link" className="topic-name" onClick={() => open(one)}>
            {one.topic}
          </Button>
          <div className="muted">{one.words.slice(0, 6).join('、')}</div>
        </>
      ),
    },
    {
      title: '可能的意思（从上到下是平常的顺序）',
      render: (_, one) => (
        <ol className="topic-readings">
          {one.readings.map((reading) => (
            <li key={reading.key}>
              {reading.title || reading.key}
              {reading.when?.map((state) => (
                <Tag key={state} variant="filled" color="green">
                  {labelOf(vocabulary?.order_states, state)}时最前
                </Tag>
              ))}
            </li>
          ))}
        </ol>
      ),
    },
    { title: '收窄', width: 70, align: 'right', dataIndex: 'shown' },
    { title: '客户选了', width: 240, render: (_, one) => <Ends topic={one} /> },
  ];
}

export function Ends({ topic }: { topic: TopicView }) {
  if (topic.shown === 0) return <span className="muted">还没有客户用到</span>;
  const ranks = Object.entries(topic.ranks).map(([rank, count]) => `第 ${rank} 个 ${count}`);
  const { none = 0, retyped = 0, escalated = 0 } = topic.ends as Record<string, number>;
  return (
    <span>
      {ranks.join(' · ')}
      <span className="muted">
        {' '}
        都不是 {none} · 重新输入 {retyped} · 转人工 {escalated} · 选后解决 {topic.solved}
      </span>
    </span>
  );
}
