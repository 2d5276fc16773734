/**
 * The messages that the service has confirmed, in the order it gave them.
 *
 * Events may arrive twice, late or in any order, and answers to requests race with them; whatever
 * the way, the same set of messages gives the same timeline.
 */

import type { Message } from '@kefu/api';

export type Timeline = {
  /** Sorted: conversations by their first message, inside one by `seq`. */
  readonly messages: readonly Message[];
  /** `client_msg_id` of everything confirmed, so that what waits in the outbox can be dropped. */
  readonly confirmed: ReadonlySet<string>;
};

export const emptyTimeline: Timeline = { messages: [], confirmed: new Set() };

/** Adds new messages and replaces changed ones (recalls, edits); the same object if nothing is new. */
export function merge(timeline: Timeline, incoming: readonly Message[]): Timeline {
  const byId = new Map(timeline.messages.map((message) => [message.id, message]));
  let changed = false;
  for (const message of incoming) {
    const known = byId.get(message.id);
    if (known && sameContent(known, message)) continue;
    byId.set(message.id, message);
    changed = true;
  }
  if (!changed) return timeline;
  const messages = sorted([...byId.values()]);
  const confirmed = new Set<string>();
  for (const { client_msg_id } of messages) if (client_msg_id) confirmed.add(client_msg_id);
  return { messages, confirmed };
}

/** The highest `seq` of one conversation, 0 when nothing of it is known. */
export function lastSeq(timeline: Timeline, conversationId: string): number {
  return timeline.messages.reduce(
    (highest, message) =>
      message.conversation_id === conversationId ? Math.max(highest, message.seq) : highest,
    0,
  );
}

function sorted(messages: Message[]): Message[] {
  const began = new Map<string, string>();
  for (const { conversation_id, created_at } of messages) {
    const first = began.get(conversation_id);
    if (first === undefined || created_at < first) began.set(conversation_id, created_at);
  }
  const start = (message: Message) => began.get(message.conversation_id) ?? '';
  return messages.sort(
    (a, b) =>
      start(a).localeCompare(start(b)) ||
      a.conversation_id.localeCompare(b.conversation_id) ||
      a.seq - b.seq,
  );
}

function sameContent(a: Message, b: Message): boolean {
  return (
    a.kind === b.kind &&
    a.seq === b.seq &&
    Boolean(a.recalled) === Boolean(b.recalled) &&
    JSON.stringify(a.content) === JSON.stringify(b.content)
  );
}
