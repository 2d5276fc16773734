import type { ReleaseView, RunView, Trainings } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Popconfirm, Skeleton, Table, Tag, Tooltip } from 'antd';
import { Link, useNavigate } from 'react-router';
import { api, explain, refresh } from '../../app/api.ts';
import { RunProgress } from './RunProgress.tsx';
import { duration, kinds, runStates, servesAlready, shortVersion, trainingsKey } from './words.ts';

const POLL_MS = 2000;

/** One button trains and compares; below it what was made, and what served when. */
export function TrainingPage() {
  const { message } = App.useApp();
  const navigate = useNavigate();
  const trainings = useQuery({
    queryKey: trainingsKey,
    queryFn: api.trainings,
    refetchInterval: (query) => (query.state.data?.items.some(isOn) ? POLL_MS : false),
  });
  const begin = useMutation({
    mutationFn: api.train,
    onSuccess: () => refresh(trainingsKey),
    onError: (error) => void message.error(explain(error), 8),
  });
  const data = trainings.data;
  const running = data?.items.find((run) => run.state === 'running');
  return (
    <section className="editor-page training" aria-label="训练与发布">
      <div className="training-head">
        <div>
          <h2>训练与发布</h2>
          <p className="muted">
            训练在后台进行，线上照常接待。做好的候选先在留出集上与线上比较，过了门槛才能发布；发布时客户不断线，随时一键退回。
          </p>
        </div>
        <div className="training-buttons">
          <Button
            type="primary"
            size="large"
            disabled={!!running}
            loading={begin.isPending && begin.variables === 'model'}
            onClick={() => begin.mutate('model')}
          >
            开始训练
          </Button>
          {/* While a run goes on, it would lie over what cancels the run. */}
          <Tooltip
            title={!running && '条目发布后几秒就能搜到；改动多了，重建索引让排序和把握也跟上'}
          >
            <Button
              size="large"
              disabled={!!running}
              loading={begin.isPending && begin.variables === 'index'}
              onClick={() => begin.mutate('index')}
            >
              重建索引{data?.changed ? `（${data.changed} 个条目有改动）` : ''}
            </Button>
          </Tooltip>
        </div>
      </div>
      {trainings.isError && <Alert type="error" showIcon title={explain(trainings.error)} />}
      {trainings.isPending && <Skeleton active />}
      {running && <RunProgress run={running} />}
      {data && (
        <>
          <Serving data={data} />
          <h3>候选</h3>
          <Table<RunView>
            size="small"
            rowKey="id"
            dataSource={data.items}
            pagination={{ pageSize: 8, hideOnSinglePage: true }}
            scroll={{ x: 720 }}
            locale={{
              emptyText: '还没有训练过。点“开始训练”，一两分钟后这里会有候选和它的评测报告。',
            }}
            onRow={(run) => ({
              onClick: () => navigate(`/editor/training/${run.id}`),
              className: 'training-row',
            })}
            columns={[
              {
                title: '候选',
                render: (_, run) => (
                  <Link to={`/editor/training/${run.id}`}>
                    {kinds[run.kind]}{' '}
                    {shortVersion(run.version) ||
                      (run.state === 'running' ? '（正在做）' : '（未做成）')}
                  </Link>
                ),
              },
              {
                title: '状态',
                width: 190,
                render: (_, run) => <RunState run={run} trainings={data} />,
              },
              { title: '开始', width: 150, render: (_, run) => formatDateTime(run.began_at) },
              { title: '用时', width: 110, render: (_, run) => duration(run.elapsed_seconds) },
              { title: '谁', width: 100, render: (_, run) => run.author?.name ?? '—' },
            ]}
          />
          <h3>发布记录</h3>
          <Releases data={data} />
        </>
      )}
    </section>
  );
}

const isOn = (run: RunView) => run.state === 'running' || run.state === 'trial';

function Serving({ data }: { data: Trainings }) {
  const tried = data.releases.find((one) => one.trial != null);
  return (
    <p className="training-serving" role="status">
      线上：模型 <b>{data.model ?? '无'}</b>，索引 <b>{shortVersion(data.index ?? '无')}</b>
      {tried && (
        <>
          ；<Tag color="blue">灰度</Tag>
          <Link to={`/editor/training/${tried.run_id}`}>{tried.version}</Link> 接待 {tried.trial}%
          的会话
        </>
      )}
    </p>
  );
}

export function RunState({ run, trainings }: { run: RunView; trainings?: Trainings }) {
  if (trainings && servesAlready(run, trainings)) return <Tag>与线上相同</Tag>;
  const state = runStates[run.state];
  const blocked = run.state === 'ready' && run.passed === false;
  return (
    <>
      <Tag color={state.color}>{run.trial ? `灰度 ${run.trial}%` : state.text}</Tag>
      {run.state === 'ready' && (
        <Tag color={blocked ? 'red' : 'green'} variant="outlined">
          {blocked ? '没过门槛' : '过了门槛'}
        </Tag>
      )}
      {run.failure && <div className="muted training-failure">{run.failure}</div>}
    </>
  );
}

function Releases({ data }: { data: Trainings }) {
  const { message } = App.useApp();
  const restore = useMutation({
    mutationFn: api.restore,
    onSuccess: () => {
      void refresh(['editor']);
      void message.success('已退回。新的会话马上由这一版接待，进行中的不受影响。');
    },
    onError: (error) => void message.error(explain(error), 8),
  });
  return (
    <Table<ReleaseView>
      size="small"
      rowKey="id"
      dataSource={data.releases}
      pagination={{ pageSize: 8, hideOnSinglePage: true }}
      scroll={{ x: 720 }}
      columns={[
        {
          title: '版本',
          render: (_, one) => (
            <>
              {kinds[one.kind]} {shortVersion(one.version)}{' '}
              {one.live && <Tag color="green">线上</Tag>}
              {one.trial != null && <Tag color="blue">灰度 {one.trial}%</Tag>}
              {one.back_to && <Tag>退回</Tag>}
              {one.reason && <div className="muted">破例发布：{one.reason}</div>}
            </>
          ),
        },
        { title: '时间', width: 150, render: (_, one) => formatDateTime(one.at) },
        { title: '谁', width: 100, render: (_, one) => one.by?.name ?? '系统' },
        {
          title: '报告',
          width: 70,
          render: (_, one) => one.run_id && <Link to={`/editor/training/${one.run_id}`}>查看</Link>,
        },
        {
          width: 130,
          render: (_, one) =>
            one.can_restore &&
            data.rights.release && (
              <Popconfirm
                title={`退回到${kinds[one.kind]} ${shortVersion(one.version)}？`}
                description="客户不会断线。"
                onConfirm={() => restore.mutate(one.id)}
              >
                <Button size="small" loading={restore.isPending && restore.variables === one.id}>
                  退回到这一版
                </Button>
              </Popconfirm>
            ),
        },
      ]}
    />
  );
}
