/** What reaches the customer: the event stream, asking when there is none, and telling back what was read. */

import {
  ApiError,
  type LiveEvent,
  LiveSocket,
  type LiveStatus,
  type Message,
  type Session,
  socketUrl,
  type VisitorApi,
} from '@kefu/api';
import { lastSeq, type Timeline } from '@kefu/chat';
import type { StoreApi } from 'zustand/vanilla';
import { keepReceipt } from './session.ts';
import { type VisitorState, withConversation, withEvent, withMessages } from './state.ts';

const POLL_EVERY_MS = 5_000;
const REOPEN_AFTER_MS = 3_000;
const TYPING_SHOWN_MS = 6_000;
const TYPING_EVERY_MS = 3_000;
const PAGE = 200; // messages that the service returns at most

/** What the feed needs of the visit that it serves. */
export type Visit = {
  token: () => string | null;
  openSession: () => Promise<Session>;
  /** The service no longer knows the token: the visit begins anew. */
  reopen: () => void;
  looking: () => boolean;
  /** Somebody else than the customer said something, just now. */
  onMessage: (message: Message) => void;
  /** The stream stands: what waits can leave. */
  onReady: () => void;
  /** The service is known to hold these messages of ours. */
  onConfirmed: (ids: ReadonlySet<string>) => void;
};

export class Feed {
  private socket: LiveSocket | undefined;
  private poll: ReturnType<typeof setInterval> | undefined;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private typedAt = 0;
  private readSeq = 0;

  constructor(
    private readonly store: StoreApi<VisitorState>,
    private readonly api: VisitorApi,
    private readonly visit: Visit,
  ) {
    window.addEventListener('offline', () => this.socket && this.connectionIs('lost'));
  }

  get live(): boolean {
    return this.state.connection === 'live';
  }

  /** Follows what happens behind a session that was just opened. */
  connect({ event_id }: Session): void {
    if (this.socket) return;
    const handlers = {
      token: this.visit.token,
      onEvent: (event: LiveEvent) => this.happened(event),
      onStatus: (status: LiveStatus) => this.connectionIs(status),
      onReady: (resumed: boolean) => {
        this.readSeq = 0;
        this.looked();
        this.visit.onReady();
        void (resumed ? this.catchUp() : this.refresh()).catch(() => undefined);
      },
      onRejected: () => {
        this.socket = undefined;
        setTimeout(() => this.visit.reopen(), REOPEN_AFTER_MS);
      },
    };
    this.socket = new LiveSocket(socketUrl('/api/v1/visitor/ws'), handlers, event_id);
  }

  disconnect(): void {
    this.socket?.close();
    this.socket = undefined;
    this.readSeq = 0;
    clearInterval(this.poll);
  }

  /** The network is said to be back. */
  nudge(): void {
    this.socket?.nudge();
  }

  /** Tells an agent that the customer is writing, at most every three seconds. */
  isTyping(): void {
    if (this.state.state !== 'human' || Date.now() - this.typedAt < TYPING_EVERY_MS) return;
    this.typedAt = Date.now();
    this.socket?.send({ type: 'typing' });
  }

  /** What was being written has left. */
  hasSent(): void {
    this.typedAt = 0;
  }

  /** The customer looks again: what came meanwhile is read now. */
  looked(): void {
    this.markRead(lastSeq(this.state.timeline, this.state.conversationId));
  }

  /** The customer has seen everything up to here. */
  markRead(seq: number): void {
    if (seq <= this.readSeq || !this.visit.looking()) return;
    this.readSeq = seq;
    this.socket?.send({ type: 'read', seq });
  }

  /** Without a stream nobody tells what an action has changed: it is asked for. */
  async settle(): Promise<void> {
    if (!this.live) await this.refresh();
  }

  private get state(): VisitorState {
    return this.store.getState();
  }

  private happened(event: LiveEvent): void {
    const before = this.state.timeline;
    this.store.setState(withEvent(this.state, event));
    if (event.type === 'typing') this.fadeTyping();
    if (event.type === 'read') keepReceipt(this.state);
    this.visit.onConfirmed(this.state.timeline.confirmed);
    if (event.type === 'message.created') this.announce([event.data], before);
  }

  private announce(messages: readonly Message[], before: Timeline): void {
    const known = new Set(before.messages.map(({ id }) => id));
    for (const message of messages) {
      if (message.sender !== 'customer' && !known.has(message.id)) this.visit.onMessage(message);
    }
  }

  private connectionIs(connection: LiveStatus): void {
    this.store.setState({ connection });
    clearInterval(this.poll);
    if (connection === 'lost') {
      this.poll = setInterval(() => void this.ask().catch(() => undefined), POLL_EVERY_MS);
    }
  }

  private fadeTyping(): void {
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.store.setState({ typing: null }), TYPING_SHOWN_MS);
  }

  /** Without a stream: every change after our cursor, or all of it when there is no usable cursor. */
  private async ask(): Promise<void> {
    try {
      const cursor = this.socket?.position;
      if (cursor === undefined) return await this.refresh();
      const { items, next_cursor } = await this.api.events(cursor);
      for (const event of items) this.happened(event);
      this.socket?.moveTo(next_cursor);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 410) throw error;
      await this.refresh();
    }
  }

  private async refresh(): Promise<void> {
    const session = await this.visit.openSession();
    this.store.setState({
      conversationId: session.conversation_id,
      ...withConversation(this.state, session),
    });
    await this.catchUp();
  }

  /** Fetches what is missing after the last message we hold: after a gap, and without a stream. */
  private async catchUp(): Promise<void> {
    for (let missed = PAGE; missed === PAGE; ) {
      const { conversationId, timeline } = this.state;
      const found = await this.api.messages(conversationId, lastSeq(timeline, conversationId));
      this.store.setState(withMessages(this.state, found));
      this.announce(found, timeline);
      missed = found.length;
    }
    this.visit.onConfirmed(this.state.timeline.confirmed);
  }
}
