/** What is true only now: the connection, who is typing or looking, what waits to be sent. */

import type { LiveStatus } from '@kefu/api';
import type { Entry } from '@kefu/chat';
import { create } from 'zustand';

/** A reply on its way: words, or a picture. */
export type Parcel = {
  conversationId: string;
  text: string;
  picture?: Blob;
  quote?: { id: string; text: string };
};
export type Viewer = { id: string; name: string };

type LiveState = {
  status: LiveStatus;
  /** Customers that are typing, by conversation, with the time when that stops being true. */
  typing: Readonly<Record<string, number>>;
  /** Who has a conversation open, this person included. */
  viewers: Readonly<Record<string, readonly Viewer[]>>;
  pending: readonly Entry<Parcel>[];
  pictures: readonly Entry<Parcel>[];
  /** How much of a picture has left, by entry, from 0 to 1. */
  progress: Readonly<Record<string, number>>;
  /** Called by the composer; a no-op while there is no stream. */
  say: (frame: Record<string, unknown>) => void;
};

export const useLive = create<LiveState>(() => ({
  status: 'connecting',
  typing: {},
  viewers: {},
  pending: [],
  pictures: [],
  progress: {},
  say: () => undefined,
}));
