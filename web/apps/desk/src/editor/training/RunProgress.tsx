import type { RunView } from '@kefu/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Popconfirm, Progress } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { api, explain, refresh } from '../../app/api.ts';
import { duration, kinds } from './words.ts';

const POLL_MS = 1000;

/** How far a run is, with its log as it is written. */
export function RunProgress({ run }: { run: RunView }) {
  const { message } = App.useApp();
  const { log, now } = useLog(run);
  const box = useRef<HTMLPreElement>(null);
  const cancel = useMutation({
    mutationFn: () => api.cancelTraining(run.id),
    onSuccess: () => refresh(['editor']),
    onError: (error) => void message.error(explain(error)),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a longer log is what scrolls it
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [log]);
  return (
    <div className="training-progress" data-testid="progress">
      <div className="training-progress-line">
        <b>
          {kinds[now.kind]}：{now.phase || '准备'}
        </b>
        <span className="muted">
          已用 {duration(now.elapsed_seconds)}
          {now.remaining_seconds != null && `，大约还要 ${duration(now.remaining_seconds)}`}
        </span>
        <Popconfirm
          title="取消这次训练？"
          description="线上不受影响；要用得重新开始。"
          onConfirm={() => cancel.mutate()}
        >
          <Button size="small" loading={cancel.isPending}>
            取消
          </Button>
        </Popconfirm>
      </div>
      <Progress percent={Math.round(now.share * 100)} status="active" aria-label="训练进度" />
      <pre className="training-log" ref={box} role="log" aria-label="训练日志">
        {log || '正在启动…'}
      </pre>
    </div>
  );
}

/** The log from its beginning, read on as it grows, and the run as it is now. */
function useLog(run: RunView): { log: string; now: RunView } {
  const [log, setLog] = useState('');
  const read = useRef(0);
  const detail = useQuery({
    queryKey: ['editor', 'training-log', run.id],
    queryFn: () => api.training(run.id, read.current),
    refetchInterval: POLL_MS,
    gcTime: 0,
  });
  useEffect(() => {
    if (!detail.data || detail.data.log_next <= read.current) return;
    read.current = detail.data.log_next;
    setLog((before) => before + detail.data.log);
  }, [detail.data]);
  useEffect(() => {
    if (detail.data && detail.data.run.state !== 'running') void refresh(['editor']);
  }, [detail.data]);
  return { log, now: detail.data?.run ?? run };
}
