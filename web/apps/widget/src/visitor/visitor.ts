/**
 * The customer's side of one conversation: opens the visit, does what the customer asks for, and sends
 * through the outbox. What comes back is the feed's.
 */

import {
  ApiError,
  createVisitorApi,
  type FeedbackReason,
  type HandoffResult,
  type Message,
  type Option,
  type Rating,
  type Session,
} from '@kefu/api';
import { type Entry, isWebLink, Outbox, shrink } from '@kefu/chat';
import { createStore } from 'zustand/vanilla';
import type { PageParams } from '../page.ts';
import { type Language, texts } from '../texts/index.ts';
import { Feed } from './feed.ts';
import { Pictures, toOutgoing } from './pictures.ts';
import { keepIdentity, keptReceipt, openSession } from './session.ts';
import {
  type Change,
  initialState,
  type VisitorState,
  withConversation,
  withHistory,
  withMessages,
} from './state.ts';
import { type Letter, outboxStorage, recall, remember } from './storage.ts';

const WAIT_WITHOUT_STREAM_S = 8;
const THINKING_LIMIT_MS = 15_000;

/** What the page around the conversation wants to know. */
export type Watcher = {
  looking: () => boolean;
  /** Somebody else than the customer said something, just now. */
  onMessage: (message: Message) => void;
};

export class Visitor {
  readonly store = createStore<VisitorState>(() => initialState);
  private token: string | null = null;
  readonly api = createVisitorApi(
    () => this.token,
    () => this.language(),
  );
  readonly feed: Feed;
  private outbox: Outbox<Letter> | undefined;
  private thinkingTimer: ReturnType<typeof setTimeout> | undefined;
  readonly pictures = new Pictures((id) => this.api.picture(id));
  watcher: Watcher = { looking: () => true, onMessage: () => undefined };

  /** @param language what the customer reads now */
  constructor(
    public page: PageParams,
    readonly language: () => Language = () => 'zh-CN',
  ) {
    this.feed = new Feed(this.store, this.api, {
      token: () => this.token,
      openSession: () => this.openSession(),
      reopen: () => void this.start(),
      looking: () => this.watcher.looking(),
      onMessage: (message) => this.watcher.onMessage(message),
      onReady: () => this.outbox?.kick(),
      onConfirmed: (ids) => this.outbox?.confirm(ids),
    });
    window.addEventListener('online', () => this.backOnline());
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
    this.feed.hasSent();
    this.post({ kind: 'text', content: { text }, label: text, ...this.quoted() });
  }

  /** @throws when the picture is larger than the service takes */
  async sendPicture(file: Blob): Promise<void> {
    const picture = await shrink(file);
    const limit = this.state.limits.upload_max_bytes;
    if (picture.size > limit) {
      throw new ApiError(413, { title: texts.pictureTooLarge(limit / 1_000_000) });
    }
    this.post({ kind: 'picture', picture, label: texts.image, ...this.quoted() });
  }

  /** The next message answers this one; null for none. */
  quote(message: Message | null): void {
    this.set({ quoting: message });
  }

  async recall(message: Message): Promise<void> {
    this.set(withMessages(this.state, [await this.api.recall(message.id)]));
  }

  /** Fetches older messages and shows what lies before this conversation. */
  async loadOlder(): Promise<void> {
    const { older, pastShown, timeline } = this.state;
    const hidden = this.state.past.size > 0 && !pastShown;
    this.set({ pastShown: true });
    if (hidden || older !== 'some') return;
    this.set({ older: 'loading' });
    try {
      const page = await this.api.history(timeline.messages[0]?.id);
      this.set({ ...withHistory(this.state, page.items), older: page.more ? 'some' : 'none' });
    } catch (error) {
      this.set({ older: 'some' });
      throw error;
    }
  }

  /** The customer has gone on to another page of the shop. */
  async renewHall(): Promise<void> {
    if (this.state.phase !== 'ready') return;
    const { hall } = await this.openSession();
    this.set({ hall });
  }

