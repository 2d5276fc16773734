import { formatSince } from '@kefu/chat';

const SOON_MS = 60_000;
const LATE_MS = 180_000;

/** How long somebody waits; the colour says how bad that is. */
export function Waiting({
  since,
  now,
  prefix = '',
}: {
  since: string;
  now: Date;
  prefix?: string;
}) {
  const waited = now.getTime() - new Date(since).getTime();
  const level = waited > LATE_MS ? 'late' : waited > SOON_MS ? 'soon' : 'fresh';
  return (
    <time dateTime={since} className="list-time" data-level={level}>
      {prefix}
      {formatSince(since, now)}
    </time>
  );
}
