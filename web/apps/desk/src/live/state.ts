/** What is true only now: the connection, who is typing, what waits to be sent. */

import type { LiveStatus } from '@kefu/api';
import type { Entry } from '@kefu/chat';
import { create } from 'zustand';

export type Parcel = { conversationId: string; text: string };

type LiveState = {
  status: LiveStatus;
  /** Customers that are typing, by conversation, with the time when that stops being true. */
  typing: Readonly<Record<string, number>>;
  pending: readonly Entry<Parcel>[];
  /** Called by the composer; a no-op while there is no stream. */
  say: (frame: Record<string, unknown>) => void;
};

export const useLive = create<LiveState>(() => ({
  status: 'connecting',
  typing: {},
  pending: [],
  say: () => undefined,
}));
