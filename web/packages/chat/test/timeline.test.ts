import type { Message } from '@kefu/api';
import { describe, expect, it } from 'vitest';
import { emptyTimeline, lastSeq, merge } from '../src/index.ts';

function message(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    seq,
    conversation_id: 'a',
    sender: 'bot',
    kind: 'text',
    content: { text: `第 ${seq} 句` },
    created_at: `2026-11-22T06:00:0${seq}Z`,
    ...more,
  } as Message;
}

const seqs = (messages: readonly Message[]) => messages.map(({ seq }) => seq);

describe('merge', () => {
  it.each([[[1, 2, 3]], [[3, 2, 1]], [[2, 3, 1]], [[1, 1, 3, 2, 3]]])(
    'gives the same timeline for the arrivals %j',
    (arrivals) => {
      const timeline = arrivals.reduce((all, seq) => merge(all, [message(seq)]), emptyTimeline);
      expect(seqs(timeline.messages)).toEqual([1, 2, 3]);
    },
  );

  it('is the same object when nothing is new', () => {
    const timeline = merge(emptyTimeline, [message(1)]);
    expect(merge(timeline, [message(1)])).toBe(timeline);
  });

  it('replaces a message that was recalled', () => {
    const timeline = merge(emptyTimeline, [message(1), message(2)]);
    const recalled = merge(timeline, [message(1, { recalled: true })]);
    expect(recalled.messages.map((one) => Boolean(one.recalled))).toEqual([true, false]);
  });

  it('replaces the content of a changed message in its place', () => {
    const timeline = merge(emptyTimeline, [message(1), message(2)]);
    const changed = merge(timeline, [message(1, { content: { text: '更正' } })]);
    expect(changed.messages[0]?.content).toEqual({ text: '更正' });
    expect(changed.messages).toHaveLength(2);
  });

  it('puts conversations after one another by their beginning', () => {
    const older = message(7, { id: 'x', conversation_id: 'z', created_at: '2026-11-01T00:00:00Z' });
    const timeline = merge(emptyTimeline, [message(1), older]);
    expect(timeline.messages.map((one) => one.conversation_id)).toEqual(['z', 'a']);
  });

  it('knows which own messages have arrived', () => {
    const timeline = merge(emptyTimeline, [
      message(1, { sender: 'customer', client_msg_id: 'k1' }),
    ]);
    expect([...timeline.confirmed]).toEqual(['k1']);
  });
});

describe('lastSeq', () => {
  it('is the highest of one conversation', () => {
    const timeline = merge(emptyTimeline, [
      message(2),
      message(5),
      message(9, { conversation_id: 'b' }),
    ]);
    expect(lastSeq(timeline, 'a')).toBe(5);
    expect(lastSeq(timeline, 'unknown')).toBe(0);
  });
});
