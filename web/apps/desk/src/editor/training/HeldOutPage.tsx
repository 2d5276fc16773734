import { DownloadOutlined } from '@ant-design/icons';
import type { HeldOutTab, HeldOutView, Label } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Input, Segmented, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { api, explain, refresh } from '../../app/api.ts';
import { reasons } from '../Gaps.tsx';
import { LabelForm } from './LabelForm.tsx';
import { describeLabel } from './labels.ts';

const tabs: { value: HeldOutTab; label: string; empty: string }[] = [
  { value: 'waiting', label: '待标注', empty: '没有新的话要标：有客户来问，这里就会有' },
  { value: 'review', label: '请我复核', empty: '没有别人标过、等您再标一遍的话' },
  { value: 'disputed', label: '有分歧', empty: '没有分歧' },
  { value: 'done', label: '已标注', empty: '还没有标过' },
  { value: 'dropped', label: '已略过', empty: '没有略过的话' },
];

/** Real messages that judge candidates: labelled here, by two people where they disagree. */
export function HeldOutPage() {
  const [tab, setTab] = useState<HeldOutTab>('waiting');
  const [words, setWords] = useState('');
  const list = useInfiniteQuery({
    queryKey: ['editor', 'held-out', tab, words],
    queryFn: ({ pageParam }) => api.heldOut(tab, words, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const first = list.data?.pages[0];
  const counts = first?.counts ?? {};
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const done = (counts.labelled ?? 0) + (counts.agreed ?? 0);
  const count = (of: HeldOutTab) => (of === 'done' ? done : counts[of]);
  return (
    <section className="editor-page held-out" aria-label="留出集">
      <div className="editor-tools">
        <Segmented<HeldOutTab>
          aria-label="哪些话"
          value={tab}
          onChange={setTab}
          options={tabs.map(({ value, label }) => ({
            value,
            label: count(value) ? `${label} ${count(value)}` : label,
          }))}
        />
        <span className="topbar-space" />
        <Input.Search
          allowClear
          aria-label="找留出的话"
          placeholder="找一句话"
          className="training-find"
          onSearch={setWords}
        />
        <Button icon={<DownloadOutlined />} href={api.heldOutUrl} disabled={!done}>
          导出
        </Button>
      </div>
      <p className="muted">
        真实客户的开场白，个人信息已抹去。标好的只用来评测候选，从不用于训练；和它们相同或相近的话加不进相似问。两个人标得不同就先不用，由另一位裁定。
        {first && `现有 ${done} 条标好的，另有随店内容带来的 ${first.file_lines} 条。`}
      </p>
      {list.isError && <Alert type="error" showIcon title={explain(list.error)} />}
      {list.isPending && <Skeleton active />}
      {list.data && items.length === 0 && (
        <Empty
          description={tabs.find((one) => one.value === tab)?.empty}
          image={Empty.PRESENTED_IMAGE_SIMPLE}
        />
      )}
      {items.map((item) => (
        <Item key={item.id} item={item} />
      ))}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          更多
        </Button>
      )}
    </section>
  );
}

function Item({ item }: { item: HeldOutView }) {
  const { message } = App.useApp();
  const [editing, setEditing] = useState(false);
  const settled = {
    onSuccess: () => {
      setEditing(false);
      void refresh(['editor', 'held-out']);
    },
    onError: (error: Error) => void message.error(explain(error), 8),
  };
  const label = useMutation({
    mutationFn: (given: Label) =>
      item.state === 'disputed' ? api.resolveLabel(item.id, given) : api.label(item.id, given),
    ...settled,
  });
  const drop = useMutation({ mutationFn: () => api.dropHeldOut(item.id), ...settled });
  const open = editing || item.state === 'waiting' || item.state === 'disputed' || !item.mine;
  return (
    <article className="held-out-item" data-testid="held-out">
      <div>
        <span className="held-out-text">{item.text}</span>{' '}
        <Tag variant="filled">{reasons[item.origin] ?? '抽样'}</Tag>
        <span className="muted">{formatDateTime(item.asked_at)}</span>
      </div>
      {item.labels.map((one) => (
        <div key={one.person?.id}>
          {one.person?.name}：<b>{describeLabel(one.label as Label)}</b>
          {item.state === 'disputed' && (
            <Button size="small" type="link" onClick={() => label.mutate(one.label as Label)}>
              以此为准
            </Button>
          )}
        </div>
      ))}
      {item.label && item.labels.length === 0 && <b>{describeLabel(item.label as Label)}</b>}
      {open && item.state !== 'dropped' && item.state !== 'agreed' ? (
        <LabelForm
          busy={label.isPending}
          submitText={item.state === 'disputed' ? '裁定' : '标好'}
          onSubmit={(given) => label.mutate(given)}
          onDrop={() => drop.mutate()}
        />
      ) : (
        item.state !== 'dropped' && (
          <div className="held-out-label">
            {item.state === 'labelled' && (
              <Button size="small" onClick={() => setEditing(true)}>
                改标
              </Button>
            )}
            <Button size="small" type="text" onClick={() => drop.mutate()}>
              从留出集移除
            </Button>
          </div>
        )
      )}
    </article>
  );
}
