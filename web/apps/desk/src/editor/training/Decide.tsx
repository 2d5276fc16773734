import type { RunView, Trainings } from '@kefu/api';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Input, InputNumber, Modal, Popconfirm, Radio, Space } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, explain, refresh } from '../../app/api.ts';
import { servesAlready } from './words.ts';

const ALL = 100;

/** What can be done with a candidate: try it out, release it, share it out, withdraw it, roll it back. */
export function Decide({ run, trainings }: { run: RunView; trainings: Trainings }) {
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const after = (words: string) => ({
    onSuccess: () => {
      setOpen(false);
      void refresh(['editor']);
      void message.success(words);
    },
    onError: (error: Error) => void message.error(explain(error), 8),
  });
  const withdraw = useMutation({
    mutationFn: () => api.withdrawTrial(run.id),
    ...after('已撤回，会话都回到线上的模型'),
  });
  const back = useMutation({
    mutationFn: () => api.rollBackRun(run.id),
    ...after('已退回上一版'),
  });
  const live = trainings.releases.some((one) => one.live && one.run_id === run.id);
  const open_ = (run.state === 'ready' || run.state === 'trial') && !servesAlready(run, trainings);
  return (
    <Space wrap className="training-decide">
      {run.version && run.state !== 'running' && (
        <Button onClick={() => navigate(`/editor/try?candidate=${run.id}`)}>用它试一试</Button>
      )}
      {run.state === 'trial' && (
        <Popconfirm title="撤回灰度？" onConfirm={() => withdraw.mutate()}>
          <Button danger loading={withdraw.isPending}>
            撤回
          </Button>
        </Popconfirm>
      )}
      {open_ && trainings.rights.release && (
        <Button
          type="primary"
          disabled={run.passed === false && !trainings.rights.override}
          title={
            run.passed === false && !trainings.rights.override
              ? '没过门槛的候选要由经理说明理由后发布'
              : undefined
          }
          onClick={() => setOpen(true)}
        >
          {run.state === 'trial' ? '转正或调整占比' : '发布'}
        </Button>
      )}
      {live && trainings.rights.release && (
        <Popconfirm
          title="退回到它之前的一版？"
          description="客户不会断线。"
          onConfirm={() => back.mutate()}
        >
          <Button danger loading={back.isPending}>
            一键退回
          </Button>
        </Popconfirm>
      )}
      {open && <ReleaseModal run={run} close={() => setOpen(false)} after={after} />}
    </Space>
  );
}

type After = (words: string) => { onSuccess: () => void; onError: (error: Error) => void };

function ReleaseModal({ run, close, after }: { run: RunView; close: () => void; after: After }) {
  const [part, setPart] = useState(false);
  const [share, setShare] = useState(run.trial ?? 10);
  const [reason, setReason] = useState('');
  const release = useMutation({
    mutationFn: () => api.release(run.id, part ? share : ALL, reason),
    ...after(part ? `已让它接待 ${share}% 的会话` : '已发布，客户不断线'),
  });
  const blocked = run.passed === false;
  return (
    <Modal
      open
      title="发布候选"
      okText={part ? '开始灰度' : '发布给所有客户'}
      cancelText="取消"
      onCancel={close}
      onOk={() => release.mutate()}
      confirmLoading={release.isPending}
      okButtonProps={{ danger: blocked, disabled: blocked && !reason.trim() }}
    >
      <Space orientation="vertical" size="middle" className="training-release">
        {blocked && (
          <Alert
            type="warning"
            showIcon
            title={`没过门槛：${run.blocked_by.join('、')}`}
            description="破例发布会记下您的名字和理由。"
          />
        )}
        {run.kind === 'model' ? (
          <Radio.Group value={part} onChange={(event) => setPart(event.target.value)}>
            <Space orientation="vertical">
              <Radio value={false}>所有会话</Radio>
              <Radio value>先灰度，只接待一部分会话</Radio>
            </Space>
          </Radio.Group>
        ) : (
          <p>新索引几秒内接上，正在进行的对话不受影响。</p>
        )}
        {part && (
          <InputNumber
            aria-label="灰度占比"
            prefix="接待"
            suffix="% 的会话"
            min={1}
            max={99}
            value={share}
            onChange={(value) => setShare(value ?? 10)}
          />
        )}
        {blocked && (
          <Input.TextArea
            aria-label="破例的理由"
            placeholder="为什么仍要发布（必填）"
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Space>
    </Modal>
  );
}
