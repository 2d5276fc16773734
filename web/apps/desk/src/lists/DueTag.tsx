import type { Due } from '@kefu/api';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How much time is left, or by how much it is past: what is due first, in few signs. */
export function DueTag({ due, now }: { due: Due; now: Date }) {
  const left = new Date(due.due_at).getTime() - now.getTime();
  const state = left <= 0 ? 'missed' : due.state;
  return (
    <span className="due" data-state={state} title={due.title}>
      {name(due)} {left > 0 ? `剩 ${span(left)}` : `超时 ${span(-left)}`}
    </span>
  );
}

function name({ kind, title }: Due): string {
  return kind === 'promise' ? '承诺' : title;
}

export function span(milliseconds: number): string {
  if (milliseconds < MINUTE_MS) return `${Math.ceil(milliseconds / 1000)} 秒`;
  if (milliseconds < HOUR_MS) return `${Math.floor(milliseconds / MINUTE_MS)} 分`;
  if (milliseconds < 48 * HOUR_MS) return `${Math.floor(milliseconds / HOUR_MS)} 小时`;
  return `${Math.floor(milliseconds / (24 * HOUR_MS))} 天`;
}
