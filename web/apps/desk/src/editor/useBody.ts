import type { ArticleBody } from '@kefu/api';
import { useCallback, useState } from 'react';

export type Body = Required<ArticleBody>;

export const emptyBody: Body = {
  question: '',
  similar: [],
  answer: '',
  variants: {},
  related: [],
  order_states: [],
  tool: null,
  valid_from: null,
  valid_to: null,
};

/** The fields in which two bodies differ. */
export function changedFields(one: Body, other: Body): (keyof Body)[] {
  const names = Object.keys(emptyBody) as (keyof Body)[];
  return names.filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
}

/** Typing in one field is one step; otherwise every change is. */
const SAME_STEP_MS = 1_000;

type Step = { body: Body; field: keyof Body | null; at: number };

/** A body under edit, with undo and redo. */
export function useBody(initial: Body) {
  const [past, setPast] = useState<Step[]>([]);
  const [now, setNow] = useState<Step>({ body: initial, field: null, at: 0 });
  const [future, setFuture] = useState<Step[]>([]);

  const set = useCallback(
    <K extends keyof Body>(field: K, value: Body[K]) => {
      const at = Date.now();
      const joins = now.field === field && at - now.at < SAME_STEP_MS;
      if (!joins) setPast((steps) => [...steps.slice(-99), now]);
      setNow({ body: { ...now.body, [field]: value }, field, at });
      setFuture([]);
    },
    [now],
  );
  const reset = useCallback((body: Body) => {
    setPast([]);
    setFuture([]);
    setNow({ body, field: null, at: 0 });
  }, []);
  const undo = () => {
    const last = past.at(-1);
    if (!last) return;
    setPast(past.slice(0, -1));
    setFuture([now, ...future]);
    setNow(last);
  };
  const redo = () => {
    const next = future[0];
    if (!next) return;
    setFuture(future.slice(1));
    setPast([...past, now]);
    setNow(next);
  };
  return {
    body: now.body,
    set,
    reset,
    undo: past.length > 0 ? undo : undefined,
    redo: future.length > 0 ? redo : undefined,
  };
}
