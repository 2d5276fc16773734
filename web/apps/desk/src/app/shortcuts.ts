/** Keys for everything: what a component listens to while it is shown, and the page that lists them all. */

import { useEffect, useRef } from 'react';

export type Shortcut =
  | 'accept'
  | 'bot'
  | 'close'
  | 'help'
  | 'list'
  | 'next'
  | 'note'
  | 'previous'
  | 'reply'
  | 'search'
  | 'suggestion1'
  | 'suggestion2'
  | 'suggestion3'
  | 'transfer';

/** By `KeyboardEvent.code`, so that keyboard layouts and input methods do not matter; all with Alt. */
const codes: Record<string, Shortcut> = {
  KeyA: 'accept',
  KeyB: 'bot',
  KeyW: 'close',
  KeyQ: 'list',
  KeyJ: 'next',
  KeyN: 'note',
  KeyK: 'previous',
  KeyR: 'reply',
  KeyS: 'search',
  Digit1: 'suggestion1',
  Digit2: 'suggestion2',
  Digit3: 'suggestion3',
  KeyT: 'transfer',
};

export const help: { keys: string; does: string }[] = [
  { keys: 'Alt + A', does: '接起分配给我的会话；没有时接入排在最前的客户' },
  { keys: 'Alt + J / K', does: '下一个 / 上一个会话' },
  { keys: 'Alt + Q', does: '切换列表' },
  { keys: 'Alt + R', does: '回到输入框' },
  { keys: 'Alt + S', does: '搜索会话' },
  { keys: 'Alt + 1 / 2 / 3', does: '填入第几条推荐回答' },
  { keys: '/', does: '在空输入框里打开常用语，可用文字、快捷码、拼音或首字母查找' },
  { keys: 'Enter', does: '发送；Shift + Enter 换行' },
  { keys: 'Alt + T', does: '转接' },
  { keys: 'Alt + N', does: '写备注，@ 同事' },
  { keys: 'Alt + B', does: '交回机器人' },
  { keys: 'Alt + W', does: '结束会话' },
  { keys: '?', does: '显示这张表（不在输入框里时）' },
];

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  );
}

function find(event: KeyboardEvent): Shortcut | undefined {
  if (event.key === '?' && !typing(event.target)) return 'help';
  const plain = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  return plain ? codes[event.code] : undefined;
}

/** Runs the handlers for their keys while the component is shown; an open dialog keeps the keys to itself. */
export function useShortcuts(handlers: Partial<Record<Shortcut, () => void>>): void {
  const current = useRef(handlers);
  current.current = handlers;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const shortcut = find(event);
      const handler = shortcut && current.current[shortcut];
      if (!handler || document.querySelector('.ant-modal-wrap:not([style*="display: none"])'))
        return;
      event.preventDefault();
      handler();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
