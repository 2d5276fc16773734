import { ApiError, type QueueItem } from '@kefu/api';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { useNavigate } from 'react-router';
import { api, explain, keys, refresh } from '../app/api.ts';
import { DueTag } from './DueTag.tsx';
import { ListState } from './ListState.tsx';
import { useQueue } from './queries.ts';
import { useNow } from './useNow.ts';
import { Waiting } from './Waiting.tsx';

/** Claiming; a colleague who was faster is normal, not an error. */
export function useClaim() {
  const { message } = App.useApp();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (id: string) => api.claim(id),
    onSuccess: (_, id) => navigate(`/conversations/${id}`),
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'already_assigned') {
        message.info('同事已经接入了这个会话，换一位客户吧');
      } else {
        message.error(explain(error));
      }
    },
    onSettled: (_data, _error, id) => {
      void refresh(keys.queue);
      void refresh(keys.conversations);
      void refresh(keys.conversation(id));
    },
  });
}

export function QueueList({ selected }: { selected?: string }) {
  const query = useQueue();
  const claim = useClaim();
  const navigate = useNavigate();
  const now = useNow();
  return (
    <ListState query={query} items={query.data?.items} empty="没有客户在排队">
      {(items) => (
        <ul className="list" data-testid="queue">
          {items.map((item) => (
            <li
              key={item.conversation_id}
              className="list-item"
              data-selected={item.conversation_id === selected}
              data-parked={item.parked}
              data-due={item.due?.state}
            >
              <button
                type="button"
                className="list-main"
                onClick={() => navigate(`/conversations/${item.conversation_id}`)}
              >
                <span className="list-head">
                  <strong>{item.customer.name}</strong>
                  {item.customer.level && <Tag variant="filled">{item.customer.level}</Tag>}
                  <Waiting since={item.waiting_since} now={now} />
                </span>
                <span className="list-text">{item.last_text}</span>
                <span className="list-meta">
                  {about(item)}
                  {item.due && item.due.state !== 'fine' && <DueTag due={item.due} now={now} />}
                </span>
              </button>
              <Button
                type="primary"
                loading={claim.isPending && claim.variables === item.conversation_id}
                onClick={() => claim.mutate(item.conversation_id)}
              >
                接入
              </Button>
            </li>
          ))}
        </ul>
      )}
    </ListState>
  );
}

function about(item: QueueItem): string {
  const parts = [item.reason];
  if (item.priority >= 20) parts.unshift('紧急');
  if (item.parked) parts.push('客户已离开页面');
  if (item.offered) parts.push(`等 ${item.offered.name} 接起`);
  return parts.filter(Boolean).join(' · ');
}
