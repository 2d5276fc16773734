import type { Option } from '@kefu/api';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';
import { recall, remember } from '../visitor/storage.ts';
import { type Suggestions, useSuggestions } from './useSuggestions.ts';

const LIMIT = 2000;
const DRAFT = 'draft';

/** What is being written: the draft, what it may mean, and the ways it leaves. */
export function useComposer() {
  const visitor = useVisitor();
  const ready = useVisitorState((state) => state.phase === 'ready');
  const alone = useVisitorState(({ state }) => state !== 'human' && state !== 'queued');
  const [draft, setDraft] = useState(() => recall(DRAFT) ?? '');
  const [composing, setComposing] = useState(false);
  const [focused, setFocused] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const ask = useCallback(
    (q: string, signal: AbortSignal) => visitor.suggest(q, signal),
    [visitor],
  );
  const suggestions = useSuggestions(draft, ready && alone && focused && !composing, ask);
  useGrowing(input, draft);

  const left = LIMIT - draft.length;
  const sendable = ready && draft.trim() !== '' && left >= 0;
  const write = (text: string) => {
    setDraft(text);
    remember(DRAFT, text || null);
  };
  const leave = (go: () => void) => {
    go();
    write('');
    suggestions.close();
    input.current?.focus();
  };
  const send = () => sendable && leave(() => visitor.sendText(draft.trim()));
  const pick = (option: Option) => leave(() => visitor.choose(option));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || composing || steer(event, suggestions, pick)) return;
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  const events = {
    onInput: (event: { currentTarget: { value: string } }) => {
      write(event.currentTarget.value);
      visitor.isTyping();
    },
    onKeyDown,
    onCompositionStart: () => setComposing(true),
    onCompositionEnd: () => setComposing(false),
    onFocus: () => setFocused(true),
    onBlur: () => setFocused(false),
  };
  return { input, draft, left, sendable, send, pick, suggestions, events };
}

/** The keys of the suggestion list. @returns whether the key was one of them */
function steer(event: KeyboardEvent, list: Suggestions, pick: (option: Option) => void): boolean {
  const { items, active, setActive } = list;
  if (items.length === 0) return false;
  const moves: Record<string, () => void> = {
    ArrowDown: () => setActive(active + 1 >= items.length ? -1 : active + 1),
    ArrowUp: () => setActive(active < 0 ? items.length - 1 : active - 1),
    Escape: list.close,
  };
  const chosen = items[active];
  if (event.key === 'Enter' && !event.shiftKey && chosen) moves.Enter = () => pick(chosen);
  const move = moves[event.key];
  if (!move) return false;
  event.preventDefault();
  move();
  return true;
}

/** The input grows with its text; the style sheet sets how far. */
function useGrowing(input: { current: HTMLTextAreaElement | null }, text: string): void {
  useEffect(() => {
    const element = input.current;
    if (!element) return;
    element.style.height = 'auto';
    if (text) element.style.height = `${element.scrollHeight}px`;
  }, [input, text]);
}
