import type { GapState, GapView } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Card, Empty, Segmented, Skeleton, Space, Tag } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, explain, refresh } from '../app/api.ts';
import { AddSimilar, AddToIntent, IgnoreGap, WriteArticle } from './gapDialogs.tsx';

const states: { value: GapState; label: string }[] = [
  { value: 'open', label: '待处理' },
  { value: 'drafted', label: '已写草稿' },
  { value: 'watching', label: '已发布，观察中' },
  { value: 'closed', label: '已解决' },
  { value: 'ignored', label: '已忽略' },
];

export const reasons: Record<string, string> = {
  unanswered: '没有作答',
  none: '选了都不是',
  useless: '点了没用',
  rephrased: '换了说法再问',
  escalated: '转了人工',
};

export function Gaps() {
  const [state, setState] = useState<GapState>('open');
  const { message } = App.useApp();
  const gaps = useQuery({
    queryKey: ['editor', 'gaps', state],
    queryFn: () => api.unanswered(state),
  });
  const regroup = useMutation({
    mutationFn: api.regroup,
    onSuccess: () => refresh(['editor', 'gaps']),
    onError: (error) => void message.error(explain(error)),
  });
  const counts = gaps.data?.counts ?? {};
  return (
    <section className="editor-page" aria-label="没听懂的问题">
      <div className="editor-tools">
        <Segmented<GapState>
          aria-label="处理状态"
          value={state}
          onChange={setState}
          options={states.map(({ value, label }) => ({
            value,
            label: counts[value] ? `${label} ${counts[value]}` : label,
          }))}
        />
        <span className="topbar-space" />
        <Button loading={regroup.isPending} onClick={() => regroup.mutate()}>
          重新归类
        </Button>
      </div>
      <p className="muted">
        按代价排列：次数 × 坐席分钟 ×
        不满程度。处理过的问题，之后有同类问题被答对才算解决；又没答上会重新打开。
      </p>
      {gaps.isError && <Alert type="error" showIcon title={explain(gaps.error)} />}
      {gaps.isPending && <Skeleton active />}
      {gaps.data?.items.length === 0 && (
        <Empty description="这里没有问题" image={Empty.PRESENTED_IMAGE_SIMPLE} />
      )}
      <div className="gaps">
        {gaps.data?.items.map((gap) => (
          <GapCard key={gap.id} gap={gap} />
        ))}
      </div>
    </section>
  );
}

function GapCard({ gap }: { gap: GapView }) {
  const [all, setAll] = useState(false);
  const shown = all ? gap.examples : gap.examples.slice(0, 4);
  return (
    <Card
      size="small"
      data-testid="gap"
      title={gap.name}
      extra={
        <Space>
          <Tag variant="filled">{gap.size} 次</Tag>
          <Tag variant="filled" color="orange">
            约 {gap.cost} 分钟
          </Tag>
        </Space>
      }
    >
      <ul className="gap-examples">
        {shown.map((one) => (
          <li key={`${one.at}${one.text}`}>
            “{one.text}” <span className="muted">{reasons[one.reason]}</span>
          </li>
        ))}
      </ul>
      {gap.examples.length > shown.length && (
        <Button type="link" size="small" onClick={() => setAll(true)}>
          看全部 {gap.examples.length} 条例子
        </Button>
      )}
      {gap.nearest.length > 0 && (
        <p className="gap-nearest">
          <span className="muted">最接近的条目：</span>
          {gap.nearest.map((one) => (
            <Link key={one.key} to={`/editor/articles/${one.key}`}>
              {one.title}
            </Link>
          ))}
        </p>
      )}
      {gap.reason && (
        <p className="muted">
          {gap.state === 'ignored' && '原因：'}
          {gap.reason}
        </p>
      )}
      <footer className="gap-actions">
        <span className="muted">最近 {formatDateTime(gap.last_at)}</span>
        <GapActions gap={gap} />
      </footer>
    </Card>
  );
}

function GapActions({ gap }: { gap: GapView }) {
  const [doing, setDoing] = useState<'similar' | 'article' | 'intent' | 'ignore'>();
  const { message } = App.useApp();
  const reopen = useMutation({
    mutationFn: () => api.gapReopen(gap.id),
    onSuccess: () => refresh(['editor', 'gaps']),
    onError: (error) => void message.error(explain(error)),
  });
  const close = () => setDoing(undefined);
  if (gap.state !== 'open') {
    return (
      <Space>
        {gap.article_key && <Link to={`/editor/articles/${gap.article_key}`}>看条目</Link>}
        <Button size="small" onClick={() => reopen.mutate()}>
          重新打开
        </Button>
      </Space>
    );
  }
  return (
    <Space wrap>
      <Button size="small" type="primary" onClick={() => setDoing('similar')}>
        加为相似问
      </Button>
      <Button size="small" onClick={() => setDoing('article')}>
        写新条目
      </Button>
      <Button size="small" onClick={() => setDoing('intent')}>
        加进意图
      </Button>
      <Button size="small" type="text" onClick={() => setDoing('ignore')}>
        忽略
      </Button>
      {doing === 'similar' && <AddSimilar gap={gap} onClose={close} />}
      {doing === 'article' && <WriteArticle gap={gap} onClose={close} />}
      {doing === 'intent' && <AddToIntent gap={gap} onClose={close} />}
      {doing === 'ignore' && <IgnoreGap gap={gap} onClose={close} />}
    </Space>
  );
}
