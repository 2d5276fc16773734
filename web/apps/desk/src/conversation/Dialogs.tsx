import type { ConversationDetail, WrapUp } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Form, Input, Mentions, Modal, Radio, Select } from 'antd';
import type { ReactNode } from 'react';
import { api, keys } from '../app/api.ts';
import { useConversationAction } from './useConversationAction.ts';
import { useDialogs } from './useDialogs.ts';

type DialogProps = { detail: ConversationDetail; onDone: () => void };

/** The dialog that is open about this conversation. */
export function Dialogs({ detail }: { detail: ConversationDetail }) {
  const { open, show } = useDialogs();
  const props = { detail, onDone: () => show(null) };
  switch (open) {
    case 'close':
      return <CloseDialog {...props} />;
    case 'transfer':
      return <TransferDialog {...props} />;
    case 'note':
      return <NoteDialog {...props} />;
    case 'return':
      return <ReturnDialog {...props} />;
    case 'assign':
      return <AssignDialog {...props} />;
    case 'discharge':
      return <DischargeDialog {...props} />;
    default:
      return null;
  }
}

type FormDialogProps<Values> = {
  title: string;
  okText?: string;
  busy: boolean;
  onCancel: () => void;
  onSubmit: (values: Values) => void;
  children: ReactNode;
};

