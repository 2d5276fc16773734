/** What the states and steps of an article are called. */

import type { ArticleItem, Vocabulary } from '@kefu/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../app/api.ts';

export const draftStates: Record<string, { text: string; color?: string }> = {
  draft: { text: '草稿' },
  review: { text: '待审核', color: 'orange' },
  refused: { text: '已退回', color: 'red' },
};

export const steps: Record<string, string> = {
  submit: '提交审核',
  comment: '评论',
  refuse: '退回',
  publish: '通过并发布',
  rollback: '回滚',
  withdraw: '下架',
};

export const fields: Record<string, string> = {
  question: '标准问法',
  similar: '相似问',
  answer: '答案',
  related: '相关条目',
  order_states: '适用订单状态',
  tool: '附带工具',
  valid_from: '生效日期',
  valid_to: '失效日期',
};

export function fieldName(field: string, vocabulary?: Vocabulary): string {
  const [name, detail] = field.split('.');
  if (name === 'variants') return `答案（${variantName(detail ?? '', vocabulary)}）`;
  if (name === 'similar' && detail) return `相似问第 ${Number(detail) + 1} 条`;
  return fields[name ?? ''] ?? field;
}

/** What an answer of its own is for: an order state, a channel (`@app`), or both (`stuck@app`). */
export function variantName(key: string, vocabulary?: Vocabulary): string {
  const [state, channel] = key.split('@');
  const parts = [
    state && `${labelOf(vocabulary?.order_states, state)}时`,
    channel && labelOf(vocabulary?.channels, channel),
  ];
  return parts.filter(Boolean).join(' · ');
}

export function labelOf(
  choices: Vocabulary['categories'] | undefined,
  value: string | null | undefined,
): string {
  return choices?.find((choice) => choice.value === value)?.label ?? value ?? '';
}

export function isLive(item: Pick<ArticleItem, 'published_revision'>): boolean {
  return item.published_revision !== null;
}

export const editorKeys = {
  vocabulary: ['editor', 'vocabulary'] as const,
  articles: ['editor', 'articles'] as const,
  article: (key: string) => ['editor', 'article', key] as const,
};

export function useVocabulary(): Vocabulary | undefined {
  const query = useQuery({
    queryKey: editorKeys.vocabulary,
    queryFn: api.vocabulary,
    placeholderData: keepPreviousData,
  });
  return query.data;
}
