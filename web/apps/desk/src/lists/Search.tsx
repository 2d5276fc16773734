import { SearchOutlined } from '@ant-design/icons';
import type { FoundConversation } from '@kefu/api';
import { formatTime } from '@kefu/chat';
import { useQuery } from '@tanstack/react-query';
import { Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { api, keys } from '../app/api.ts';
import { useShortcuts } from '../app/shortcuts.ts';
import { StateTag } from './ConversationList.tsx';
import { ListState } from './ListState.tsx';
import { useNow } from './useNow.ts';

const PAUSE_MS = 250;

/** The words once the typing pauses, so that not every key asks the service. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), text ? PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

export function SearchBox({ words, onWords }: { words: string; onWords: (words: string) => void }) {
  const input = useRef<InputRef>(null);
  useShortcuts({ search: () => input.current?.focus({ cursor: 'all' }) });
  return (
    <div className="search">
      <Input
        ref={input}
        allowClear
        aria-label="搜索会话"
        prefix={<SearchOutlined />}
        title="Alt + S"
        placeholder="搜内容、客户、单号、#标签"
        value={words}
        onChange={(event) => onWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onWords('');
        }}
      />
    </div>
  );
}

const places: Record<string, string> = {
  customer: '客户',
  summary: '小结',
  note: '备注',
  ticket: '工单',
};

export function SearchResults({ words, selected }: { words: string; selected?: string }) {
  const settled = useSettled(words.trim());
  const tag = settled.startsWith('#') ? settled.slice(1) : '';
  const query = useQuery({
    queryKey: keys.search(settled),
    queryFn: () => api.search(tag ? { tag } : { q: settled }),
    enabled: settled.length > (settled.startsWith('#') ? 1 : 0),
  });
  const now = useNow();
  return (
    <ListState query={query} items={query.data} empty="没有找到。只能搜到您看得到的会话">
      {(items) => (
        <ul className="list" data-testid="found">
          {items.map((found) => (
            <Result
              key={found.conversation.id}
              found={found}
              words={tag ? '' : settled}
              selected={found.conversation.id === selected}
              now={now}
            />
          ))}
        </ul>
      )}
    </ListState>
  );
}

type ResultProps = { found: FoundConversation; words: string; selected: boolean; now: Date };

function Result({ found: { conversation, hits }, words, selected, now }: ResultProps) {
  const seq = hits.find((hit) => hit.seq)?.seq;
  return (
    <li className="list-item" data-selected={selected}>
      <Link
        className="list-main"
        to={`/conversations/${conversation.id}${seq ? `?seq=${seq}` : ''}`}
      >
        <span className="list-head">
          <strong>{conversation.customer.name}</strong>
          <StateTag state={conversation.state} />
          <time className="list-time" dateTime={conversation.last_activity_at}>
            {formatTime(conversation.last_activity_at, now)}
          </time>
        </span>
        {hits.map((hit) => (
          <span key={hit.where + hit.text} className="found-text">
            {places[hit.where] && `${places[hit.where]}：`}
            {hit.text ? <Marked text={hit.text} words={words} /> : conversation.last_message}
          </span>
        ))}
      </Link>
    </li>
  );
}

function Marked({ text, words }: { text: string; words: string }) {
  const at = words ? text.toLowerCase().indexOf(words.toLowerCase()) : -1;
  if (at < 0) return <>{text}</>;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + words.length)}</mark>
      {text.slice(at + words.length)}
    </>
  );
}