function FormDialog<Values>(props: FormDialogProps<Values>) {
  const [form] = Form.useForm<Values>();
  return (
    <Modal
      open
      title={props.title}
      okText={props.okText ?? props.title}
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

const topics = ['物流', '退换货', '退款', '发票', '优惠活动', '商品咨询', '账号', '投诉', '其他'];
const causes = ['政策咨询', '商品问题', '物流问题', '系统问题', '服务问题', '客户误解', '其他'];
const choices = (names: string[]) => names.map((value) => ({ value, label: value }));

function CloseDialog({ detail, onDone }: DialogProps) {
  const close = useConversationAction(
    detail.id,
    (wrapUp: WrapUp) => api.close(detail.id, wrapUp),
    '会话已结束',
  );
  return (
    <FormDialog<WrapUp>
      title="结束会话"
      busy={close.isPending}
      onCancel={onDone}
      onSubmit={(values) => close.mutate(values, { onSuccess: onDone })}
    >
      <Form.Item name="topic" label="问题类型" rules={[{ required: true, message: '请选择' }]}>
        <Select options={choices(topics)} showSearch autoFocus defaultOpen={false} />
      </Form.Item>
      <Form.Item name="solved" label="解决了吗" rules={[{ required: true, message: '请选择' }]}>
        <Radio.Group
          optionType="button"
          options={[
            { value: true, label: '已解决' },
            { value: false, label: '未解决，由首接责任人继续跟进' },
          ]}
        />
      </Form.Item>
      <Form.Item name="cause" label="原因">
        <Select options={choices(causes)} allowClear showSearch />
      </Form.Item>
      <Form.Item name="summary" label="小结" extra="只有同事能看到，客户会收到评价邀请">
        <Input.TextArea rows={2} maxLength={500} showCount placeholder="处理结果、后续安排" />
      </Form.Item>
    </FormDialog>
  );
}

const noteRule = { required: true, whitespace: true, message: '请说明客户要什么、做到哪一步' };

function useColleagues() {
  return useQuery({ queryKey: keys.colleagues, queryFn: api.colleagues, staleTime: 0 });
}

const presences: Record<string, string> = { online: '', busy: '（忙碌）', offline: '（离线）' };

function TransferDialog({ detail, onDone }: DialogProps) {
  const transfer = useConversationAction(
    detail.id,
    ({ to, note }: { to: string; note: string }) => {
      const [kind, name] = to.split(':');
      return api.transfer(detail.id, { [kind === 'team' ? 'team' : 'agent_id']: name, note });
    },
    '已转接',
  );
  const people = useColleagues();
  const options = [
    {
      label: '技能组',
      options: (people.data?.teams ?? []).map(({ name, title }) => ({
        value: `team:${name}`,
        label: name === detail.team ? `${title}（换一位同事）` : title,
      })),
    },
    {
      label: '同事',
      options: (people.data?.items ?? [])
        .filter((person) => person.id !== detail.agent?.id)
        .map(({ id, name, number, presence }) => ({
          value: `agent:${id}`,
          label: `${name} 工号 ${number}${presences[presence] ?? ''}`,
          disabled: presence !== 'online',
        })),
    },
  ];
  return (
    <FormDialog<{ to: string; note: string }>
      title="转接会话"
      okText="转接"
      busy={transfer.isPending}
      onCancel={onDone}
      onSubmit={(values) => transfer.mutate(values, { onSuccess: onDone })}
    >
      <Form.Item
        name="to"
        label="转给"
        initialValue={`team:${detail.team}`}
        extra="同事接手之前，会话仍由您接待；转给技能组则重新排队，优先接待。"
      >
        <Select loading={people.isPending} options={options} showSearch optionFilterProp="label" />
      </Form.Item>
      <Form.Item name="note" label="交接说明" rules={[noteRule]}>
        <Input.TextArea rows={3} maxLength={500} showCount />
      </Form.Item>
    </FormDialog>
  );
}

function NoteDialog({ detail, onDone }: DialogProps) {
  const people = useColleagues().data?.items ?? [];
  const note = useConversationAction(
    detail.id,
    (text: string) => {
      const called = people.filter(({ name }) => text.includes(`@${name}`));
      return api.note(
        detail.id,
        text,
        called.map(({ id }) => id),
      );
    },
    '备注已保存',
  );
  return (
    <FormDialog<{ text: string }>
      title="写备注"
      okText="保存"
      busy={note.isPending}
      onCancel={onDone}
      onSubmit={({ text }) => note.mutate(text, { onSuccess: onDone })}
    >
      <Form.Item
        name="text"
        label="备注"
        extra="只有同事能看到；@ 同事会提醒对方"
        rules={[{ required: true, whitespace: true, message: '请填写备注' }]}
      >
        <Mentions
          rows={3}
          autoFocus
          options={people.map(({ id, name }) => ({ key: id, value: name, label: name }))}
        />
      </Form.Item>
    </FormDialog>
  );
}

function ReturnDialog({ detail, onDone }: DialogProps) {
  const giveBack = useConversationAction(
    detail.id,
    (note?: string) => api.returnToBot(detail.id, note),
    '已交回机器人',
  );
  return (
    <FormDialog<{ note?: string }>
      title="交回机器人"
      busy={giveBack.isPending}
      onCancel={onDone}
      onSubmit={({ note }) => giveBack.mutate(note, { onSuccess: onDone })}
    >
      <p className="muted">之后由机器人回复客户，它记得之前的话题；客户可以随时再转人工。</p>
      <Form.Item name="note" label="备注（选填）">
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}

function AssignDialog({ detail, onDone }: DialogProps) {
  const assign = useConversationAction(
    detail.id,
    (agentId: string) => api.assign(detail.id, agentId),
    '已指派',
  );
  const people = useColleagues();
  const online = (people.data?.items ?? []).filter(({ presence }) => presence === 'online');
  return (
    <FormDialog<{ agent: string }>
      title="指派给坐席"
      okText="指派"
      busy={assign.isPending}
      onCancel={onDone}
      onSubmit={({ agent }) => assign.mutate(agent, { onSuccess: onDone })}
    >
      <Form.Item name="agent" label="坐席" rules={[{ required: true, message: '请选择' }]}>
        <Select
          loading={people.isPending}
          notFoundContent="没有在线的坐席"
          options={online.map(({ id, name, number }) => ({
            value: id,
            label: `${name} 工号 ${number}`,
          }))}
        />
      </Form.Item>
    </FormDialog>
  );
}

function DischargeDialog({ detail, onDone }: DialogProps) {
  const discharge = useConversationAction(
    detail.id,
    (reply: string) => api.discharge(detail.id, reply),
    '已登记答复',
  );
  return (
    <FormDialog<{ reply: string }>
      title="登记答复"
      busy={discharge.isPending}
      onCancel={onDone}
      onSubmit={({ reply }) => discharge.mutate(reply, { onSuccess: onDone })}
    >
      <Form.Item
        name="reply"
        label="给客户的答复"
        extra="登记之后，首接责任人的责任结束"
        rules={[{ required: true, whitespace: true, message: '请写明给客户的答复' }]}
      >
        <Input.TextArea rows={3} maxLength={1000} showCount autoFocus />
      </Form.Item>
    </FormDialog>
  );
}
