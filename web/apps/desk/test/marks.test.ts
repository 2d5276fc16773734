import { expect, test } from 'vitest';
import { mark, parseMarks, pieces, unmark, writeMarks } from '../src/intents/marks.ts';

test('what is read is written again', () => {
  for (const example of [
    '你好',
    '查[YS1](order_no)',
    '[昨天](date)的[YS1](order_no)呢',
    '[快递](topic)',
  ]) {
    expect(writeMarks(parseMarks(example))).toBe(example);
  }
});

test('a stretch is marked, without the spaces around it, and others give way', () => {
  const plain = parseMarks('我[昨天](date)买的 YS1 到哪了');
  expect(plain.text).toBe('我昨天买的 YS1 到哪了');
  const both = mark(plain, 5, 10, 'order_no');
  expect(writeMarks(both)).toBe('我[昨天](date)买的 [YS1](order_no) 到哪了');
  expect(writeMarks(mark(both, 0, 3, 'courier'))).toBe(
    '[我昨天](courier)买的 [YS1](order_no) 到哪了',
  );
  expect(mark(plain, 5, 6, 'date')).toBe(plain);
});

test('a mark is taken away', () => {
  const marked = parseMarks('查[YS1](order_no)');
  const [only] = marked.marks;
  expect(only && writeMarks(unmark(marked, only))).toBe('查YS1');
});

test('pieces are the text in order', () => {
  const found = pieces(parseMarks('查[YS1](order_no)吧'));
  expect(found.map((one) => [one.text, one.start, one.mark?.entity])).toEqual([
    ['查', 0, undefined],
    ['YS1', 1, 'order_no'],
    ['吧', 4, undefined],
  ]);
});
