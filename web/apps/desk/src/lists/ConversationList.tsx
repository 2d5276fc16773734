import type { ConversationItem, ConversationState, ListName } from '@kefu/api';
import { formatTime } from '@kefu/chat';
import { Badge, Button, Tag } from 'antd';
import { Link } from 'react-router';
import { prefetchConversation } from '../conversation/useConversation.ts';
import { DueTag } from './DueTag.tsx';
import { ListState } from './ListState.tsx';
import { useList } from './queries.ts';
import { useNow } from './useNow.ts';
import { Waiting } from './Waiting.tsx';

const stateTags: Record<ConversationState, { text: string; color?: string }> = {
  new: { text: '新会话' },
  bot: { text: '机器人', color: 'blue' },
  queued: { text: '排队中', color: 'orange' },
  human: { text: '人工', color: 'green' },
  closed: { text: '已结束' },
};

export function StateTag({ state }: { state: ConversationState }) {
  const { text, color } = stateTags[state];
  return (
    <Tag color={color} variant="filled">
      {text}
    </Tag>
  );
}

type ConversationListProps = { name: ListName; selected?: string; empty: string };

export function ConversationList({ name, selected, empty }: ConversationListProps) {
  const query = useList(name);
  const now = useNow();
  const all = query.data?.pages.flatMap(({ items }) => items);
  return (
    <ListState query={query} items={name === 'mine' ? all && inTurn(all) : all} empty={empty}>
      {(items) => (
        <>
          <ul className="list" data-testid={`list-${name}`}>
            {items.map((item) => (
              <Line
                key={item.id}
                item={item}
                list={name}
                selected={item.id === selected}
                now={now}
              />
            ))}
          </ul>
          {query.hasNextPage && (
            <Button
              type="text"
              block
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              载入更多
            </Button>
          )}
        </>
      )}
    </ListState>
  );
}

/** One's own conversations in the order in which they want a word: who waits longest first, then the rest as it was. */
export function inTurn(items: readonly ConversationItem[]): ConversationItem[] {
  const since = (item: ConversationItem) =>
    item.transfer_to_me ? '' : (item.awaiting_since ?? '9999');
  return [...items].sort((a, b) => since(a).localeCompare(since(b)));
}

type LineProps = { item: ConversationItem; list: ListName; selected: boolean; now: Date };

function Line({ item, list, selected, now }: LineProps) {
  return (
    <li className="list-item" data-selected={selected} data-due={item.due?.state}>
      <Link
        className="list-main"
        to={`/conversations/${item.id}`}
        aria-current={selected ? 'page' : undefined}
        onPointerEnter={() => prefetchConversation(item.id)}
      >
        <span className="list-head">
          <strong>{item.customer.name}</strong>
          {list !== 'mine' && <StateTag state={item.state} />}
          {item.transfer_to_me && (
            <Tag color="orange" variant="filled">
              转接给您
            </Tag>
          )}
          {item.awaiting_since ? (
            <Waiting since={item.awaiting_since} now={now} prefix="等 " />
          ) : (
            <time dateTime={item.last_activity_at} className="list-time">
              {formatTime(item.last_activity_at, now)}
            </time>
          )}
        </span>
        <span className="list-text">
          <span>{item.last_message}</span>
          <Badge count={item.unread ?? 0} size="small" />
        </span>
        <span className="list-meta">
          {list !== 'mine' && about(item)}
          {item.due && item.due.state !== 'fine' && <DueTag due={item.due} now={now} />}
        </span>
      </Link>
    </li>
  );
}

function about({ agent, responsible }: ConversationItem): string {
  const parts = [agent && `${agent.name} 接待`];
  if (responsible && responsible.id !== agent?.id) parts.push(`首接 ${responsible.name}`);
  return parts.filter(Boolean).join(' · ');
}
