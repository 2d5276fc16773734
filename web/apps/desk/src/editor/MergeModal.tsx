import { Alert, Modal, Radio } from 'antd';
import { useState } from 'react';

/** Something that two people wrote differently, each as a text. */
export type Differing<K extends string> = {
  field: K;
  label: string;
  mine: string;
  theirs: string;
  /** Only the other one changed it since I began. */
  untouched: boolean;
  /** A list, of which both parts can be kept. */
  joinable: boolean;
};

export type Choice = 'mine' | 'theirs' | 'both';

type Props<K extends string> = {
  title: string;
  by: string;
  differing: Differing<K>[];
  onMerge: (choices: Map<K, Choice>) => void;
  onCancel: () => void;
};

/** Somebody else saved first: both are shown field by field, and the editor chooses. */
export function MergeModal<K extends string>({
  title,
  by,
  differing,
  onMerge,
  onCancel,
}: Props<K>) {
  const [taken, setTaken] = useState(
    () =>
      new Map<K, Choice>(
        differing.map(({ field, untouched }) => [field, untouched ? 'theirs' : 'mine']),
      ),
  );
  return (
    <Modal
      title={title}
      open
      width={900}
      okText="按选择合并并保存"
      onOk={() => onMerge(taken)}
      onCancel={onCancel}
    >
      <Alert
        type="warning"
        showIcon
        title={`${by || '另一位编辑'}在您打开之后先保存了。逐项选择保留谁的，您的改动没有丢。`}
      />
      {differing.length === 0 && <p>两份内容相同，直接保存即可。</p>}
      {differing.map(({ field, label, mine, theirs, untouched, joinable }) => (
        <section key={field} className="merge-field">
          <h3>
            {label}
            {untouched && <span className="muted">（您没有改过）</span>}
          </h3>
          <Radio.Group
            value={taken.get(field)}
            onChange={(event) => setTaken(new Map(taken).set(field, event.target.value))}
            options={[
              { value: 'mine', label: '用我的' },
              { value: 'theirs', label: '用对方的' },
              ...(joinable ? [{ value: 'both', label: '两边都要' }] : []),
            ]}
          />
          <div className="merge-both">
            <figure>
              <figcaption>我的</figcaption>
              <pre>{mine || '（空）'}</pre>
            </figure>
            <figure>
              <figcaption>对方的</figcaption>
              <pre>{theirs || '（空）'}</pre>
            </figure>
          </div>
        </section>
      ))}
    </Modal>
  );
}
