import type { ListName } from '@kefu/api';
import { Badge } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { useShortcuts } from '../app/shortcuts.ts';
import { ConversationList, inTurn } from './ConversationList.tsx';
import { QueueList, useClaim } from './QueueList.tsx';
import { useCounts, useList, useQueue } from './queries.ts';
import { SearchBox, SearchResults } from './Search.tsx';

type Shown = ListName | 'queue';

const lists: { name: Shown; label: string; empty: string }[] = [
  { name: 'queue', label: '排队', empty: '' },
  { name: 'mine', label: '我的', empty: '还没有接待中的会话' },
  { name: 'callbacks', label: '回电', empty: '没有等回电的客户' },
  { name: 'team', label: '团队', empty: '团队没有接待中的会话' },
  { name: 'responsible', label: '首接待答复', empty: '您首接的客户都已得到答复' },
  { name: 'all', label: '全部', empty: '没有进行中的会话' },
  { name: 'closed', label: '已结束', empty: '没有已结束的会话' },
];

const CHOSEN = 'kefu:desk:list';

/** The list that was open last, over a reload too. */
function chosenBefore(): Shown {
  const before = localStorage.getItem(CHOSEN);
  return lists.find(({ name }) => name === before)?.name ?? 'queue';
}

export function Sidebar({ selected }: { selected?: string }) {
  const [shown, setShown] = useState<Shown>(chosenBefore);
  const [words, setWords] = useState('');
  const searching = words.trim() !== '';
  const counts = useCounts().data;
  useEffect(() => localStorage.setItem(CHOSEN, shown), [shown]);
  useTitle(counts?.queue ?? 0, counts?.unread ?? 0);
  useListKeys(shown, setShown, selected);
  const list = lists.find(({ name }) => name === shown);
  return (
    <nav className="sidebar" aria-label="会话列表">
      <SearchBox words={words} onWords={setWords} />
      <div className="list-switch" role="tablist" aria-label="列表">
        {lists.map(({ name, label }) => (
          <button
            key={name}
            data-list={name}
            type="button"
            role="tab"
            aria-selected={name === shown && !searching}
            onClick={() => {
              setShown(name);
              setWords('');
            }}
          >
            {label}
            <Badge
              count={counts?.[name] ?? 0}
              size="small"
              overflowCount={999}
              color={name === 'queue' ? undefined : 'var(--desk-count)'}
            />
          </button>
        ))}
      </div>
      <div
        className="sidebar-list"
        role="tabpanel"
        aria-label={searching ? '搜索结果' : list?.label}
      >
        {searching ? (
          <SearchResults words={words} selected={selected} />
        ) : shown === 'queue' ? (
          <QueueList selected={selected} />
        ) : (
          <ConversationList
            key={shown}
            name={shown}
            selected={selected}
            empty={list?.empty ?? ''}
          />
        )}
      </div>
    </nav>
  );
}

/** Alt+Q goes through the lists, Alt+J/K through the conversations, Alt+A takes the next customer. */
function useListKeys(
  shown: Shown,
  setShown: (shown: Shown) => void,
  selected: string | undefined,
): void {
  const navigate = useNavigate();
  const queue = useQueue();
  const list = useList(shown === 'queue' ? 'mine' : shown);
  const claim = useClaim();
  const ids =
    shown === 'queue'
      ? queue.data?.items.map((item) => item.conversation_id)
      : inTurn(list.data?.pages.flatMap(({ items }) => items) ?? []).map(({ id }) => id);
  const step = (by: number) => {
    const here = ids?.indexOf(selected ?? '') ?? -1;
    const next = ids?.[here < 0 ? 0 : (here + by + ids.length) % ids.length];
    if (next) navigate(`/conversations/${next}`);
  };
  useShortcuts({
    list: () => {
      const here = lists.findIndex(({ name }) => name === shown);
      setShown(lists[(here + 1) % lists.length]?.name ?? 'queue');
    },
    next: () => step(1),
    previous: () => step(-1),
    accept: () => {
      const first = queue.data?.items.find((item) => !item.parked);
      if (first) claim.mutate(first.conversation_id);
    },
  });
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
