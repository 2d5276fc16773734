/**
 * The window's side of the embedding. Only the page that frames us is listened to, and which pages may
 * do so the service decides (`frame-ancestors`). What it says never travels in an address.
 */

import type { VisitorUser } from '@kefu/api';

export type Greeting = { user?: VisitorUser; context?: Record<string, unknown> };

export type HostMessage =
  | ({ kf: 'init' } & Greeting)
  | { kf: 'user'; user: VisitorUser }
  | { kf: 'context'; context: Record<string, unknown> }
  | { kf: 'reset' }
  | { kf: 'shown'; shown: boolean };

export type FrameMessage =
  | { kf: 'hello' }
  | { kf: 'ready' }
  | { kf: 'close' }
  | { kf: 'unread'; count: number }
  | { kf: 'message'; sender: string; kind: string }
  | { kf: 'state'; state: string };

export class Frame {
  private origin: string | undefined;

  constructor(private readonly onMessage: (message: HostMessage) => void) {
    window.addEventListener('message', (event) => this.receive(event));
    // Nothing is in it: anybody may know that we are here.
    window.parent.postMessage({ kf: 'hello' } satisfies FrameMessage, '*');
  }

  tell(message: FrameMessage): void {
    if (this.origin) window.parent.postMessage(message, this.origin);
  }

  private receive(event: MessageEvent): void {
    if (event.source !== window.parent || typeof event.data?.kf !== 'string') return;
    this.origin ??= event.origin;
    if (event.origin === this.origin) this.onMessage(event.data as HostMessage);
  }
}
