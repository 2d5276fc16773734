/** Ready phrases: which ones fit what was typed after `/`, and their variables filled in. */

import type { Canned, ConversationDetail, StaffUser } from '@kefu/api';

const SHOWN = 8;

/** By code, pinyin or initials from the start, or by any part of the text; the better fit first. */
export function matching(phrases: readonly Canned[], typed: string): Canned[] {
  const wanted = typed.toLowerCase();
  const score = ({ code, keys, text }: Canned): number => {
    if (code.toLowerCase().startsWith(wanted)) return 0;
    if (keys.some((key) => key.startsWith(wanted))) return 1;
    if (text.toLowerCase().includes(wanted)) return 2;
    return keys.some((key) => key.includes(wanted)) ? 3 : -1;
  };
  return phrases
    .map((phrase) => ({ phrase, score: score(phrase) }))
    .filter((one) => one.score >= 0)
    .sort((a, b) => a.score - b.score)
    .slice(0, SHOWN)
    .map((one) => one.phrase);
}

export const variables: Record<string, string> = {
  customer: '客户称呼',
  agent: '我的名字',
  number: '我的工号',
  order_no: '订单号',
};

/** `{{customer}}` and the like become what they stand for; what is not known is left out. */
export function filled(
  text: string,
  { customer, brief, orders }: ConversationDetail,
  me: StaffUser,
): string {
  const values: Record<string, string> = {
    customer: customer.verified ? customer.name : '您好',
    agent: me.name,
    number: me.number,
    order_no: brief?.order_no ?? orders[0]?.order_no ?? '',
  };
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}
