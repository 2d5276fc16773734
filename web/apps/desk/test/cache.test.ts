import type { ConversationDetail, LiveEvent, Message } from '@kefu/api';
import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '../src/app/api.ts';
import { applyEvent, keepOlder } from '../src/live/cache.ts';

const message = (seq: number, sender: Message['sender'] = 'customer'): Message => ({
  id: `m${seq}`,
  seq,
  conversation_id: 'c',
  sender,
  kind: 'text',
  content: { text: `第 ${seq} 句` },
  created_at: `2026-11-22T06:00:0${seq}Z`,
});

const created = (data: Message) =>
  ({ type: 'message.created', event_id: 1, conversation_id: 'c', data }) as LiveEvent;

let client: QueryClient;
const stale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;
const transcript = () =>
  client.getQueryData<ConversationDetail>(keys.conversation('c'))?.transcript.map(({ seq }) => seq);

beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(keys.conversation('c'), { id: 'c', transcript: [message(1)] });
  client.setQueryData(keys.queue, { items: [] });
  client.setQueryData(keys.list('mine'), { items: [] });
  client.setQueryData(keys.suggestions('c'), { answers: [] });
});

describe('applyEvent', () => {
  it('adds messages in order and once', () => {
    for (const seq of [3, 2, 3]) applyEvent(client, created(message(seq)));
    expect(transcript()).toEqual([1, 2, 3]);
  });

  it('asks for new suggestions when the customer spoke, not when we did', () => {
    applyEvent(client, created(message(2, 'agent')));
    expect(stale(keys.suggestions('c'))).toBe(false);
    applyEvent(client, created(message(3)));
    expect(stale(keys.suggestions('c'))).toBe(true);
  });

  it('renews the lists when somebody takes a conversation', () => {
    const data = { state: 'human' as const };
    applyEvent(client, { type: 'state.changed', event_id: 2, conversation_id: 'c', data });
    expect([stale(keys.queue), stale(keys.list('mine')), stale(keys.conversation('c'))]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('reads anew who waits and what is due, a moment after a word, once for many words', () => {
    vi.useFakeTimers();
    const read = vi.spyOn(client, 'invalidateQueries');
    for (const seq of [2, 3, 4]) {
      applyEvent(client, { ...created(message(seq, 'agent')), conversation_id: 'd' } as LiveEvent);
    }
    const times = () => read.mock.calls.filter(([what]) => what?.queryKey?.[1] === 'd').length;
    expect(times()).toBe(0);
    vi.runAllTimers();
    vi.useRealTimers();
    expect(times()).toBe(1);
  });

  it('does not open a conversation that nobody looks at', () => {
    applyEvent(client, { ...created(message(2)), conversation_id: 'other' } as LiveEvent);
    expect(client.getQueryData(keys.conversation('other'))).toBeUndefined();
  });
});

describe('keepOlder', () => {
  it('keeps what was loaded before the newest page when the conversation is read anew', () => {
    const detail = (older: boolean, ...seqs: number[]) =>
      ({ older, transcript: seqs.map((seq) => message(seq)) }) as ConversationDetail;
    const kept = keepOlder(detail(false, 1, 2, 3), detail(true, 3, 4));
    expect(kept.transcript.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(kept.older).toBe(false);
    expect(keepOlder(undefined, detail(true, 3)).older).toBe(true);
    const since = keepOlder(detail(false, 1, 2, 3), detail(true, 1, 2));
    expect(since.transcript.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(since.older).toBe(true);
  });
});

it('reads once more what an event met in its first reading', async () => {
  let deliver: (value: unknown) => void = () => {};
  const reading = client.fetchQuery({
    queryKey: keys.conversation('new'),
    queryFn: () =>
      new Promise((resolve) => {
        deliver = resolve;
      }),
  });
  const changed = {
    type: 'state.changed',
    event_id: 2,
    conversation_id: 'new',
    data: { state: 'human' },
  };
  applyEvent(client, changed as LiveEvent);
  deliver({ id: 'new', state: 'queued', transcript: [] });
  await reading;
  await Promise.resolve();
  expect(stale(keys.conversation('new'))).toBe(true);
});

it('reads once more where a message came during the first reading', async () => {
  let deliver: (value: unknown) => void = () => {};
  const reading = client.fetchQuery({
    queryKey: keys.conversation('fresh'),
    queryFn: () =>
      new Promise((resolve) => {
        deliver = resolve;
      }),
  });
  applyEvent(client, { ...created(message(2)), conversation_id: 'fresh' } as LiveEvent);
  deliver({ id: 'fresh', state: 'human', transcript: [] });
  await reading;
  await Promise.resolve();
  expect(stale(keys.conversation('fresh'))).toBe(true);
});
