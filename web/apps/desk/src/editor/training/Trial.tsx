import type { TrialView } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useQuery } from '@tanstack/react-query';
import { Alert, Skeleton, Table } from 'antd';
import { api, explain } from '../../app/api.ts';
import { Bar } from './Figures.tsx';

const POLL_MS = 5000;
type Line = { name: string; label: string };

/** How customers fare with the model on trial and with the one that serves, as it happens. */
export function Trial({ id }: { id: string }) {
  const trial = useQuery({
    queryKey: ['editor', 'trial', id],
    queryFn: () => api.trial(id),
    refetchInterval: POLL_MS,
  });
  if (trial.isError) return <Alert type="warning" showIcon title={explain(trial.error)} />;
  if (!trial.data) return <Skeleton active />;
  return <Sides trial={trial.data} />;
}

function Sides({ trial }: { trial: TrialView }) {
  const lines: Line[] = Object.entries(trial.labels).map(([name, label]) => ({ name, label }));
  return (
    <>
      <h3>灰度以来（{formatDateTime(trial.since)} 起）</h3>
      <p role="status">
        线上 {trial.live.conversations} 个会话、{trial.live.turns} 轮；灰度{' '}
        {trial.trial.conversations} 个会话、
        {trial.trial.turns} 轮。同一个会话始终由同一个模型接待。
      </p>
      <Table<Line>
        size="small"
        rowKey="name"
        dataSource={lines}
        pagination={false}
        scroll={{ x: 560 }}
        columns={[
          { title: '项', dataIndex: 'label' },
          {
            title: `线上 ${trial.live.model}`,
            render: (_, one) => <Side side={trial.live} name={one.name} />,
          },
          {
            title: `灰度 ${trial.trial.model}`,
            render: (_, one) => <Side side={trial.trial} name={one.name} strong />,
          },
        ]}
      />
    </>
  );
}

type SideProps = { side: TrialView['live']; name: string; strong?: boolean };

function Side({ side, name, strong }: SideProps) {
  const interval = side.figures[name];
  return interval?.of ? <Bar interval={interval} strong={strong} /> : <>—</>;
}
