import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { api, keys, refresh } from '../app/api.ts';
import { useUser } from '../app/RequireUser.tsx';
import { useClaim } from './QueueList.tsx';
import { useQueue } from './queries.ts';
import { useNow } from './useNow.ts';

/** Customers who are offered to this person: take them, or let the next agent be asked. */
export function OfferCards() {
  const me = useUser().id;
  const offered = useQueue().data?.items.filter((item) => item.offered?.id === me) ?? [];
  const claim = useClaim();
  const decline = useMutation({
    mutationFn: api.decline,
    onSettled: () => void refresh(keys.queue),
  });
  if (offered.length === 0) return null;
  return (
    <section className="offers" aria-label="分配给您的客户" aria-live="assertive">
      {offered.map((item) => (
        <article key={item.conversation_id} className="offer" data-testid="offer">
          <p>
            <strong>{item.customer.name}</strong> 分配给您
            {item.offered_until && <Countdown until={item.offered_until} />}
          </p>
          <p className="muted">{[item.reason, item.last_text].filter(Boolean).join('：')}</p>
          <p className="offer-actions">
            <Button
              type="primary"
              loading={claim.isPending}
              onClick={() => claim.mutate(item.conversation_id)}
            >
              接起
            </Button>
            <Button
              loading={decline.isPending}
              onClick={() => decline.mutate(item.conversation_id)}
            >
              让给下一位
            </Button>
          </p>
        </article>
      ))}
    </section>
  );
}

function Countdown({ until }: { until: string }) {
  const now = useNow(1000);
  const left = Math.max(0, Math.round((new Date(until).getTime() - now.getTime()) / 1000));
  return <span className="offer-left">{left} 秒</span>;
}
