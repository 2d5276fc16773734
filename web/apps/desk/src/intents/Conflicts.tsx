import type { ConflictView, Intents } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Progress, Segmented, Space, Tag } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, explain, queryClient } from '../app/api.ts';
import { ExampleText } from './ExampleText.tsx';
import { intentKeys, useIntentChange } from './useIntents.ts';

const POLL_MS = 700;

const kinds: Record<ConflictView['kind'], string> = {
  same: '同一句话',
  near: '几乎一样',
  article: '像知识条目',
  model: '模型另有看法',
};

/** Examples that contradict each other, found by machine; each is settled with one click. */
export function Conflicts({ intents }: { intents: Intents }) {
  const { message } = App.useApp();
  const [kind, setKind] = useState<ConflictView['kind'] | 'all'>('all');
  const last = useQuery({
    queryKey: intentKeys.conflicts,
    queryFn: api.conflicts,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? POLL_MS : false),
  });
  const find = useMutation({
    mutationFn: api.findConflicts,
    onSuccess: (found) => queryClient.setQueryData(intentKeys.conflicts, found),
    onError: (error) => void message.error(explain(error)),
  });
  const found = last.data;
  if (!found) return null;
  const running = found.state === 'running';
  const items = found.items.filter((one) => kind === 'all' || one.kind === kind);
  const count = (one: ConflictView['kind']) =>
    found.items.filter((item) => item.kind === one).length;
  return (
    <div data-testid="conflicts">
      <Space wrap className="editor-bulk">
        <Button type="primary" disabled={running} onClick={() => find.mutate()}>
          {found.state === 'never' ? '查找矛盾' : '重新查找'}
        </Button>
        {running && (
          <Progress className="conflict-progress" percent={Math.floor(found.share * 100)} />
        )}
        {running && <span className="muted">要一两分钟，可以离开这一页</span>}
        {found.at && !running && (
          <span className="muted">
            {formatDateTime(found.at)} 查过 {found.examples} 条例句，还有 {found.total} 处
            {found.total > found.items.length && `（列出 ${found.items.length} 处）`}
          </span>
        )}
      </Space>
      {found.state === 'failed' && (
        <Alert type="error" showIcon title="没有查完，请重试；什么都没有改动。" />
      )}
      {found.state === 'never' && (
        <Empty description="比对同一句话、几乎一样的话、知识条目里的问法，再让没见过这句话的模型猜一遍；要一两分钟，期间可以做别的。" />
      )}
      {found.items.length > 0 && (
        <Segmented
          aria-label="哪一种"
          value={kind}
          onChange={setKind}
          options={[
            { value: 'all' as const, label: `全部 ${found.items.length}` },
            ...(Object.keys(kinds) as ConflictView['kind'][]).map((one) => ({
              value: one,
              label: `${kinds[one]} ${count(one)}`,
            })),
          ]}
        />
      )}
      <ul className="conflicts">
        {items.map((one) => (
          <Conflict
            key={`${one.kind} ${one.intent} ${one.example} ${one.other}`}
            found={one}
            intents={intents}
          />
        ))}
      </ul>
    </div>
  );
}

function Conflict({ found, intents }: { found: ConflictView; intents: Intents }) {
  const { change, busy } = useIntentChange();
  const titleOf = (name: string) => intents.items.find((one) => one.name === name)?.title ?? name;
  const move = (from: string, text: string, target: string | null, said: string) =>
    change((numbers) => api.removeExamples(from, [text], target, numbers), said);
  const pair = found.kind === 'same' || found.kind === 'near';
  return (
    <li>
      <p>
        <Tag color={found.kind === 'same' ? 'red' : 'orange'}>{kinds[found.kind]}</Tag>
        <Link to={`/editor/intents?intent=${found.intent}`}>{titleOf(found.intent)}</Link>：
        <ExampleText example={found.example} entities={intents.entities} />
      </p>
      <p className="muted">
        {found.kind === 'model' &&
          `模型有 ${Math.round(found.share * 100)}% 的把握认为是“${found.other_title}”`}
        {found.kind === 'article' && (
          <>
            与<Link to={`/editor/articles/${found.other}`}>“{found.other_title}”</Link>的问法“
            {found.text}”相似 {Math.round(found.share * 100)}%
          </>
        )}
        {pair && (
          <>
            <Link to={`/editor/intents?intent=${found.other}`}>{found.other_title}</Link> 里有“
            {found.text}”
          </>
        )}
      </p>
      <Space wrap>
        {pair && (
          <Button
            size="small"
            loading={busy}
            onClick={() => move(found.other, found.text, null, `只留在“${titleOf(found.intent)}”`)}
          >
            只留在“{titleOf(found.intent)}”
          </Button>
        )}
        {pair && (
          <Button
            size="small"
            loading={busy}
            onClick={() => move(found.intent, found.example, null, `只留在“${found.other_title}”`)}
          >
            只留在“{found.other_title}”
          </Button>
        )}
        {found.kind === 'model' && (
          <Button
            size="small"
            loading={busy}
            onClick={() =>
              move(found.intent, found.example, found.other, `已移到“${found.other_title}”`)
            }
          >
            移到“{found.other_title}”
          </Button>
        )}
        {!pair && (
          <Button
            size="small"
            loading={busy}
            onClick={() => move(found.intent, found.example, null, '已删除这条例句')}
          >
            删除例句
          </Button>
        )}
      </Space>
    </li>
  );
}
