import { useCallback, useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';
import { useAction } from './useAction.ts';

const AT_TOP_PX = 24;

/**
 * Older messages, loaded by a button or by scrolling up to them; what is read stays where it is.
 *
 * @param box the scrolling element
 * @param byScrolling whether arriving at the top loads more
 */
export function useOlder(box: { current: HTMLElement | null }, byScrolling: boolean) {
  const visitor = useVisitor();
  const first = useVisitorState(({ timeline }) => timeline.messages[0]?.id);
  const shown = useVisitorState((state) => state.pastShown);
  const available = useVisitorState(
    ({ older, past, pastShown }) => older !== 'none' || (past.size > 0 && !pastShown),
  );
  const [busy, run] = useAction();
  const fromEnd = useRef<number>(undefined);

  const load = useCallback(() => {
    const { current } = box;
    if (current) fromEnd.current = current.scrollHeight - current.scrollTop;
    run(() => visitor.loadOlder());
  }, [box, run, visitor]);

  useLayoutEffect(() => {
    if (!box.current || fromEnd.current === undefined || !(first || shown)) return;
    box.current.scrollTop = box.current.scrollHeight - fromEnd.current;
    fromEnd.current = undefined;
  }, [box, first, shown]);

  useEffect(() => {
    const { current } = box;
    if (!current || !available || !byScrolling) return;
    let before = current.scrollTop;
    const scrolled = () => {
      if (current.scrollTop < AT_TOP_PX && current.scrollTop < before) load();
      before = current.scrollTop;
    };
    current.addEventListener('scroll', scrolled, { passive: true });
    return () => current.removeEventListener('scroll', scrolled);
  }, [box, available, byScrolling, load]);

  return { available, busy, load };
}
