import type { TraceItem } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import { useState } from 'react';
import { api, explain, keys } from '../app/api.ts';
import { describeOutcome } from './outcomes.ts';

type Props = { conversationId: string; items: TraceItem[] };

/** How the bot came to each of its turns. */
export function TraceList({ conversationId, items }: Props) {
  if (items.length === 0) return <p className="muted">机器人没有接待过</p>;
  return (
    <ol className="trace">
      {items.map((item) => (
        <Turn key={item.trace_id} conversationId={conversationId} item={item} />
      ))}
    </ol>
  );
}

function Turn({ conversationId, item }: { conversationId: string; item: TraceItem }) {
  const [open, setOpen] = useState(false);
  const outcome = describeOutcome(item.outcome);
  return (
    <li>
      <p>
        <Tag color={outcome.color} variant="filled">
          {outcome.text}
        </Tag>
        第 {item.turn} 轮{item.degraded && <Tag>降级</Tag>}
        <Button type="link" size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? '收起' : '为什么'}
        </Button>
      </p>
      {item.text && <p className="trace-text">“{item.text}”</p>}
      <p className="muted">
        {[
          item.intent,
          item.article_key,
          item.confidence != null && `把握 ${Math.round(item.confidence * 100)}%`,
          item.total_ms != null && `${Math.round(item.total_ms)} 毫秒`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {open && <Why conversationId={conversationId} traceId={item.trace_id} />}
    </li>
  );
}

function Why({ conversationId, traceId }: { conversationId: string; traceId: string }) {
  const query = useQuery({
    queryKey: keys.explanation(traceId),
    queryFn: () => api.explainTurn(conversationId, traceId),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (query.error) return <p className="muted">{explain(query.error)}</p>;
  if (!query.data) return <p className="muted">正在取…</p>;
  return (
    <div data-testid="trace-why">
      <ol className="trace-why">
        {query.data.why.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      {query.data.candidates.length > 0 && (
        <p className="muted">
          候选：
          {query.data.candidates
            .map((one) => `${one.title} ${Math.round(one.confidence * 100)}%`)
            .join('；')}
        </p>
      )}
    </div>
  );
}
