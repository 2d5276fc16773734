import type { Message, Note } from '@kefu/api';
import { describe, expect, it } from 'vitest';
import { type Row, rowsOf } from '../src/conversation/rows.ts';

const message = (seq: number, kind: string, sender: string, minute = seq): Message =>
  ({
    id: `m${seq}`,
    seq,
    sender,
    kind,
    content: {},
    created_at: `2026-11-22T06:${String(minute).padStart(2, '0')}:00Z`,
  }) as unknown as Message;

const transcript = [
  message(1, 'text', 'customer'),
  message(2, 'answer', 'bot'),
  message(3, 'handoff', 'system'),
  message(4, 'text', 'agent'),
  message(5, 'text', 'customer', 20),
];
const note = { id: 'n', created_at: '2026-11-22T06:10:00Z' } as Note;
const keys = (rows: Row[]) => rows.map(({ key }) => key);

describe('rowsOf', () => {
  it('folds what the bot did, and opens it', () => {
    const folded = rowsOf({ transcript, notes: [], older: false }, false);
    expect(folded[0]).toMatchObject({ type: 'bot', count: 3 });
    expect(keys(folded)).toEqual(['bot', 'time m4', 'm4', 'time m5', 'm5']);
    expect(keys(rowsOf({ transcript, notes: [], older: false }, true))).toContain('m2');
  });

  it('shows the bot at work unfolded while no person has come in', () => {
    const rows = rowsOf({ transcript: transcript.slice(0, 2), notes: [], older: false }, false);
    expect(keys(rows)).toEqual(['time m1', 'm1', 'm2']);
  });

  it('puts private notes at their time', () => {
    const rows = rowsOf({ transcript, notes: [note], older: false }, false);
    expect(keys(rows)).toEqual(['bot', 'time m4', 'm4', 'n', 'time m5', 'm5']);
  });

  it('marks only the last word of an agent, which may be read', () => {
    const read = rowsOf({ transcript, notes: [], older: false }, false).filter(
      (row) => row.type === 'message' && row.last,
    );
    expect(keys(read)).toEqual(['m4']);
  });
});
