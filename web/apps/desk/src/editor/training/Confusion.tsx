import { Segmented } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { got, type Report } from './words.ts';

type Which = 'live' | 'candidate';

/** Two pictures: what was done with each kind of message, and which articles are taken for which. */
export function Confusion({ report }: { report: Report }) {
  const [which, setWhich] = useState<Which>('candidate');
  const { kinds, articles } = report.confusion;
  return (
    <>
      <div className="editor-tools">
        <h3>混淆图</h3>
        <Segmented<Which>
          value={which}
          onChange={setWhich}
          aria-label="看哪一边"
          options={[
            { value: 'live', label: '线上' },
            { value: 'candidate', label: '候选' },
          ]}
        />
      </div>
      <p className="muted">每一行是一类话，每一列是客户得到的第一样东西；颜色越深占这一行越多。</p>
      <div className="heat-scroll">
        <table className="heat" aria-label="话的种类与得到的回复">
          <thead>
            <tr>
              <th />
              {kinds.columns.map((column) => (
                <th key={column} scope="col">
                  {got[column] ?? column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {kinds.rows.map((row, at) => (
              <Row key={row} name={row} counts={kinds[which][at] ?? []} />
            ))}
          </tbody>
        </table>
      </div>
      {articles.length > 0 && (
        <>
          <p className="muted">最常答错的：应当答左边的条目，却答了右边的（次数，线上 → 候选）。</p>
          <ul className="mistaken">
            {articles.map((one) => (
              <li key={`${one.expected}-${one.got}`}>
                <Link to={`/editor/articles/${one.expected}`}>{one.expected}</Link> →{' '}
                <Link to={`/editor/articles/${one.got}`}>{one.got}</Link>
                <b>
                  {one.live} → {one.candidate}
                </b>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Row({ name, counts }: { name: string; counts: number[] }) {
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  return (
    <tr>
      <th scope="row">{name}</th>
      {counts.map((count, at) => {
        const share = Math.round((count / total) * 100);
        return (
          <td
            // biome-ignore lint/suspicious/noArrayIndexKey: columns never change their place
            key={at}
            className={share > 55 ? 'dark' : undefined}
            style={{
              background: `color-mix(in srgb, var(--desk-accent) ${share}%, var(--desk-surface))`,
            }}
            title={`${share}%`}
          >
            {count || ''}
          </td>
        );
      })}
    </tr>
  );
}
