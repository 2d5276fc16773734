import { expect, it } from 'vitest';
import { matched } from '../src/components/matched.ts';

it.each([
  ['你们发货用什么快递？', '快递', ['你们发货用什么', '快递', '？']],
  ['快递丢件了怎么赔？', '我的快递丢了', ['', '快递丢', '件了怎么赔？']],
  ['Plus 会员怎么退？', 'plus', ['', 'Plus', ' 会员怎么退？']],
  ['怎么开发票？', 'kuaidi', ['怎么开发票？', '', '']],
])('%s is marked where it shares most with %s', (title, query, parts) => {
  expect(matched(title, query)).toEqual(parts);
});
