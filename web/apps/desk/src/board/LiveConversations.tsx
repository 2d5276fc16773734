import type { ConversationItem } from '@kefu/api';
import { Button, Tag } from 'antd';
import { useNavigate } from 'react-router';
import { api } from '../app/api.ts';
import { useConversationAction } from '../conversation/useConversationAction.ts';
import { ListState } from '../lists/ListState.tsx';
import { useList } from '../lists/queries.ts';
import { useNow } from '../lists/useNow.ts';
import { Waiting } from '../lists/Waiting.tsx';

/** Every conversation that people have now: open one to listen in and whisper, or take it over. */
export function LiveConversations() {
  const query = useList('all');
  const items = query.data?.pages
    .flatMap((page) => page.items)
    .filter(({ state }) => state === 'human');
  return (
    <ListState query={query} items={items} empty="没有接待中的会话">
      {(shown) => (
        <ul className="live-list">
          {shown.map((item) => (
            <LiveLine key={item.id} item={item} />
          ))}
        </ul>
      )}
    </ListState>
  );
}

function LiveLine({ item }: { item: ConversationItem }) {
  const navigate = useNavigate();
  const now = useNow();
  const takeOver = useConversationAction(item.id, () => api.takeOver(item.id), '已接管');
  return (
    <li>
      <strong>{item.customer.name}</strong>
      {item.customer.level && <Tag variant="filled">{item.customer.level}</Tag>}
      <span className="muted">{item.agent?.name}</span>
      <span className="live-text">{item.last_message}</span>
      {item.awaiting_since && <Waiting since={item.awaiting_since} now={now} prefix="等 " />}
      <Button size="small" onClick={() => navigate(`/conversations/${item.id}`)}>
        旁听
      </Button>
      <Button
        size="small"
        loading={takeOver.isPending}
        onClick={() =>
          takeOver.mutate(undefined, { onSuccess: () => navigate(`/conversations/${item.id}`) })
        }
      >
        接管
      </Button>
    </li>
  );
}
