import type { Team } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Modal, Select, Table } from 'antd';
import { useState } from 'react';
import { api, keys } from '../app/api.ts';
import { useManagement } from './useManagement.ts';

const modes = [
  { value: 'offer', label: '逐个询问，超时问下一位' },
  { value: 'direct', label: '直接分配' },
  { value: 'manual', label: '坐席自取' },
];
const skillNames = { topics: '话题', inboxes: '渠道', languages: '语言', levels: '会员等级' };

export function TeamsCard() {
  const query = useQuery({ queryKey: keys.teams, queryFn: api.teams });
  const [editing, setEditing] = useState<Team | 'new'>();
  return (
    <section className="page-card">
      <h2>
        技能组 <Button onClick={() => setEditing('new')}>新增</Button>
      </h2>
      <Table<Team>
        size="small"
        pagination={false}
        rowKey="name"
        loading={query.isPending}
        dataSource={query.data ?? []}
        scroll={{ x: 'max-content' }}
        columns={[
          { title: '名称', dataIndex: 'title' },
          {
            title: '分配方式',
            render: (_, { mode }) => modes.find(({ value }) => value === mode)?.label,
          },
          { title: '接起时限', render: (_, team) => `${team.accept_seconds} 秒` },
          {
            title: '溢出',
            render: (_, team) =>
              team.overflow_to ? `${team.overflow_seconds} 秒后到 ${team.overflow_to}` : '—',
          },
          { title: '接待范围', render: (_, team) => describe(team) },
          {
            title: '',
            render: (_, team) => (
              <Button type="link" size="small" onClick={() => setEditing(team)}>
                修改
              </Button>
            ),
          },
        ]}
      />
      {editing && (
        <TeamForm
          team={editing === 'new' ? undefined : editing}
          names={(query.data ?? []).map(({ name }) => name)}
          onDone={() => setEditing(undefined)}
        />
      )}
    </section>
  );
}

function describe({ skills }: Team): string {
  const parts = Object.entries(skills ?? {}).map(
    ([name, values]) => `${skillNames[name as keyof typeof skillNames]}：${values.join('、')}`,
  );
  return parts.join('；') || '全部';
}

type FormProps = { team?: Team; names: string[]; onDone: () => void };

function TeamForm({ team, names, onDone }: FormProps) {
  const [form] = Form.useForm<Team>();
  const save = useManagement(api.putTeam, keys.teams);
  const submit = (values: Team) => {
    const skills = Object.fromEntries(
      Object.entries(values.skills ?? {}).filter(([, list]) => list?.length > 0),
    );
    save.mutate({ ...values, skills }, { onSuccess: onDone });
  };
  return (
    <Modal
      open
      title={team ? team.title : '新增技能组'}
      okText="保存"
      confirmLoading={save.isPending}
      onCancel={onDone}
      onOk={form.submit}
    >
      <Form<Team>
        form={form}
        layout="vertical"
        initialValues={team ?? { mode: 'offer', accept_seconds: 30, overflow_seconds: 120 }}
        onFinish={submit}
      >
        <Form.Item
          name="name"
          label="代号"
          rules={[
            { required: true, pattern: /^[a-z0-9_-]{1,40}$/, message: '小写字母、数字、-、_' },
          ]}
        >
          <Input disabled={Boolean(team)} />
        </Form.Item>
        <Form.Item name="title" label="名称" rules={[{ required: true, message: '请填写名称' }]}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="mode" label="分配方式">
          <Select options={modes} />
        </Form.Item>
        <Form.Item name="accept_seconds" label="接起时限（秒）">
          <InputNumber min={5} max={600} />
        </Form.Item>
        <Form.Item name="overflow_to" label="等太久时也请这个组接待">
          <Select allowClear options={names.map((value) => ({ value, label: value }))} />
        </Form.Item>
        <Form.Item name="overflow_seconds" label="等多久（秒）">
          <InputNumber min={0} max={3600} />
        </Form.Item>
        {Object.entries(skillNames).map(([name, label]) => (
          <Form.Item key={name} name={['skills', name]} label={`只接待的${label}（空为全部）`}>
            <Select mode="tags" open={false} suffixIcon={null} />
          </Form.Item>
        ))}
      </Form>
    </Modal>
  );
}
