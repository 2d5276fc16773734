import { ApiError, type Suggestion } from '@kefu/api';
import { useEffect, useState } from 'preact/hooks';

const DEBOUNCE_MS = 160;
const LONGEST_QUERY = 40;

export type Suggestions = {
  items: Suggestion[];
  active: number;
  setActive: (index: number) => void;
  close: () => void;
};

/** What the customer may be about to ask; a newer text cancels the question for an older one. */
export function useSuggestions(
  text: string,
  enabled: boolean,
  ask: (q: string, signal: AbortSignal) => Promise<Suggestion[]>,
): Suggestions {
  const [items, setItems] = useState<Suggestion[]>([]);
  const [active, setActive] = useState(-1);
  const query = text.trim();

  useEffect(() => {
    setActive(-1);
    if (!enabled || !query || query.length > LONGEST_QUERY) {
      setItems([]);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      ask(query, abort.signal)
        .then(setItems)
        .catch((error: unknown) => {
          // Suggestions are a comfort: without them the customer just goes on typing.
          if (error instanceof ApiError) setItems([]);
        });
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, enabled, ask]);

  const close = () => {
    setItems([]);
    setActive(-1);
  };
  return { items, active, setActive, close };
}
