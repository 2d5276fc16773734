/** What is true only now: the connection, who is typing or looking, what waits to be sent. */

import type { LiveStatus } from '@kefu/api';
import type { Entry } from '@kefu/chat';
import { create } from 'zustand';

export type Parcel = { conversationId: string; text: string };
export type Viewer = { id: string; name: string };

type LiveState = {
  status: LiveStatus;
  /** Customers that are typing, by conversation, with the time when that stops being true. */
  typing: Readonly<Record<string, number>>;
  /** Who has a conversation open, this person included. */
  viewers: Readonly<Record<string, readonly Viewer[]>>;
  pending: readonly Entry<Parcel>[];
  /** Called by the composer; a no-op while there is no stream. */
  say: (frame: Record<string, unknown>) => void;
};

export const useLive = create<LiveState>(() => ({
  status: 'connecting',
  typing: {},
  viewers: {},
  pending: [],
  say: () => undefined,
}));
