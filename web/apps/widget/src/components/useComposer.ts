import type { Option } from '@kefu/api';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';
import { recall, remember } from '../visitor/storage.ts';
import { useAction } from './useAction.ts';
import { type Suggestions, useSuggestions } from './useSuggestions.ts';

const DRAFT = 'draft';

/** What is being written: the draft, what it may mean, and the ways it leaves. */
export function useComposer() {
  const visitor = useVisitor();
  const ready = useVisitorState((state) => state.phase === 'ready');
  const alone = useVisitorState(({ state }) => state !== 'human' && state !== 'queued');
  const [draft, setDraft] = useState(() => recall(DRAFT) ?? '');
  const [composing, setComposing] = useState(false);
  const [focused, setFocused] = useState(false);
  const [, run] = useAction();
  const input = useRef<HTMLTextAreaElement>(null);
  const ask = useCallback(
    (q: string, signal: AbortSignal) => visitor.api.suggest(q, signal),
    [visitor],
  );
  const suggestions = useSuggestions(draft, ready && alone && focused && !composing, ask);
  useGrowing(input, draft);

  const limit = useVisitorState((state) => state.limits.message_max_chars);
  const asked = useVisitorState((state) => state.hall?.asked[0]);
  const left = limit - draft.length;
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
    // As in a terminal: the last question again.
    if (event.key === 'ArrowUp' && draft === '' && asked) {
      event.preventDefault();
      return write(asked);
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  const events = {
    onInput: (event: { currentTarget: { value: string } }) => {
      write(event.currentTarget.value);
      visitor.feed.isTyping();
    },
    onKeyDown,
    onCompositionStart: () => setComposing(true),
    onCompositionEnd: () => setComposing(false),
    onPaste: (event: ClipboardEvent) => {
      const pictures = [...(event.clipboardData?.files ?? [])];
      if (pictures.length === 0) return;
      event.preventDefault();
      run(async () => {
        for (const picture of pictures) await visitor.sendPicture(picture);
      });
    },
    onFocus: () => setFocused(true),
    onBlur: () => setFocused(false),
  };
  const insert = (text: string) => {
    const at = input.current?.selectionStart ?? draft.length;
    write(draft.slice(0, at) + text + draft.slice(at));
    input.current?.focus();
  };
  return { input, draft, left, sendable, send, pick, insert, suggestions, events };
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
