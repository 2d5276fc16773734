/** How an event of the stream changes what react-query holds. */

import type { ConversationDetail, LiveEvent, Message } from '@kefu/api';
import { emptyTimeline, merge } from '@kefu/chat';
import type { QueryClient } from '@tanstack/react-query';
import { keys } from '../app/api.ts';

/** Adds or replaces messages of an open conversation, in order and once. */
export function addMessages(
  client: QueryClient,
  id: string,
  messages: readonly Message[],
  more: Partial<ConversationDetail> = {},
): void {
  client.setQueryData<ConversationDetail>(keys.conversation(id), (detail) => {
    if (!detail) return detail;
    return { ...detail, ...more, transcript: joined(detail.transcript, messages) };
  });
}

function joined(known: readonly Message[], fresh: readonly Message[]): Message[] {
  return [...merge(merge(emptyTimeline, known), fresh).messages];
}

/** A conversation read anew keeps what it does not tell: older messages, and those that came while it was read. */
export function keepOlder(
  known: ConversationDetail | undefined,
  fresh: ConversationDetail,
): ConversationDetail {
  const first = fresh.transcript[0]?.seq ?? 0;
  const last = fresh.transcript[fresh.transcript.length - 1]?.seq ?? 0;
  const before = known?.transcript.filter(({ seq }) => seq < first) ?? [];
  const since = known?.transcript.filter(({ seq }) => seq > last) ?? [];
  if (!known || before.length + since.length === 0) return fresh;
  return {
    ...fresh,
    older: before.length > 0 ? known.older : fresh.older,
    transcript: joined([...before, ...since], fresh.transcript),
  };
}

const LISTS_MS = 400;
let renewing: ReturnType<typeof setTimeout> | undefined;

/** Every word changes a line of the lists; with eight customers talking they are read anew once, not eight times. */
function renewListsSoon(client: QueryClient): void {
  if (renewing !== undefined) return;
  renewing = setTimeout(() => {
    renewing = undefined;
    void client.invalidateQueries({ queryKey: keys.conversations });
  }, LISTS_MS);
}

const TIMES_MS = 2_000;
const renewingTimes = new Set<string>();

/** With every word other times run: who waits for whom, and what is due. The service has counted them a second later. */
function renewTimesSoon(client: QueryClient, id: string): void {
  if (renewingTimes.has(id)) return;
  renewingTimes.add(id);
  setTimeout(() => {
    renewingTimes.delete(id);
    void client.invalidateQueries({ queryKey: keys.conversation(id) });
  }, TIMES_MS);
}

/** Reads anew what an event has made stale. */
export function renew(client: QueryClient, queryKey: readonly unknown[]): void {
  renewFirst(client, queryKey);
  void client.invalidateQueries({ queryKey });
}

/**
 * What is being read for the first time may have been read before the event, and react-query does not begin such a
 * reading again: it is read once more when it has ended.
 */
function renewFirst(client: QueryClient, queryKey: readonly unknown[]): void {
  const first = client
    .getQueryCache()
    .findAll({ queryKey, fetchStatus: 'fetching' })
    .filter((query) => query.state.data === undefined);
  const again = () => client.invalidateQueries({ queryKey });
  for (const query of first) void query.promise?.then(again, () => undefined);
}

export function applyEvent(client: QueryClient, event: LiveEvent): void {
  const id = event.conversation_id;
  const stale = (...names: (readonly unknown[])[]) => {
    for (const queryKey of names) renew(client, queryKey);
  };
  switch (event.type) {
    case 'message.created':
    case 'message.updated':
      addMessages(client, id, [event.data]);
      renewFirst(client, keys.conversation(id));
      renewListsSoon(client);
      renewTimesSoon(client, id);
      if (event.data.sender === 'customer') stale(keys.suggestions(id));
      return;
    case 'state.changed':
      stale(keys.conversation(id), keys.conversations, keys.queue);
      return;
    case 'transfer.asked':
    case 'transfer.ended':
      stale(keys.conversation(id), keys.conversations);
      return;
    case 'commitment.due':
    case 'commitment.missed':
      stale(keys.conversation(id), keys.conversations, keys.queue, keys.promises, keys.board);
      return;
    case 'note.created':
      stale(keys.conversation(id));
      return;
    case 'queue.offered':
      stale(keys.queue, keys.counts);
      return;
    case 'queue.updated':
      stale(keys.queue, keys.counts);
      return;
    case 'presence.changed':
      stale(keys.presence, keys.colleagues, keys.board);
      return;
    case 'read':
      if (event.data.side === 'customer') {
        addMessages(client, id, [], { read_seq: event.data.seq });
      } else {
        stale(keys.conversations);
      }
      return;
    default:
      return;
  }
}

/** After a gap nothing that is shown may be trusted. */
export function refetchAll(client: QueryClient): void {
  for (const queryKey of [keys.queue, keys.conversations, ['conversation'], keys.presence]) {
    void client.invalidateQueries({ queryKey });
  }
}
