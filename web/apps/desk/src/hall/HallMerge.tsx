import type { HallSettings } from '@kefu/api';
import { type Choice, MergeModal } from '../editor/MergeModal.tsx';
import type { Clash } from './useHallEditing.tsx';

type Field = keyof HallSettings;

const labels: Required<Record<Field, string>> = {
  pinned: '置顶推荐',
  hot: '热门问题',
  tools: '自助工具',
  hidden: '隐藏',
  seasons: '排期',
  announcement: '平时的公告',
  announcements: '有排期的公告',
  title: '店名',
  greeting: '问候语',
  greeting_named: '认得客户时的问候语',
  placeholder: '输入框里的提示',
  placeholders: '排队和人工接待时的提示',
  privacy_notice: '隐私说明',
  privacy_version: '隐私说明的版本',
  pages: '按页面的推荐',
  levels: '按会员等级的推荐',
};

type Props = {
  mine: HallSettings;
  clash: Clash;
  titles: Record<string, string>;
  onMerge: (merged: HallSettings) => void;
  onCancel: () => void;
};

/** Two people settled the hall. */
export function HallMerge({ mine, clash, titles, onMerge, onCancel }: Props) {
  const { base } = clash;
  const theirs = clash.theirs.settings;
  const differing = (Object.keys(labels) as Field[]).filter(
    (field) => !same(mine[field], theirs[field]),
  );
  const merged = (choices: Map<Field, Choice>) => {
    const result = { ...theirs };
    for (const [field, choice] of choices) {
      if (choice === 'mine') Object.assign(result, { [field]: mine[field] });
      if (choice === 'both') Object.assign(result, { [field]: joined(theirs[field], mine[field]) });
    }
    return result;
  };
  return (
    <MergeModal
      title="两个人同时改了服务大厅"
      by={clash.theirs.by ?? ''}
      differing={differing.map((field) => ({
        field,
        label: labels[field],
        mine: show(mine[field], titles),
        theirs: show(theirs[field], titles),
        untouched: same(mine[field], base[field]),
        joinable: Array.isArray(theirs[field]),
      }))}
      onMerge={(choices) => onMerge(merged(choices))}
      onCancel={onCancel}
    />
  );
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** Both lists, theirs first; what both have stays once, as it is in mine. */
function joined(theirs: unknown, mine: unknown): unknown[] {
  const own = mine as unknown[];
  const kept = (theirs as unknown[]).filter(
    (one) => !own.some((other) => identity(one) === identity(other)),
  );
  return [...kept, ...own];
}

function identity(one: unknown): string {
  return isPinned(one) ? one.key : JSON.stringify(one);
}

function isPinned(one: unknown): one is { key: string } {
  return typeof one === 'object' && one !== null && 'key' in one;
}

/** What a person reads: titles instead of keys, one entry a line. */
function show(value: unknown, titles: Record<string, string>): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return titles[value] ?? value;
  if (Array.isArray(value)) return value.map((one) => entry(one, titles)).join('\n');
  return Object.entries(value)
    .map(([name, one]) => `${name}：${show(one, titles).replaceAll('\n', '、')}`)
    .join('\n');
}

type Entry = { key?: string; keys?: string[]; text?: string; from?: string; to?: string };

function entry(value: unknown, titles: Record<string, string>): string {
  if (typeof value === 'string') return titles[value] ?? value;
  const { key, keys = [], text, from, to } = value as Entry;
  const named = [...(key ? [key] : []), ...keys].map((one) => titles[one] ?? one);
  const times = from || to ? `（${from ?? ''} 至 ${to ?? ''}）` : '';
  return [text, ...named].filter(Boolean).join('、') + times;
}
