import { StickyScroll } from '@kefu/chat';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';

const OWN_MESSAGE = '.kf-row--customer';

/**
 * Keeps the newest message in view, unless the reader has scrolled away from it.
 *
 * @param stamp changes whenever something is added at the end
 * @param force scroll even if the reader was elsewhere (an own message)
 * @param active false while the page is empty and shows its hall from the top
 * @param answered whether the newest is an answer, which is read from the question on
 */
export function useStickToBottom(
  stamp: string,
  force: boolean,
  active: boolean,
  answered: boolean,
) {
  const box = useRef<HTMLDivElement>(null);
  const sticky = useRef<StickyScroll>(undefined);
  const [atBottom, setAtBottom] = useState(true);
  const fromQuestion = useRef(answered);
  fromQuestion.current = answered;

  useLayoutEffect(() => {
    if (!box.current || !active) return;
    const scrolling = box.current;
    const question = () => {
      const own = fromQuestion.current ? scrolling.querySelectorAll(OWN_MESSAGE) : [];
      return own[own.length - 1] ?? null;
    };
    const attached = new StickyScroll(scrolling, setAtBottom, question);
    sticky.current = attached;
    return () => attached.stop();
  }, [active]);

  useLayoutEffect(() => {
    if (active && stamp) sticky.current?.added(force);
  }, [stamp, force, active]);

  const toBottom = useCallback(() => sticky.current?.toEnd(), []);
  return { box, atBottom, toBottom };
}
