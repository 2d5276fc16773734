/** What the transcript shows, one row after the other: the bot's part folded, times, messages, private notes. */

import type { ConversationDetail, Message, Note } from '@kefu/api';

const GAP_MS = 5 * 60_000;

export type Row =
  | { type: 'bot'; key: string; count: number }
  | { type: 'time'; key: string; at: string }
  | { type: 'note'; key: string; note: Note }
  | { type: 'message'; key: string; message: Message; last: boolean };

export function rowsOf(
  { transcript, notes, older }: Pick<ConversationDetail, 'transcript' | 'notes' | 'older'>,
  botOpen: boolean,
): Row[] {
  const split = handedOverAt(transcript);
  const rows: Row[] = [];
  // With nobody come in yet there is nothing to fold: the bot's part is the conversation.
  if (split > 0 && split < transcript.length) {
    rows.push({ type: 'bot', key: 'bot', count: split });
  }
  const folded = rows.length > 0 && !botOpen;
  const shown = folded ? transcript.slice(split) : transcript;
  const last = lastOfAgent(shown);
  const waiting = notes.filter((note) => !older || note.created_at >= (shown[0]?.created_at ?? ''));
  let before: string | undefined;
  for (const message of shown) {
    while (waiting[0] && waiting[0].created_at < message.created_at) rows.push(noteRow(waiting));
    if (isGap(before, message.created_at)) {
      rows.push({ type: 'time', key: `time ${message.id}`, at: message.created_at });
    }
    rows.push({ type: 'message', key: message.id, message, last: message === last });
    before = message.created_at;
  }
  while (waiting.length > 0) rows.push(noteRow(waiting));
  return rows;
}

function noteRow(waiting: Note[]): Row {
  const note = waiting.shift() as Note;
  return { type: 'note', key: note.id, note };
}

/** Everything before a person came in: up to and with the handover, or to the first agent's word. */
function handedOverAt(messages: readonly Message[]): number {
  const handoff = messages.findIndex((message) => message.kind === 'handoff');
  const agent = messages.findIndex((message) => message.sender === 'agent');
  if (agent >= 0 && (handoff < 0 || agent < handoff)) return agent;
  return handoff >= 0 ? handoff + 1 : messages.length;
}

function lastOfAgent(messages: readonly Message[]): Message | undefined {
  return messages.findLast((message) => message.sender === 'agent');
}

function isGap(before: string | undefined, at: string): boolean {
  return !before || new Date(at).getTime() - new Date(before).getTime() > GAP_MS;
}
