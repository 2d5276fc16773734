import { useEffect } from 'react';
import { useLive } from './state.ts';

/**
 * Says which conversation is open, or that none is: colleagues see who else looks at it, and the
 * service sends what is said there, in one's own conversations and in those that nobody has yet.
 */
export function useViewing(id: string | undefined): void {
  const say = useLive((state) => state.say);
  const status = useLive((state) => state.status);
  useEffect(() => {
    if (status === 'live') say({ type: 'viewing', conversation_id: id ?? null });
  }, [id, say, status]);
}
