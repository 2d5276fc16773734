import { useQuery } from '@tanstack/react-query';
import { Form, Input, Modal, Select } from 'antd';
import type { ReactNode } from 'react';
import { api, keys } from '../app/api.ts';
import { useConversationAction } from './useConversationAction.ts';

type ModalProps = { id: string; onDone: () => void };

type DialogProps<Values> = {
  title: string;
  okText: string;
  busy: boolean;
  onCancel: () => void;
  onSubmit: (values: Values) => void;
  children: ReactNode;
};

function Dialog<Values>(props: DialogProps<Values>) {
  const [form] = Form.useForm<Values>();
  return (
    <Modal
      open
      title={props.title}
      okText={props.okText}
      confirmLoading={props.busy}
      onCancel={props.onCancel}
      onOk={form.submit}
    >
      <Form<Values> form={form} layout="vertical" onFinish={props.onSubmit}>
        {props.children}
      </Form>
    </Modal>
  );
}

export function CloseModal({ id, onDone }: ModalProps) {
  const close = useConversationAction(
    id,
    (summary?: string) => api.close(id, summary),
    '会话已结束',
  );
  return (
    <Dialog<{ summary?: string }>
      title="结束会话"
      okText="结束会话"
      busy={close.isPending}
      onCancel={onDone}
      onSubmit={({ summary }) => close.mutate(summary, { onSuccess: onDone })}
    >
      <Form.Item name="summary" label="小结（选填）" extra="只有同事能看到，客户会收到评价邀请">
        <Input.TextArea rows={3} maxLength={500} showCount placeholder="问题、处理结果、后续安排" />
      </Form.Item>
    </Dialog>
  );
}

type Transfer = { to: string; note: string };

export function TransferModal({ id, onDone }: ModalProps) {
  const transfer = useConversationAction(
    id,
    ({ to, note }: Transfer) => api.transfer(id, { agent_id: to || undefined, note }),
    '已转接',
  );
  const colleagues = useQuery({ queryKey: keys.colleagues, queryFn: api.colleagues, staleTime: 0 });
  const choices = [
    { value: '', label: '放回排队，由下一位空闲的同事接待' },
    ...(colleagues.data ?? []).map(({ id: value, name, number }) => ({
      value,
      label: `${name}（工号 ${number}）`,
    })),
  ];
  return (
    <Dialog<Transfer>
      title="转接会话"
      okText="转接"
      busy={transfer.isPending}
      onCancel={onDone}
      onSubmit={(values) => transfer.mutate(values, { onSuccess: onDone })}
    >
      <Form.Item name="to" label="转给" initialValue="">
        <Select loading={colleagues.isPending} options={choices} />
      </Form.Item>
      <Form.Item
        name="note"
        label="交接说明"
        rules={[{ required: true, whitespace: true, message: '请说明客户要什么、做到哪一步' }]}
      >
        <Input.TextArea rows={3} maxLength={500} showCount />
      </Form.Item>
    </Dialog>
  );
}

export function NoteModal({ id, onDone }: ModalProps) {
  const note = useConversationAction(id, (text: string) => api.note(id, text), '备注已保存');
  return (
    <Dialog<{ text: string }>
      title="添加备注"
      okText="保存"
      busy={note.isPending}
      onCancel={onDone}
      onSubmit={({ text }) => note.mutate(text, { onSuccess: onDone })}
    >
      <Form.Item
        name="text"
        label="备注"
        extra="只有同事能看到"
        rules={[{ required: true, whitespace: true, message: '请填写备注' }]}
      >
        <Input.TextArea rows={3} maxLength={1000} showCount />
      </Form.Item>
    </Dialog>
  );
}
