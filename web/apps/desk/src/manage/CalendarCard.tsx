import type { CalendarDay } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select, Table, Tag } from 'antd';
import { api, keys } from '../app/api.ts';
import { useManagement } from './useManagement.ts';

const KINDS = [
  { value: false, label: '休息' },
  { value: true, label: '上班（调休）' },
];

/** Days that differ from their weekday: holidays and make-up days. */
export function CalendarCard() {
  const query = useQuery({ queryKey: keys.calendar, queryFn: api.calendar });
  const put = useManagement(api.putDay, keys.calendar);
  const remove = useManagement(api.removeDay, keys.calendar);
  const load = useManagement(api.importHolidays, keys.calendar);
  const year = new Date().getFullYear();
  return (
    <section className="page-card">
      <h2>
        节假日与调休{' '}
        <Button loading={load.isPending} onClick={() => load.mutate(year)}>
          载入 {year} 年法定安排
        </Button>
      </h2>
      <Form<CalendarDay>
        layout="inline"
        className="calendar-form"
        initialValues={{ open: false }}
        onFinish={(day) => put.mutate(day)}
      >
        <Form.Item name="day" rules={[{ required: true, message: '请选日期' }]}>
          <Input type="date" aria-label="日期" />
        </Form.Item>
        <Form.Item name="name" rules={[{ required: true, message: '请填名称' }]}>
          <Input placeholder="名称，例如 盘点" maxLength={40} />
        </Form.Item>
        <Form.Item name="open">
          <Select options={KINDS} aria-label="休息还是上班" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={put.isPending}>
          添加
        </Button>
      </Form>
      <Table<CalendarDay>
        size="small"
        rowKey="day"
        loading={query.isPending}
        dataSource={query.data ?? []}
        locale={{ emptyText: '每天都按平常的时间上下班' }}
        pagination={{ pageSize: 10, hideOnSinglePage: true }}
        columns={[
          { title: '日期', dataIndex: 'day' },
          { title: '名称', dataIndex: 'name' },
          {
            title: '',
            render: (_, { open }) =>
              open ? <Tag color="green">上班</Tag> : <Tag color="orange">休息</Tag>,
          },
          {
            title: '',
            render: (_, { day }) => (
              <Button type="link" size="small" danger onClick={() => remove.mutate(day)}>
                删除
              </Button>
            ),
          },
        ]}
      />
    </section>
  );
}
