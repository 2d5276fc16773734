import type { Commitment, ConversationDetail } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { Button, Form, Input, Modal, Popconfirm, Tag } from 'antd';
import { useState } from 'react';
import { api, keys, refresh } from '../app/api.ts';
import { useConversationAction } from '../conversation/useConversationAction.ts';
import { span } from '../lists/DueTag.tsx';
import { useNow } from '../lists/useNow.ts';

/** What has to be done in time here: targets that run or wait, and what was promised. */
export function CommitmentsCard({ detail }: { detail: ConversationDetail }) {
  const [adding, setAdding] = useState(false);
  const now = useNow();
  const items = detail.commitments ?? [];
  const closed = detail.state === 'bot' && items.length === 0;
  if (closed) return null;
  return (
    <section className="panel-card" aria-label="时限与承诺" data-testid="commitments">
      <h2>
        时限与承诺
        <Button type="link" size="small" onClick={() => setAdding(true)}>
          记一个承诺
        </Button>
      </h2>
      {items.length === 0 && <p className="muted">没有待完成的时限和承诺</p>}
      <ul className="commitments">
        {items.map((one) => (
          <li key={one.id} data-missed={one.missed}>
            <p>
              <span>{one.kind === 'promise' ? one.text : one.title}</span>
              <Time one={one} now={now} />
            </p>
            {one.kind === 'promise' && one.state === 'running' && (
              <PromiseActions id={detail.id} one={one} />
            )}
            {one.note && <p className="muted">{one.note}</p>}
          </li>
        ))}
      </ul>
      {adding && <PromiseDialog id={detail.id} onDone={() => setAdding(false)} />}
    </section>
  );
}

const ended: Record<string, string> = { kept: '已兑现', late: '超时完成', dropped: '已作废' };

function Time({ one, now }: { one: Commitment; now: Date }) {
  if (one.state === 'paused') {
    return <Tag variant="filled">等客户，剩 {span((one.left_seconds ?? 0) * 1000)}</Tag>;
  }
  if (!one.due_at || one.state !== 'running') {
    return (
      <Tag variant="filled" color={one.missed ? 'red' : 'green'}>
        {ended[one.state] ?? one.state}
      </Tag>
    );
  }
  const left = new Date(one.due_at).getTime() - now.getTime();
  return (
    <span
      className="due"
      data-state={left <= 0 ? 'missed' : one.soon ? 'soon' : 'fine'}
      title={`${formatDateTime(one.due_at)} 前`}
    >
      {left > 0 ? `剩 ${span(left)}` : `超时 ${span(-left)}`}
    </span>
  );
}

export function usePromiseEnd(conversationId: string) {
  return useConversationAction(
    conversationId,
    async ({ id, kept, note }: { id: string; kept: boolean; note?: string }) => {
      await api.endPromise(id, kept, note);
      await refresh(keys.promises);
    },
    '已记录',
  );
}

function PromiseActions({ id, one }: { id: string; one: Commitment }) {
  const end = usePromiseEnd(id);
  const [why, setWhy] = useState('');
  return (
    <p className="commitment-actions">
      <Button size="small" onClick={() => end.mutate({ id: one.id, kept: true })}>
        已兑现
      </Button>
      <Popconfirm
        title="为什么作废？"
        icon={null}
        description={
          <Input
            value={why}
            maxLength={300}
            placeholder="例如：不是承诺，识别错了"
            onChange={(event) => setWhy(event.target.value)}
          />
        }
        okText="作废"
        okButtonProps={{ disabled: !why.trim() }}
        onConfirm={() => end.mutate({ id: one.id, kept: false, note: why })}
      >
        <Button size="small" type="text">
          作废
        </Button>
      </Popconfirm>
    </p>
  );
}

type PromiseValues = { text: string; due: string };

function PromiseDialog({ id, onDone }: { id: string; onDone: () => void }) {
  const [form] = Form.useForm<PromiseValues>();
  const add = useConversationAction(
    id,
    async ({ text, due }: PromiseValues) => {
      await api.promise(id, { text, due_at: new Date(due).toISOString() });
      await refresh(keys.promises);
    },
    '承诺已记下，到时间前会提醒您',
  );
  return (
    <Modal
      open
      title="记一个承诺"
      okText="记下"
      confirmLoading={add.isPending}
      onCancel={onDone}
      onOk={form.submit}
    >
      <Form
        form={form}
        layout="vertical"
        onFinish={(values) => add.mutate(values, { onSuccess: onDone })}
      >
        <Form.Item
          name="text"
          label="答应了客户什么"
          rules={[{ required: true, whitespace: true, message: '请写明答应了什么' }]}
        >
          <Input maxLength={200} autoFocus placeholder="例如：给客户回电，说明退款进度" />
        </Form.Item>
        <Form.Item
          name="due"
          label="最晚什么时候"
          rules={[{ required: true, message: '请选择时间' }]}
          extra="回复里写明时间的承诺（例如“24 小时内回复您”）会自动记下"
        >
          <Input type="datetime-local" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
