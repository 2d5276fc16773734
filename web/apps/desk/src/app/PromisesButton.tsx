import { ClockCircleOutlined } from '@ant-design/icons';
import type { OwnPromise } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useQuery } from '@tanstack/react-query';
import { Badge, Button, Popover } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { span } from '../lists/DueTag.tsx';
import { useNow } from '../lists/useNow.ts';
import { usePromiseEnd } from '../panel/CommitmentsCard.tsx';
import { api, keys } from './api.ts';

const REFRESH_MS = 60_000;

/** What one has promised and still has to keep, wherever one is on the desk. */
export function PromisesButton() {
  const [open, setOpen] = useState(false);
  const query = useQuery({
    queryKey: keys.promises,
    queryFn: api.promises,
    refetchInterval: REFRESH_MS,
  });
  const now = useNow();
  const items = query.data ?? [];
  const urgent = items.some(({ promise }) => promise.soon || promise.missed);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      title="我的承诺"
      content={
        <ul className="promises" data-testid="promises">
          {items.length === 0 && <li className="muted">没有要兑现的承诺</li>}
          {items.map((item) => (
            <PromiseLine
              key={item.promise.id}
              item={item}
              now={now}
              onOpen={() => setOpen(false)}
            />
          ))}
        </ul>
      }
    >
      <Badge
        count={items.length}
        size="small"
        offset={[-8, 8]}
        color={urgent ? undefined : 'var(--desk-count)'}
      >
        <Button
          type="text"
          icon={<ClockCircleOutlined />}
          aria-label={`我的承诺 ${items.length}`}
        />
      </Badge>
    </Popover>
  );
}

type LineProps = { item: OwnPromise; now: Date; onOpen: () => void };

function PromiseLine({ item, now, onOpen }: LineProps) {
  const { promise, customer, conversation_id: id } = item;
  const end = usePromiseEnd(id);
  const left = new Date(promise.due_at ?? 0).getTime() - now.getTime();
  return (
    <li>
      <p>
        <Link to={`/conversations/${id}`} onClick={onOpen}>
          {customer.name}
        </Link>
        <span
          className="due"
          data-state={left <= 0 ? 'missed' : promise.soon ? 'soon' : 'fine'}
          title={promise.due_at ? formatDateTime(promise.due_at) : ''}
        >
          {left > 0 ? `剩 ${span(left)}` : `超时 ${span(-left)}`}
        </span>
      </p>
      <p className="muted">{promise.text}</p>
      <Button size="small" onClick={() => end.mutate({ id: promise.id, kept: true })}>
        已兑现
      </Button>
    </li>
  );
}
