import type { ConversationItem, ConversationState, Page } from '@kefu/api';
import { formatTime } from '@kefu/chat';
import type { UseQueryResult } from '@tanstack/react-query';
import { Badge, Tag } from 'antd';
import { Link } from 'react-router';
import { ListState } from './ListState.tsx';

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

type ConversationListProps = {
  query: UseQueryResult<Page<ConversationItem>>;
  selected?: string;
  empty: string;
};

export function ConversationList({ query, selected, empty }: ConversationListProps) {
  return (
    <ListState query={query} empty={empty}>
      {(items) => (
        <ul className="list">
          {items.map((item) => (
            <li key={item.id} className="list-item" data-selected={item.id === selected}>
              <Link
                className="list-main"
                to={`/conversations/${item.id}`}
                aria-current={item.id === selected ? 'page' : undefined}
              >
                <span className="list-head">
                  <strong>{item.customer.name}</strong>
                  <StateTag state={item.state} />
                  <time dateTime={item.last_activity_at} className="list-time">
                    {formatTime(item.last_activity_at)}
                  </time>
                </span>
                <span className="list-text">
                  <span>{item.last_message}</span>
                  <Badge count={item.unread ?? 0} size="small" />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </ListState>
  );
}
