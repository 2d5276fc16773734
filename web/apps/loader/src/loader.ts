/**
 * What a shop pastes into its pages: a button, a frame that is made when it is first needed, and `window.kf`.
 *
 *     <script async src="https://kefu.example/kf/loader.js" data-inbox="web"></script>
 *
 * No framework, no style sheet of the page is touched, and nothing personal travels in an address.
 */

import { createView } from './view.ts';

type Data = Record<string, unknown>;
type Listener = (data: Data) => void;
type Call = [name: string, ...rest: unknown[]];

const script = document.currentScript as HTMLScriptElement;
const { inbox = 'web', lang, position, label } = script.dataset;
const origin = new URL(script.src).origin;
const ACTIVE = `kf:active:${inbox}`;

const listeners: Record<string, Listener[]> = {};
let user: Data | undefined;
let context: Data | undefined;
let greeted = false;

const address = new URL('/chat', origin);
address.searchParams.set('embedded', '1');
address.searchParams.set('inbox', inbox);
if (lang) address.searchParams.set('lang', lang);

const view = createView({
  address: address.href,
  english: /^en/i.test(lang ?? document.documentElement.lang),
  left: position === 'left',
  label,
  onToggle: (open) => {
    tell({ kf: 'shown', shown: open });
    emit(open ? 'open' : 'close');
  },
});

function tell(message: Data): void {
  if (greeted) view.window()?.postMessage(message, origin);
}

function emit(name: string, data: Data = {}): void {
  for (const listener of listeners[name] ?? []) listener(data);
}

window.addEventListener('message', ({ data, source, origin: from }) => {
  if (from !== origin || source !== view.window() || typeof data?.kf !== 'string') return;
  const { kf: name, ...rest } = data as Data & { kf: string };
  if (name === 'hello') {
    greeted = true;
    tell({ kf: 'init', user, context });
    tell({ kf: 'shown', shown: view.isOpen() });
  } else if (name === 'close') {
    view.close();
  } else {
    if (name === 'unread') view.badge(Number(rest.count));
    // A conversation with people must go on over the next page of the shop.
    if (name === 'state') keep(rest.state === 'queued' || rest.state === 'human');
    emit(name, rest);
  }
});

function keep(active: boolean): void {
  try {
    if (active) sessionStorage.setItem(ACTIVE, '1');
    else sessionStorage.removeItem(ACTIVE);
  } catch {
    // Without storage the next page only begins folded.
  }
}

const api = {
  open: view.open,
  close: view.close,
  toggle: () => (view.isOpen() ? view.close() : view.open()),
  /** Who is signed in: `{external_id, identifier_hash, name?}`, signed by the shop's server. */
  setUser(next: Data): void {
    user = next;
    tell({ kf: 'user', user: next });
  },
  /** What the customer looks at: `{page, order_no, product, …}`. */
  setContext(next: Data): void {
    context = next;
    tell({ kf: 'context', context: next });
  },
  /** Signed out: the next person at this device begins anew. */
  reset(): void {
    user = context = undefined;
    keep(false);
    tell({ kf: 'reset' });
  },
  /** `ready`, `open`, `close`, `unread` {count}, `message` {sender, kind}, `state` {state}. */
  on(name: string, listener: Listener): () => void {
    listeners[name] = [...(listeners[name] ?? []), listener];
    return () => {
      listeners[name] = (listeners[name] ?? []).filter((one) => one !== listener);
    };
  },
};

/** Calls that the page made before this script came wait in `window.kf` as `[name, …arguments]`. */
const waiting = (window as { kf?: unknown }).kf;
(window as { kf?: unknown }).kf = api;
if (Array.isArray(waiting)) {
  for (const [name, ...rest] of waiting as Call[]) {
    (api[name as keyof typeof api] as (...given: unknown[]) => unknown)?.(...rest);
  }
}

try {
  if (sessionStorage.getItem(ACTIVE)) view.prepare();
} catch {
  // As above.
}
