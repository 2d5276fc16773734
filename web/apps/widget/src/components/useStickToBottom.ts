import { StickyScroll } from '@kefu/chat';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';

/**
 * Keeps the newest message in view, unless the reader has scrolled away from it.
 *
 * @param stamp changes whenever something is added at the end
 * @param force scroll even if the reader was elsewhere (an own message)
 * @param active false while the page is empty and shows its hall from the top
 */
export function useStickToBottom(stamp: string, force: boolean, active: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const sticky = useRef<StickyScroll>(undefined);
  const [atBottom, setAtBottom] = useState(true);

  useLayoutEffect(() => {
    if (!box.current || !active) return;
    const attached = new StickyScroll(box.current, setAtBottom);
    sticky.current = attached;
    return () => attached.stop();
  }, [active]);

  useLayoutEffect(() => {
    if (active && stamp) sticky.current?.added(force);
  }, [stamp, force, active]);

  const toBottom = useCallback(() => sticky.current?.toEnd(), []);
  return { box, atBottom, toBottom };
}
