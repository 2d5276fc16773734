import type { HallItem } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Alert, Segmented, Skeleton, Space, Statistic, Table } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, explain } from '../app/api.ts';

const share = (part: number, whole: number) =>
  whole > 0 ? `${Math.round((100 * part) / whole)}%` : '—';

/** How much the hall solves, as a whole and by item. */
export function HallResults() {
  const [days, setDays] = useState(7);
  const figures = useQuery({
    queryKey: ['editor', 'hall', 'figures', days],
    queryFn: () => api.hallFigures(days),
  });
  const items = useQuery({
    queryKey: ['editor', 'hall', 'items', days],
    queryFn: () => api.hallItems(days),
  });
  if (figures.isError) return <Alert type="error" showIcon title={explain(figures.error)} />;
  if (!figures.data) return <Skeleton active />;
  const all = figures.data;
  return (
    <>
      <Segmented
        aria-label="多少天"
        value={days}
        onChange={setDays}
        options={[1, 7, 30].map((value) => ({ value, label: `${value} 天` }))}
      />
      <Space size="large" wrap className="hall-figures">
        <Statistic title="来访" value={all.visits} />
        <Statistic title="提了问题" value={all.contacted} />
        <Statistic title="从首屏开始" value={all.began_on_hall} />
        <Statistic title="首屏就解决" value={all.solved} />
        <Statistic
          title="解决率"
          value={all.share_solved === null ? '—' : `${Math.round(all.share_solved * 100)}%`}
        />
        <Statistic title="几步得到答案（中位数）" value={all.clicks_to_answer ?? '—'} />
      </Space>
      <Table<HallItem>
        size="small"
        rowKey="key"
        loading={items.isPending}
        dataSource={items.data?.items}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        columns={[
          {
            title: '条目',
            render: (_, one) => <Link to={`/editor/articles/${one.key}`}>{one.title}</Link>,
          },
          {
            title: '显示',
            width: 80,
            align: 'right',
            dataIndex: 'shown',
            sorter: (one, other) => one.shown - other.shown,
          },
          {
            title: '点击',
            width: 110,
            align: 'right',
            sorter: (one, other) => one.clicked - other.clicked,
            render: (_, one) => `${one.clicked}（${share(one.clicked, one.shown)}）`,
          },
          {
            title: '解决',
            width: 110,
            align: 'right',
            sorter: (one, other) => one.solved - other.solved,
            render: (_, one) => `${one.solved}（${share(one.solved, one.clicked)}）`,
          },
        ]}
      />
      <p className="muted">
        “解决”：点开之后得到答案或办成了事，客户没有再打字、没有点“没用”、没有转人工。步数是第一个答案之前客户点了、说了几次。
      </p>
    </>
  );
}
