import type { Label } from '@kefu/api';

export const labelKinds: { value: Label['kind']; label: string }[] = [
  { value: 'knowledge', label: '有一条能答' },
  { value: 'vague', label: '含糊，要先收窄' },
  { value: 'out_of_scope', label: '不归我们管' },
  { value: 'handoff', label: '转不转人工' },
];

export const scopes = [
  { value: 'far', label: '与本店无关' },
  { value: 'near', label: '沾边但不归我们管' },
  { value: 'smalltalk', label: '寒暄' },
  { value: 'noise', label: '乱码' },
] as const;

export const handoffs = [
  { value: 'handoff', label: '应当转人工' },
  { value: 'no_handoff', label: '不该转人工' },
] as const;

/** A label in words. */
export function describeLabel(label: Label): string {
  switch (label.kind) {
    case 'knowledge':
      return `答 ${[label.key, ...(label.also ?? [])].join(' 或 ')}`;
    case 'vague':
      return `收窄到 ${label.readings.join('、')}`;
    case 'out_of_scope':
      return scopes.find((one) => one.value === label.scope)?.label ?? label.scope;
    default:
      return handoffs.find((one) => one.value === label.expect)?.label ?? label.expect;
  }
}
