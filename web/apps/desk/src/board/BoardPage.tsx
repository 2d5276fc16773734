import type { Board, Presence } from '@kefu/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Select, Table, Tag } from 'antd';
import { api, explain, keys, refresh } from '../app/api.ts';
import { ListState } from '../lists/ListState.tsx';
import { Bars } from './Bars.tsx';
import { HourChart } from './HourChart.tsx';
import { LiveConversations } from './LiveConversations.tsx';
import { Bad, rate, ServiceCard } from './ServiceCard.tsx';
import { seconds } from './seconds.ts';

const REFRESH_MS = 5_000;

/** The supervisor's board: who waits, who serves, how today goes. */
export function BoardPage() {
  const query = useQuery({
    queryKey: keys.board,
    queryFn: api.board,
    refetchInterval: REFRESH_MS,
    staleTime: 0,
  });
  return (
    <main className="page" data-testid="board">
      <ListState query={query} items={query.data ? [query.data] : undefined} empty="">
        {([board]) => board && <BoardView board={board} />}
      </ListState>
    </main>
  );
}

function BoardView({ board }: { board: Board }) {
  const { today } = board;
  return (
    <>
      {board.alerts.map((alert) => (
        <Alert key={alert} type="warning" showIcon title={alert} className="page-alert" />
      ))}
      <dl className="figures" aria-label="现在">
        <Figure name="排队" value={board.waiting} urgent={board.waiting > 0} />
        <Figure
          name="最久等待"
          value={seconds(board.longest_seconds)}
          urgent={board.longest_seconds > 180}
        />
        <Figure name="已离开页面" value={board.parked} />
        <Figure name="人工接待中" value={board.states.human ?? 0} />
        <Figure name="机器人接待中" value={board.states.bot ?? 0} />
      </dl>
      <div className="board-grid">
        <section className="page-card">
          <h2>今天</h2>
          <dl className="figures figures--small">
            <Figure name="转人工" value={today.handed_over} />
            <Figure name="放弃排队" value={today.left} />
            <Figure name="已结束" value={today.closed} />
            <Figure name="平均等待" value={seconds(today.wait_average)} />
            <Figure name="九成等待不超过" value={seconds(today.wait_p90)} />
            <Figure name="平均处理" value={seconds(today.handling_average)} />
            <Figure name="满意度" value={today.score_average ?? '—'} />
            <Figure name="预计等待的误差" value={seconds(today.estimate.error_seconds)} />
          </dl>
          <HourChart hours={today.hours} />
        </section>
        <section className="page-card">
          <h2>技能组</h2>
          <Table
            size="small"
            pagination={false}
            rowKey="name"
            dataSource={board.teams}
            scroll={{ x: 'max-content' }}
            columns={[
              { title: '技能组', dataIndex: 'title' },
              { title: '排队', dataIndex: 'waiting' },
              { title: '最久', dataIndex: 'longest_seconds', render: seconds },
              { title: '在线', dataIndex: 'online' },
              { title: '今天平均等待', dataIndex: 'wait_average', render: seconds },
              {
                title: '时限达成',
                render: (_, team) => rate(team.kept ?? 0, team.missed ?? 0),
              },
              {
                title: '接待 / 容量',
                render: (_, team) => `${team.held} / ${team.capacity}`,
              },
            ]}
          />
          <Bars
            label="各技能组今天的转人工和结束"
            bars={board.teams.map((team) => ({
              name: team.title,
              parts: [
                { key: 'entered', title: '转人工', value: team.handed_over ?? 0 },
                { key: 'claimed', title: '结束', value: team.closed ?? 0 },
                { key: 'left', title: '超时', value: team.missed ?? 0 },
              ],
            }))}
          />
        </section>
      </div>
      <div className="board-grid">
        <ServiceCard lines={board.service ?? []} />
        <section className="page-card">
          <h2>坐席今天</h2>
          <Bars
            label="各坐席今天结束的会话、现在的接待和超时"
            bars={board.agents.map((agent) => ({
              name: agent.name,
              parts: [
                { key: 'claimed', title: '今天结束', value: agent.closed_today },
                { key: 'entered', title: '正在接待', value: agent.held },
                { key: 'left', title: '超时', value: agent.missed ?? 0 },
              ],
            }))}
          />
        </section>
      </div>
      <section className="page-card">
        <h2>坐席</h2>
        <AgentTable agents={board.agents} />
      </section>
      <section className="page-card">
        <h2>正在接待的会话</h2>
        <LiveConversations />
      </section>
    </>
  );
}

function Figure(props: { name: string; value: string | number; urgent?: boolean }) {
  return (
    <div className="figure" data-urgent={props.urgent}>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

const presences: { value: Presence; label: string }[] = [
  { value: 'online', label: '在线' },
  { value: 'busy', label: '忙碌' },
  { value: 'offline', label: '离线' },
];

type Agent = Board['agents'][number];

function AgentTable({ agents }: { agents: Agent[] }) {
  const { message } = App.useApp();
  const force = useMutation({
    mutationFn: ({ id, status }: { id: string; status: Presence }) => api.forcePresence(id, status),
    onSuccess: () => void refresh(keys.board),
    onError: (error) => void message.error(explain(error)),
  });
  return (
    <Table<Agent>
      size="small"
      pagination={false}
      rowKey="id"
      dataSource={agents}
      scroll={{ x: 'max-content' }}
      columns={[
        { title: '坐席', render: (_, agent) => `${agent.name}（${agent.number}）` },
        {
          title: '状态',
          render: (_, agent) => (
            <>
              <Select
                size="small"
                aria-label={`${agent.name} 的状态`}
                value={agent.presence as Presence}
                options={presences}
                onChange={(status) => force.mutate({ id: agent.id, status })}
              />{' '}
              {agent.presence !== 'offline' && !agent.connected && <Tag color="red">已断开</Tag>}
            </>
          ),
        },
        { title: '接待 / 容量', render: (_, agent) => `${agent.held} / ${agent.capacity}` },
        { title: '等回复', dataIndex: 'awaiting' },
        {
          title: '最久等回复',
          render: (_, agent) => (agent.awaiting ? seconds(agent.longest_seconds) : '—'),
        },
        { title: '今天结束', dataIndex: 'closed_today' },
        { title: '平均首次响应', dataIndex: 'first_reply_average', render: seconds },
        { title: '满意度', render: (_, agent) => agent.score_average ?? '—' },
        { title: '超时', render: (_, agent) => <Bad value={agent.missed ?? 0} /> },
      ]}
    />
  );
}
