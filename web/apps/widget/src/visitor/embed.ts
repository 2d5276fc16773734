/** Joins the conversation to the page that frames it. */

import type { Attention } from './attention.ts';
import { Frame, type HostMessage } from './frame.ts';
import { remember, rememberIdentity } from './storage.ts';
import type { Visitor } from './visitor.ts';

/** A page that frames us without our loader says nothing; its customers are served all the same. */
const SILENT_HOST_MS = 1_500;

export function embed(visitor: Visitor, attention: Attention) {
  attention.show(false);
  let begin: () => void = () => undefined;
  const greeted = new Promise<void>((resolve) => {
    begin = resolve;
    setTimeout(resolve, SILENT_HOST_MS);
  });
  const handle = (message: HostMessage): void => {
    const { page } = visitor;
    if (message.kf === 'init') {
      visitor.page = { ...page, user: message.user, context: message.context ?? page.context };
      begin();
    }
    if (message.kf === 'user' && message.user.external_id !== page.user?.external_id) {
      // What was said as a guest moves along.
      visitor.page = { ...page, user: message.user };
      void visitor.restart();
    }
    if (message.kf === 'context') {
      visitor.page = { ...page, context: message.context };
      void visitor.renewHall().catch(() => undefined);
    }
    if (message.kf === 'reset') {
      // The next person at this device begins anew.
      visitor.page = { ...page, user: undefined };
      rememberIdentity(page.inbox, null);
      remember('draft', null);
      void visitor.restart();
    }
    if (message.kf === 'shown') attention.show(message.shown);
  };
  const frame = new Frame(handle);
  const close = () => frame.tell({ kf: 'close' });
  attention.onUnread = (count) => frame.tell({ kf: 'unread', count });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) close();
  });
  visitor.store.subscribe((now, before) => {
    if (now.phase === 'ready' && before.phase !== 'ready') frame.tell({ kf: 'ready' });
    if (now.state !== before.state) frame.tell({ kf: 'state', state: now.state });
  });
  const listen = visitor.watcher.onMessage;
  visitor.watcher.onMessage = (message) => {
    listen(message);
    frame.tell({ kf: 'message', sender: message.sender, kind: message.kind });
  };
  return { greeted, close };
}
