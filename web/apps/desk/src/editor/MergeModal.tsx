import { Alert, Modal, Radio } from 'antd';
import { useState } from 'react';
import { type Body, changedFields } from './useBody.ts';
import { fieldName, useVocabulary } from './words.ts';

type Props = {
  mine: Body;
  theirs: Body;
  by: string;
  onMerge: (merged: Body) => void;
  onCancel: () => void;
};

/** Somebody else saved first: both are shown field by field, and the editor chooses. */
export function MergeModal({ mine, theirs, by, onMerge, onCancel }: Props) {
  const vocabulary = useVocabulary();
  const differing = changedFields(mine, theirs);
  const [taken, setTaken] = useState<Record<string, 'mine' | 'theirs' | 'both'>>({});
  const merged = () => {
    const result: Body = { ...theirs };
    for (const field of differing) {
      const choice = taken[field] ?? 'mine';
      if (choice === 'mine') Object.assign(result, { [field]: mine[field] });
      if (choice === 'both' && field === 'similar') {
        result.similar = [...new Set([...theirs.similar, ...mine.similar])];
      }
    }
    return result;
  };
  return (
    <Modal
      title="两个人同时改了这个条目"
      open
      width={900}
      okText="按选择合并并保存"
      onOk={() => onMerge(merged())}
      onCancel={onCancel}
    >
      <Alert
        type="warning"
        showIcon
        title={`${by || '另一位编辑'}在您之后打开、先保存了。逐项选择保留谁的，您的改动没有丢。`}
      />
      {differing.length === 0 && <p>两份内容相同，直接保存即可。</p>}
      {differing.map((field) => (
        <section key={field} className="merge-field">
          <h3>{fieldName(field, vocabulary)}</h3>
          <Radio.Group
            value={taken[field] ?? 'mine'}
            onChange={(event) => setTaken({ ...taken, [field]: event.target.value })}
            options={[
              { value: 'mine', label: '用我的' },
              { value: 'theirs', label: '用对方的' },
              ...(field === 'similar' ? [{ value: 'both', label: '两边都要' }] : []),
            ]}
          />
          <div className="merge-both">
            <figure>
              <figcaption>我的</figcaption>
              <pre>{show(mine[field])}</pre>
            </figure>
            <figure>
              <figcaption>对方的</figcaption>
              <pre>{show(theirs[field])}</pre>
            </figure>
          </div>
        </section>
      ))}
    </Modal>
  );
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.join('\n');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, text]) => `${name}：${text}`)
      .join('\n');
  }
  return String(value ?? '（空）');
}
