import type { ArticleDetail, Counts, FieldDiffView } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useQuery } from '@tanstack/react-query';
import { Button, Empty, Popconfirm, Select, Tag } from 'antd';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { fieldName, useVocabulary } from './words.ts';

type Props = { article: ArticleDetail; onRollback: (revision: number) => void };

/** Every revision with what customers did with it, and the difference between any two. */
export function Versions({ article, onRollback }: Props) {
  const names = article.revisions.map(({ number }) => String(number));
  if (article.draft) names.unshift('draft');
  const [after, setAfter] = useState(names[0] ?? '');
  const [before, setBefore] = useState(names[1] ?? names[0] ?? '');
  const options = names.map((name) => ({
    value: name,
    label: name === 'draft' ? '草稿' : `第 ${name} 版`,
  }));
  if (names.length === 0) return <Empty description="还没有版本" />;
  return (
    <>
      <ul className="versions">
        {article.revisions.map((revision) => (
          <li key={revision.number}>
            <p>
              <strong>第 {revision.number} 版</strong>
              {revision.number === article.published_revision ? (
                <Tag color="green" variant="filled">
                  在线
                </Tag>
              ) : (
                <Popconfirm
                  title={`让客户重新看到第 ${revision.number} 版？`}
                  onConfirm={() => onRollback(revision.number)}
                >
                  <Button size="small">回到这一版</Button>
                </Popconfirm>
              )}
            </p>
            <p className="muted">
              {[
                formatDateTime(revision.created_at),
                revision.author && `${revision.author.name} 写`,
                revision.approved_by && `${revision.approved_by.name} 审`,
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
            <CountLine counts={revision.counts} />
          </li>
        ))}
      </ul>
      {names.length > 1 && (
        <>
          <div className="versions-pick">
            <Select
              aria-label="比较的旧版本"
              value={before}
              onChange={setBefore}
              options={options}
            />
            →
            <Select aria-label="比较的新版本" value={after} onChange={setAfter} options={options} />
          </div>
          <Differences
            articleKey={article.key}
            before={before}
            after={after}
            stamp={article.draft?.version}
          />
        </>
      )}
    </>
  );
}

export function CountLine({ counts }: { counts: Counts }) {
  return (
    <p className="muted">
      命中 {counts.hits}（点选 {counts.clicks}）· 有用 {counts.useful} · 没用 {counts.useless} ·
      之后转人工 {counts.handoffs}
    </p>
  );
}

type DifferencesProps = { articleKey: string; before: string; after: string; stamp?: number };

function Differences({ articleKey, before, after, stamp }: DifferencesProps) {
  const vocabulary = useVocabulary();
  const diff = useQuery({
    queryKey: ['editor', 'diff', articleKey, before, after, stamp],
    queryFn: () => api.diff(articleKey, before, after),
  });
  if (!diff.data) return null;
  if (diff.data.length === 0) return <p className="muted">两个版本相同</p>;
  return (
    <div data-testid="diff">
      {diff.data.map((field) => (
        <section key={field.field} className="diff-field">
          <h3>{fieldName(field.field, vocabulary)}</h3>
          <Segments field={field} />
        </section>
      ))}
    </div>
  );
}

function Segments({ field }: { field: FieldDiffView }) {
  return (
    <pre>
      {field.segments.map((segment, at) => {
        const Mark = marks[segment.change];
        const text = segment.change === 'same' ? shortened(segment.text) : segment.text;
        // biome-ignore lint/suspicious/noArrayIndexKey: the segments are one fixed sequence
        return <Mark key={at}>{text}</Mark>;
      })}
    </pre>
  );
}

const marks = { added: 'ins', removed: 'del', same: 'span' } as const;

const AROUND = 60;

/** What did not change is shown around the changes only. */
function shortened(text: string): string {
  if (text.length <= 3 * AROUND) return text;
  return `${text.slice(0, AROUND)} …… ${text.slice(-AROUND)}`;
}
