import type { Canned, ConversationDetail, StaffUser } from '@kefu/api';
import { describe, expect, it } from 'vitest';
import { filled, matching } from '../src/conversation/canned.ts';

const phrase = (code: string, text: string, ...keys: string[]): Canned => ({
  id: code,
  code,
  text,
  shared: false,
  keys,
});
const phrases = [
  phrase('wait', '请稍等，我核实一下', 'qingshaodengwoheshiyixia', 'qsdwhsyx'),
  phrase('fp', '您的发票已开具', 'nindefapiaoyikaiju', 'ndfpykj'),
  phrase('hi', '您好', 'ninhao', 'nh'),
];
const found = (typed: string) => matching(phrases, typed).map(({ code }) => code);

describe('matching', () => {
  it('finds by code, initials, pinyin and text', () => {
    expect(found('fp')).toEqual(['fp']);
    expect(found('qsd')).toEqual(['wait']);
    expect(found('ninhao')).toEqual(['hi']);
    expect(found('核实')).toEqual(['wait']);
    expect(found('zzz')).toEqual([]);
  });

  it('puts the better fit first and shows everything for nothing typed', () => {
    expect(found('n')).toEqual(['fp', 'hi', 'wait']);
    expect(found('')).toHaveLength(3);
  });
});

describe('filled', () => {
  const detail = {
    customer: { name: '陈雨桐', verified: true },
    brief: { order_no: 'YS1' },
    orders: [],
  } as unknown as ConversationDetail;
  const me = { name: '林小溪', number: '1001' } as StaffUser;

  it('fills in what it knows and leaves the rest as it stands', () => {
    expect(
      filled('{{customer}}，我是{{agent}}（{{number}}），订单 {{order_no}} {{x}}', detail, me),
    ).toBe('陈雨桐，我是林小溪（1001），订单 YS1 {{x}}');
  });
});
