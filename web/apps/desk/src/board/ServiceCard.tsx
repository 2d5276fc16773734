import type { Board } from '@kefu/api';
import { Table } from 'antd';

type Line = NonNullable<Board['service']>[number];

/** Today's targets and promises: how many were kept, run out, or were missed. */
export function ServiceCard({ lines }: { lines: Line[] }) {
  return (
    <section className="page-card" data-testid="service">
      <h2>时限与承诺（今天）</h2>
      <Table<Line>
        size="small"
        pagination={false}
        rowKey="kind"
        dataSource={lines}
        columns={[
          { title: '', dataIndex: 'title' },
          { title: '按时', dataIndex: 'kept' },
          { title: '超时', render: (_, { missed }) => <Bad value={missed} /> },
          { title: '快到时间', render: (_, { soon }) => <Bad value={soon} /> },
          { title: '进行中', dataIndex: 'open' },
          { title: '达成率', render: (_, line) => rate(line.kept, line.missed) },
        ]}
      />
    </section>
  );
}

export function Bad({ value }: { value: number }) {
  return <span className={value > 0 ? 'bad' : undefined}>{value}</span>;
}

export function rate(kept: number, missed: number): string {
  return kept + missed > 0 ? `${Math.round((kept / (kept + missed)) * 100)}%` : '—';
}
