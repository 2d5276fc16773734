import { describe, expect, it } from 'vitest';
import { formatDateTime, formatMoney, formatSince, formatTime } from '../src/index.ts';

const now = new Date('2026-11-22T06:30:00Z');

describe('formatTime', () => {
  it.each([
    ['2026-11-22T06:03:00Z', '14:03'],
    ['2026-11-21T16:01:00Z', '00:01'],
    ['2026-11-21T15:59:00Z', '昨天 23:59'],
    ['2026-11-23T00:00:00Z', '明天 08:00'],
    ['2026-11-10T01:00:00Z', '11-10 09:00'],
    ['2025-11-10T01:00:00Z', '2025-11-10 09:00'],
    ['不是时间', ''],
  ])('%s is %s in Shanghai', (iso, expected) => {
    expect(formatTime(iso, now)).toBe(expected);
  });
});

it('formatDateTime shows the day and the minute', () => {
  expect(formatDateTime('2026-11-21T16:01:00Z')).toBe('2026-11-22 00:01');
});

it('formatMoney shows yuan, and leaves what is no number', () => {
  expect(formatMoney('1299')).toBe('¥1,299.00');
  expect(formatMoney('面议')).toBe('面议');
});

it.each([
  ['2026-11-22T06:29:30Z', '刚刚'],
  ['2026-11-22T06:24:00Z', '6 分钟'],
  ['2026-11-22T03:24:00Z', '3 小时'],
  ['2026-11-19T06:24:00Z', '3 天'],
])('formatSince(%s) is %s', (iso, expected) => {
  expect(formatSince(iso, now)).toBe(expected);
});
