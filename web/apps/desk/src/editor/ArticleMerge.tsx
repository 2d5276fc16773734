import { type Choice, MergeModal } from './MergeModal.tsx';
import type { Clash } from './useArticleEditing.ts';
import { type Body, changedFields } from './useBody.ts';
import { fieldName, useVocabulary } from './words.ts';

type Props = {
  mine: Body;
  clash: Clash;
  onMerge: (merged: Body) => void;
  onCancel: () => void;
};

/** Two people wrote one article. */
export function ArticleMerge({ mine, clash, onMerge, onCancel }: Props) {
  const vocabulary = useVocabulary();
  const { theirs, base } = clash;
  const own = new Set(changedFields(mine, base));
  const merged = (choices: Map<keyof Body, Choice>) => {
    const result: Body = { ...theirs };
    for (const [field, choice] of choices) {
      if (choice === 'mine') Object.assign(result, { [field]: mine[field] });
      if (choice === 'both') result.similar = [...new Set([...theirs.similar, ...mine.similar])];
    }
    return result;
  };
  return (
    <MergeModal
      title="两个人同时改了这个条目"
      by={clash.by}
      differing={changedFields(mine, theirs).map((field) => ({
        field,
        label: fieldName(field, vocabulary),
        mine: show(mine[field]),
        theirs: show(theirs[field]),
        untouched: !own.has(field),
        joinable: field === 'similar',
      }))}
      onMerge={(choices) => onMerge(merged(choices))}
      onCancel={onCancel}
    />
  );
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.join('\n');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, text]) => `${name}：${text}`)
      .join('\n');
  }
  return String(value ?? '');
}
