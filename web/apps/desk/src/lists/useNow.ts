import { useEffect, useState } from 'react';

const TICK_MS = 15_000;

/** The time, fresh enough for "waited 3 minutes"; a shorter tick for what counts seconds. */
export function useNow(tickMs = TICK_MS): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), tickMs);
    return () => clearInterval(timer);
  }, [tickMs]);
  return now;
}
