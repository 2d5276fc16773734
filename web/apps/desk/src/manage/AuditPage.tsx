import type { AuditEntry, AuditQuery } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Form, Input, Select, Table } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, explain } from '../app/api.ts';
import { actionNames } from './actions.ts';

type Values = { username?: string; action?: string; q?: string; since?: string; until?: string };

/** Who did what: filtered, paged, and taken out as a table; nobody can change it. */
export function AuditPage() {
  const [chosen, setChosen] = useState<AuditQuery>({});
  const query = useInfiniteQuery({
    queryKey: ['audit', chosen],
    queryFn: ({ pageParam }) => api.audit({ ...chosen, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const actions = query.data?.pages[0]?.actions ?? [];
  return (
    <main className="page" data-testid="audit">
      <section className="page-card">
        <h2>
          审计
          <Button href={exportUrl(chosen)} download>
            导出 CSV
          </Button>
        </h2>
        <Form<Values>
          layout="inline"
          className="calendar-form"
          onFinish={(values) => setChosen(asQuery(values))}
        >
          <Form.Item name="action">
            <Select
              allowClear
              showSearch
              optionFilterProp="label"
              className="audit-action"
              placeholder="动作"
              aria-label="动作"
              options={actions.map((value) => ({ value, label: actionNames[value] ?? value }))}
            />
          </Form.Item>
          <Form.Item name="username">
            <Input allowClear placeholder="账号" aria-label="账号" maxLength={40} />
          </Form.Item>
          <Form.Item name="q">
            <Input allowClear placeholder="对象或内容" aria-label="对象或内容" maxLength={80} />
          </Form.Item>
          <Form.Item name="since" label="从">
            <Input type="date" aria-label="从哪天" />
          </Form.Item>
          <Form.Item name="until" label="到">
            <Input type="date" aria-label="到哪天" />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={query.isFetching}>
            筛选
          </Button>
        </Form>
        <Table<AuditEntry>
          size="small"
          rowKey="id"
          loading={query.isPending}
          pagination={false}
          scroll={{ x: 'max-content' }}
          locale={{ emptyText: query.isError ? explain(query.error) : '没有符合条件的记录' }}
          dataSource={query.data?.pages.flatMap(({ items }) => items) ?? []}
          columns={[
            { title: '时间', dataIndex: 'at', render: formatDateTime },
            { title: '谁', render: (_, { name, username }) => name || username || '（未登录）' },
            { title: '做了什么', dataIndex: 'action', render: (one) => actionNames[one] ?? one },
            { title: '对象', render: (_, entry) => <Subject entry={entry} /> },
            {
              title: '内容',
              render: (_, { data }) => (
                <span className="audit-data">
                  {Object.entries(data)
                    .map(([key, value]) => `${key}：${plain(value)}`)
                    .join('；')}
                </span>
              ),
            },
          ]}
        />
        {query.hasNextPage && (
          <Button
            type="text"
            block
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            载入更多
          </Button>
        )}
      </section>
    </main>
  );
}

const CONVERSATION = /^[0-9a-f]{32}$/;
const OF_PEOPLE = new Set(['force_presence', 'membership']);

function Subject({ entry: { action, subject } }: { entry: AuditEntry }) {
  if (!CONVERSATION.test(subject) || OF_PEOPLE.has(action)) return <>{subject}</>;
  return <Link to={`/conversations/${subject}`}>会话 {subject.slice(0, 6)}</Link>;
}

function plain(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function asQuery({ username, action, q, since, until }: Values): AuditQuery {
  const day = (text: string | undefined, plus: number) => {
    if (!text) return undefined;
    const at = new Date(`${text}T00:00:00+08:00`);
    at.setDate(at.getDate() + plus);
    return at.toISOString();
  };
  return {
    username: username || undefined,
    action: action || undefined,
    q: q || undefined,
    since: day(since, 0),
    until: day(until, 1),
  };
}

function exportUrl(query: AuditQuery): string {
  const filled = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return `/api/v1/desk/audit/export?${new URLSearchParams(filled)}`;
}