  /** The customer reads another language now: everything that the service said is told again. */
  async languageChanged(): Promise<void> {
    if (this.state.phase !== 'ready') return;
    const session = await this.openSession();
    this.token = session.token;
    keepIdentity(this.page, session);
    this.set({ hall: session.hall, ...withMessages(this.state, session.history.items) });
    this.feed.disconnect();
    this.feed.connect(session);
  }

  /** Begins anew, as whoever `page` says now. */
  async restart(): Promise<void> {
    this.feed.disconnect();
    this.outbox?.stop();
    this.outbox = undefined;
    this.set(initialState);
    await this.start();
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

  async askHuman(): Promise<void> {
    await this.moved(await this.api.askHuman());
  }

  async leaveQueue(): Promise<void> {
    await this.moved(await this.api.leaveQueue());
  }

  async leaveCallback(phone: string, text: string): Promise<void> {
    await this.api.leaveCallback(phone, text);
    await this.feed.settle();
  }

  async giveFeedback(messageId: string, useful: boolean, reason?: FeedbackReason): Promise<void> {
    const before = this.state.feedback;
    this.set({ feedback: { ...before, [messageId]: { useful, reason } } });
    try {
      await this.api.feedback(messageId, useful, reason);
      await this.feed.settle();
    } catch (error) {
      this.set({ feedback: before });
      throw error;
    }
  }

  async rate(conversationId: string, rating: Rating): Promise<void> {
    await this.api.rate({ ...rating, conversation_id: conversationId });
    const rated = [...this.state.rated, conversationId].slice(-20);
    remember('rated', JSON.stringify(rated));
    this.set({ rated });
  }

  private get state(): VisitorState {
    return this.store.getState();
  }

  private set(change: Change): void {
    this.store.setState(change);
  }

  private post(letter: Letter): void {
    this.outbox?.add(letter);
  }

  private quoted(): { quote_id?: string } {
    const { quoting } = this.state;
    this.set({ quoting: null });
    return quoting ? { quote_id: quoting.id } : {};
  }

  private openSession(): Promise<Session> {
    return openSession(this.api, this.page, this.language(), () =>
      this.set({ notice: texts.identityRefused }),
    );
  }

  private async open(): Promise<void> {
    const session = await this.openSession();
    this.token = session.token;
    keepIdentity(this.page, session);
    this.set({
      phase: 'ready',
      hall: session.hall,
      limits: session.limits,
      conversationId: session.conversation_id,
      rated: JSON.parse(recall('rated') ?? '[]') as string[],
      agentRead: keptReceipt(session),
      ...withConversation(this.state, session),
      ...withHistory(
        { ...this.state, conversationId: session.conversation_id },
        session.history.items,
      ),
      older: session.history.more ? 'some' : 'none',
    });
    await this.openOutbox(session.customer_id);
    this.feed.connect(session);
  }

  /** The stream tells newer states than an answer under way: beside it, only the place is taken. */
  private async moved(answer: HandoffResult): Promise<void> {
    if (this.feed.live && answer.state === 'queued') this.set({ queue: answer.queue });
    await this.feed.settle();
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
    if (body.kind !== 'picture') this.expectAnswer();
    try {
      const wait = this.feed.live ? 0 : WAIT_WITHOUT_STREAM_S;
      const tell = (share: number) =>
        this.set({ progress: { ...this.state.progress, [id]: share } });
      const outgoing = await toOutgoing(this.api, this.pictures, body, tell);
      const result = await this.api.send({ ...outgoing, client_msg_id: id }, wait);
      this.set(withMessages(this.state, [result.message, ...result.replies]));
      if (!this.feed.live) this.set(withConversation(this.state, { state: result.state }));
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

  private backOnline(): void {
    if (this.state.phase === 'failed') void this.start();
    this.feed.nudge();
    this.outbox?.kick();
  }
}
