import type { StaffConversationState } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Badge, Select, Tabs } from 'antd';
import { useEffect, useState } from 'react';
import { api, keys } from '../app/api.ts';
import { ConversationList } from './ConversationList.tsx';
import { QueueList } from './QueueList.tsx';

const REFRESH_MS = 30_000;

export function Sidebar({ selected }: { selected?: string }) {
  const queue = useQuery({
    queryKey: keys.queue,
    queryFn: api.queue,
    refetchInterval: REFRESH_MS,
  });
  const mine = useQuery({
    queryKey: keys.list('mine'),
    queryFn: () => api.conversations({ mine: true, state: 'human' }),
    refetchInterval: REFRESH_MS,
  });
  const waiting = queue.data?.items.length ?? 0;
  const unread = mine.data?.items.reduce((sum, item) => sum + (item.unread ?? 0), 0) ?? 0;
  useTitle(waiting, unread);
  return (
    <nav className="sidebar" aria-label="会话列表">
      <Tabs
        centered
        defaultActiveKey="queue"
        items={[
          {
            key: 'queue',
            label: <Counted label="排队" count={waiting} urgent />,
            children: <QueueList query={queue} />,
          },
          {
            key: 'mine',
            label: <Counted label="我的会话" count={mine.data?.items.length ?? 0} />,
            children: (
              <ConversationList query={mine} selected={selected} empty="还没有接待中的会话" />
            ),
          },
          { key: 'all', label: '全部', children: <AllConversations selected={selected} /> },
        ]}
      />
    </nav>
  );
}

function Counted(props: { label: string; count: number; urgent?: boolean }) {
  return (
    <span className="counted">
      {props.label}
      <Badge
        count={props.count}
        size="small"
        color={props.urgent ? undefined : 'var(--desk-accent)'}
      />
    </span>
  );
}

const states: { value: StaffConversationState | ''; label: string }[] = [
  { value: '', label: '全部状态' },
  { value: 'bot', label: '机器人接待' },
  { value: 'queued', label: '排队中' },
  { value: 'human', label: '人工接待' },
  { value: 'closed', label: '已结束' },
];

function AllConversations({ selected }: { selected?: string }) {
  const [state, setState] = useState<StaffConversationState | ''>('');
  const query = useQuery({
    queryKey: keys.list(`all:${state}`),
    queryFn: () => api.conversations({ state: state || undefined }),
  });
  return (
    <>
      <Select
        className="sidebar-filter"
        aria-label="会话状态"
        value={state}
        onChange={setState}
        options={states}
      />
      <ConversationList query={query} selected={selected} empty="没有这样的会话" />
    </>
  );
}

/** How much is waiting shows in the browser's tab, for those who work in another one. */
function useTitle(waiting: number, unread: number): void {
  useEffect(() => {
    const parts = [waiting > 0 && `排队 ${waiting}`, unread > 0 && `未读 ${unread}`].filter(
      Boolean,
    );
    document.title = parts.length > 0 ? `(${parts.join(' · ')}) 坐席工作台` : '坐席工作台';
  }, [waiting, unread]);
}
