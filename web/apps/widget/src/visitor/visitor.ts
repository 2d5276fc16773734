/**
 * The customer's side of one conversation: opens the session, sends through the outbox, follows the
 * event stream and falls back to asking when there is none.
 */

import {
  ApiError,
  createVisitorApi,
  type HandoffResult,
  LiveSocket,
  type LiveStatus,
  type Option,
  type Rating,
  type Session,
  socketUrl,
} from '@kefu/api';
import { type Entry, isWebLink, lastSeq, Outbox } from '@kefu/chat';
import { createStore } from 'zustand/vanilla';
import type { PageParams } from '../page.ts';
import { texts } from '../texts.ts';
import {
  type Change,
  initialState,
  type VisitorState,
  withConversation,
  withEvent,
  withMessages,
} from './state.ts';
import {
  type Letter,
  outboxStorage,
  recall,
  recallIdentity,
  remember,
  rememberIdentity,
} from './storage.ts';

const API = '/api/v1';
const WAIT_WITHOUT_STREAM_S = 8;
const POLL_EVERY_MS = 5_000;
const REOPEN_AFTER_MS = 3_000;
const TYPING_SHOWN_MS = 6_000;
const TYPING_EVERY_MS = 3_000;
const THINKING_LIMIT_MS = 15_000;

export class Visitor {
  readonly store = createStore<VisitorState>(() => initialState);
  private token: string | null = null;
  private readonly api = createVisitorApi(() => this.token);
  private socket: LiveSocket | undefined;
  private outbox: Outbox<Letter> | undefined;
  private poll: ReturnType<typeof setInterval> | undefined;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private thinkingTimer: ReturnType<typeof setTimeout> | undefined;
  private typedAt = 0;
  private readSeq = 0;

  constructor(private readonly page: PageParams) {
    window.addEventListener('online', () => this.backOnline());
    window.addEventListener('offline', () => this.socket && this.connectionIs('lost'));
  }

  async start(): Promise<void> {
    this.set({ phase: 'starting' });
    try {
      await this.open();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.set({ phase: 'failed' });
    }
  }

  sendText(text: string): void {
    this.typedAt = 0;
    this.post({ kind: 'text', content: { text }, label: text });
  }

  choose(option: Option): void {
    if (option.target.kind === 'url') {
      if (isWebLink(option.target.key)) window.open(option.target.key, '_blank', 'noopener');
      return;
    }
    this.post({ kind: 'option', content: { option_id: option.id }, label: option.title });
  }

  submitForm(formId: string, title: string, values: Record<string, string>): void {
    const { [formId]: _, ...formErrors } = this.state.formErrors;
    this.set({ formErrors });
    this.post({
      kind: 'form',
      content: { form_id: formId, values },
      label: texts.formSubmitted(title),
    });
  }

  retry(id: string): void {
    this.outbox?.retry(id);
  }

  discard(id: string): void {
    this.outbox?.discard(id);
  }

  suggest(q: string, signal: AbortSignal): Promise<Option[]> {
    return this.api.suggest(q, signal);
  }

  async askHuman(): Promise<void> {
    await this.moved(await this.api.askHuman());
  }

  async leaveQueue(): Promise<void> {
    await this.moved(await this.api.leaveQueue());
  }

  async giveFeedback(messageId: string, useful: boolean): Promise<void> {
    const before = this.state.feedback;
    this.set({ feedback: { ...before, [messageId]: useful } });
    try {
      await this.api.feedback(messageId, useful);
      if (!this.live) await this.catchUp();
    } catch (error) {
      this.set({ feedback: before });
      throw error;
    }
  }

  async rate(rating: Rating): Promise<void> {
    await this.api.rate(rating);
    const rated = [...this.state.rated, this.state.conversationId].slice(-20);
    remember('rated', JSON.stringify(rated));
    this.set({ rated });
  }

  /** Tells an agent that the customer is writing, at most every three seconds. */
  isTyping(): void {
    if (this.state.state !== 'human' || Date.now() - this.typedAt < TYPING_EVERY_MS) return;
    this.typedAt = Date.now();
    this.socket?.send({ type: 'typing' });
  }

  /** The customer has seen everything up to here. */
  markRead(seq: number): void {
    if (seq <= this.readSeq || document.visibilityState !== 'visible') return;
    this.readSeq = seq;
    this.socket?.send({ type: 'read', seq });
  }

  private get state(): VisitorState {
    return this.store.getState();
  }

  private get receipt(): Receipt {
    return { conversation: this.state.conversationId, seq: this.state.agentRead };
  }

  private get live(): boolean {
    return this.state.connection === 'live';
  }

  private set(change: Change): void {
    this.store.setState(change);
  }

  private post(letter: Letter): void {
    this.outbox?.add(letter);
  }

  private async open(): Promise<void> {
    const session = await this.openSession();
    this.token = session.token;
    rememberIdentity(this.page.inbox, {
      token: session.token,
      externalId: this.page.user?.external_id ?? null,
    });
    this.set({
      hall: session.hall,
      conversationId: session.conversation_id,
      rated: JSON.parse(recall('rated') ?? '[]') as string[],
      agentRead: keptReceipt(session.conversation_id),
      ...withConversation(this.state, session),
    });
    await this.catchUp();
    this.set({ phase: 'ready' });
    await this.openOutbox(session.customer_id);
    this.connect();
  }

