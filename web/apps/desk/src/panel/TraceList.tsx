import type { TraceItem } from '@kefu/api';
import { Tag } from 'antd';
import { describeOutcome } from './outcomes.ts';

/** How the bot came to each of its turns. */
export function TraceList({ items }: { items: TraceItem[] }) {
  if (items.length === 0) return <p className="muted">机器人没有接待过</p>;
  return (
    <ol className="trace">
      {items.map((item) => {
        const outcome = describeOutcome(item.outcome);
        return (
          <li key={item.trace_id}>
            <p>
              <Tag color={outcome.color} variant="filled">
                {outcome.text}
              </Tag>
              第 {item.turn} 轮{item.degraded && <Tag>降级</Tag>}
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
          </li>
        );
      })}
    </ol>
  );
}
