import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A panel that folds away by Escape, which gives the focus back, and by a click anywhere else. */
export function useDismiss(): RefObject<HTMLDetailsElement | null> {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const { current } = details;
      // By the path: what was clicked may be gone by now.
      if (current?.open && !event.composedPath().includes(current)) current.open = false;
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const { current } = details;
      if (event.key !== 'Escape' || !current?.open) return;
      // A window that was opened from the panel closes first, by itself.
      if (document.querySelector('dialog[open]')) return;
      // Nothing else hears of it, or the frame around us would fold away too.
      event.preventDefault();
      event.stopPropagation();
      current.open = false;
      current.querySelector('summary')?.focus();
    };
    document.addEventListener('click', onClick);
    document.addEventListener('keydown', onKeyDown, true);
    return () => {
      document.removeEventListener('click', onClick);
      document.removeEventListener('keydown', onKeyDown, true);
    };
  }, []);
  return details;
}