  /** The stream tells newer states than an answer under way: beside it, only the place is taken. */
  private async moved(answer: HandoffResult): Promise<void> {
    if (!this.live) return this.refresh();
    if (answer.state === 'queued') this.set({ queue: answer.queue });
  }

  /** An identity that does not verify must not lock anybody out: they are served as a guest. */
  private async openSession(): Promise<Session> {
    const { inbox, user, context } = this.page;
    const kept = recallIdentity(inbox, user?.external_id ?? null);
    const body = { inbox, context, locale: 'zh-CN' };
    try {
      return await this.api.openSession({ ...body, user, token: kept?.token });
    } catch (error) {
      const unverified = user && error instanceof ApiError && [401, 422].includes(error.status);
      if (!unverified) throw error;
      this.set({ notice: texts.identityRefused });
      return this.api.openSession(body);
    }
  }

  private async openOutbox(customerId: string): Promise<void> {
    if (this.outbox) return this.outbox.kick();
    this.outbox = new Outbox<Letter>({
      storage: outboxStorage(customerId),
      deliver: (entry) => this.deliver(entry),
      onChange: (pending) => this.set({ pending }),
      onRefused: (entry, error) => this.refused(entry, error),
    });
    await this.outbox.restore(this.state.timeline.confirmed);
  }

  private async deliver({ id, body }: Entry<Letter>): Promise<void> {
    const { label: _, ...outgoing } = body;
    this.expectAnswer();
    try {
      const wait = this.live ? 0 : WAIT_WITHOUT_STREAM_S;
      const result = await this.api.send({ ...outgoing, client_msg_id: id }, wait);
      this.set(withMessages(this.state, [result.message, ...result.replies]));
      if (!this.live) this.set(withConversation(this.state, { state: result.state }));
    } catch (error) {
      this.set({ thinking: false });
      if (error instanceof ApiError && error.status === 401) {
        await this.open();
        throw new ApiError(0, { title: error.message });
      }
      throw error;
    }
  }

  private refused(entry: Entry<Letter>, error: ApiError): void {
    if (entry.body.kind !== 'form' || error.errors.length === 0) return;
    const { form_id } = entry.body.content;
    this.set({ formErrors: { ...this.state.formErrors, [form_id]: error.errors } });
    this.outbox?.discard(entry.id);
  }

  /** The bot is thinking until its answer comes, or until waiting longer would be a lie. */
  private expectAnswer(): void {
    if (this.state.state === 'human' || this.state.state === 'queued') return;
    this.set({ thinking: true });
    clearTimeout(this.thinkingTimer);
    this.thinkingTimer = setTimeout(() => this.set({ thinking: false }), THINKING_LIMIT_MS);
  }

  private connect(): void {
    if (this.socket) return;
    this.socket = new LiveSocket(socketUrl(`${API}/visitor/ws`), {
      token: () => this.token,
      onEvent: (event) => {
        this.set(withEvent(this.state, event));
        if (event.type === 'typing') this.fadeTyping();
        if (event.type === 'read') remember('read', JSON.stringify(this.receipt));
        this.outbox?.confirm(this.state.timeline.confirmed);
      },
      onStatus: (status) => this.connectionIs(status),
      onReady: (resumed) => {
        this.readSeq = 0;
        this.markRead(lastSeq(this.state.timeline, this.state.conversationId));
        this.outbox?.kick();
        void (resumed ? this.catchUp() : this.refresh()).catch(() => undefined);
      },
      onRejected: () => {
        this.socket = undefined;
        setTimeout(() => void this.start(), REOPEN_AFTER_MS);
      },
    });
  }

  private connectionIs(connection: LiveStatus): void {
    this.set({ connection });
    clearInterval(this.poll);
    if (connection === 'lost') {
      this.poll = setInterval(() => void this.ask().catch(() => undefined), POLL_EVERY_MS);
    }
  }

  private fadeTyping(): void {
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.set({ typing: null }), TYPING_SHOWN_MS);
  }

  /** Without a stream: every change after our cursor, or all of it when there is no usable cursor. */
  private async ask(): Promise<void> {
    try {
      const cursor = this.socket?.position;
      if (cursor === undefined) return await this.refresh();
      const { items, next_cursor } = await this.api.events(cursor);
      for (const event of items) this.set(withEvent(this.state, event));
      this.socket?.moveTo(next_cursor);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 410) throw error;
      await this.refresh();
    }
    this.outbox?.confirm(this.state.timeline.confirmed);
  }

  private async refresh(): Promise<void> {
    const session = await this.openSession();
    this.set({ conversationId: session.conversation_id, ...withConversation(this.state, session) });
    await this.catchUp();
  }

  /** Fetches what is missing after the last message we hold: after a gap, and without a stream. */
  private async catchUp(): Promise<void> {
    const { conversationId, timeline } = this.state;
    const missed = await this.api.messages(conversationId, lastSeq(timeline, conversationId));
    this.set(withMessages(this.state, missed));
    this.outbox?.confirm(this.state.timeline.confirmed);
  }

  private backOnline(): void {
    if (this.state.phase === 'failed') void this.start();
    this.socket?.nudge();
    this.outbox?.kick();
  }
}

/** How far the agent had read; the service tells it only when it happens. */
type Receipt = { conversation: string; seq: number };

function keptReceipt(conversationId: string): number {
  const kept = JSON.parse(recall('read') ?? 'null') as Receipt | null;
  return kept?.conversation === conversationId ? kept.seq : 0;
}
