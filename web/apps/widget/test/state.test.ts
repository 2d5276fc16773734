import type { LiveEvent, Message } from '@kefu/api';
import { describe, expect, it } from 'vitest';
import { initialState, type VisitorState, withEvent } from '../src/visitor/state.ts';

const event = (type: LiveEvent['type'], data: unknown) =>
  ({ type, event_id: 1, conversation_id: 'c', data }) as LiveEvent;

function after(state: Partial<VisitorState>, ...events: LiveEvent[]): VisitorState {
  let now = { ...initialState, conversationId: 'c', ...state };
  for (const one of events) now = { ...now, ...withEvent(now, one) };
  return now;
}

const reply: Message = {
  id: 'm1',
  seq: 1,
  conversation_id: 'c',
  sender: 'bot',
  kind: 'text',
  content: { text: '好的' },
  created_at: '2026-11-22T06:00:00Z',
};

describe('withEvent', () => {
  it('ends the waiting with the answer', () => {
    const state = after({ state: 'bot', thinking: true }, event('message.created', reply));
    expect(state.thinking).toBe(false);
    expect(state.timeline.messages).toEqual([reply]);
  });

  it('shows an answer once however often it comes', () => {
    const state = after({}, event('message.created', reply), event('message.created', reply));
    expect(state.timeline.messages).toHaveLength(1);
  });

  it('names the agent who came, and forgets them when the bot is back', () => {
    const agent = { name: '林晓', number: '1024' };
    const human = after({ state: 'queued' }, event('state.changed', { state: 'human', agent }));
    expect(human.agent).toEqual(agent);
    expect(after(human, event('state.changed', { state: 'bot' })).agent).toBeNull();
  });

  it('follows the place in the queue only while queued', () => {
    const place = { position: 3, ahead: 2, eta_seconds: 120 };
    expect(after({ state: 'queued' }, event('queue.updated', place)).queue).toEqual(place);
    expect(after({ state: 'human' }, event('queue.updated', place)).queue).toBeNull();
  });

  it('takes the first place from the handover, whichever of the two events comes first', () => {
    const place = { position: 1, ahead: 0, eta_seconds: 60 };
    const content = { reason: 'asked', queue: place };
    const events = [
      event('message.created', { ...reply, kind: 'handoff', content }),
      event('state.changed', { state: 'queued' }),
    ];
    expect(after({ state: 'bot' }, ...events).queue).toEqual(place);
    expect(after({ state: 'bot' }, ...events.reverse()).queue).toEqual(place);
  });

  it('never lets a late receipt turn 已读 back', () => {
    const read = (seq: number) => event('read', { side: 'agent', seq });
    expect(after({}, read(5), read(3)).agentRead).toBe(5);
  });

  it('moves on to the conversation in which the customer now writes', () => {
    const next = { ...reply, id: 'm9', conversation_id: 'd' };
    expect(after({}, event('message.created', next)).conversationId).toBe('d');
  });

  it('ignores events it does not know', () => {
    const state = after({ state: 'bot' });
    expect(withEvent(state, { type: 'something.new' } as never)).toEqual({});
  });
});
