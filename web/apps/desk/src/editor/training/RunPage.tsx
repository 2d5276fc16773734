import { useQuery } from '@tanstack/react-query';
import { Alert, Breadcrumb, Skeleton } from 'antd';
import { Link, useParams } from 'react-router';
import { api, explain } from '../../app/api.ts';
import { Changes } from './Changes.tsx';
import { Confusion } from './Confusion.tsx';
import { Decide } from './Decide.tsx';
import { Figures } from './Figures.tsx';
import { RunProgress } from './RunProgress.tsx';
import { RunState } from './TrainingPage.tsx';
import { Trial } from './Trial.tsx';
import {
  kinds,
  type Report,
  servesAlready,
  shortVersion,
  trainingKey,
  trainingsKey,
} from './words.ts';

const POLL_MS = 3000;

/** One candidate: how it compares with what serves, and what to do with it. */
export function RunPage() {
  const { id = '' } = useParams();
  const query = useQuery({
    queryKey: trainingKey(id),
    queryFn: () => api.training(id, 0),
    refetchInterval: (found) =>
      ['running', 'trial'].includes(found.state.data?.run.state ?? '') ? POLL_MS : false,
  });
  const trainings = useQuery({ queryKey: trainingsKey, queryFn: api.trainings });
  if (query.isError) return <Alert type="error" showIcon title={explain(query.error)} />;
  if (!query.data) return <Skeleton active className="editor-page" />;
  const { run, log } = query.data;
  const report = query.data.report as Report | null;
  const same = !!trainings.data && servesAlready(run, trainings.data);
  return (
    <section className="editor-page training" aria-label="评测报告">
      <Breadcrumb
        items={[
          { title: <Link to="/editor/training">训练与发布</Link> },
          { title: `${kinds[run.kind]} ${shortVersion(run.version) || '候选'}` },
        ]}
      />
      <div className="training-head">
        <h2>
          {kinds[run.kind]} {shortVersion(run.version)}{' '}
          <RunState run={run} trainings={trainings.data} />
        </h2>
        {trainings.data && <Decide run={run} trainings={trainings.data} />}
      </div>
      {run.state === 'running' && <RunProgress run={run} />}
      {run.state === 'failed' && (
        <>
          <Alert type="error" showIcon title="这次没有做成" description={run.failure} />
          <pre className="training-log">{log}</pre>
        </>
      )}
      {run.state === 'trial' && <Trial id={run.id} />}
      {report?.gate && (
        <>
          <Gate report={report} same={same} />
          <Figures report={report} />
          <Tries report={report} />
          <Changes report={report} />
          <Confusion report={report} />
          <p className="muted">
            比较的两边：线上（模型 {report.live.model ?? '无'}，索引{' '}
            {shortVersion(report.live.index)}）与候选（模型 {report.candidate.model ?? '无'}，索引{' '}
            {shortVersion(report.candidate.index)}）。
          </p>
          <details>
            <summary>训练日志</summary>
            <pre className="training-log">{log}</pre>
          </details>
        </>
      )}
    </section>
  );
}

function Gate({ report, same }: { report: Report; same: boolean }) {
  const passed = same ? '与线上是同一版，不必发布' : '过了门槛，可以发布';
  const better = report.changes.filter((one) => one.better).length;
  const worse = report.changes.length - better;
  const tolerance = `${(report.tolerance * 100).toFixed(1)} 个百分点`;
  return (
    <Alert
      data-testid="gate"
      type={report.gate.passed ? 'success' : 'error'}
      showIcon
      title={report.gate.passed ? passed : `没过门槛：${report.gate.blocked_by.join('、')}`}
      description={`在 ${report.cases} 条从不用于训练的话上逐条比较：变好 ${better} 条，变差 ${worse} 条。任一项比线上低出 ${tolerance}（且不是偶然）、或有存下的用例变了，就不放行。`}
    />
  );
}

function Tries({ report }: { report: Report }) {
  if (!report.tries.length) return null;
  const broken = report.tries.filter((one) => one.live.passed && !one.candidate.passed);
  const mended = report.tries.filter((one) => !one.live.passed && one.candidate.passed);
  return (
    <>
      <h3>存下的用例</h3>
      <p>
        共 {report.tries.length} 条：{report.tries.filter((one) => one.candidate.passed).length}{' '}
        条与当初一致
        {broken.length > 0 &&
          `，${broken.length} 条变了（${broken.map((one) => one.candidate.text).join('；')}）`}
        {mended.length > 0 && `，${mended.length} 条恢复了`}。
      </p>
    </>
  );
}
