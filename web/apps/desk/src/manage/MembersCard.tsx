import type { Colleague } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Select, Table } from 'antd';
import { api, keys } from '../app/api.ts';
import { useManagement } from './useManagement.ts';

export function MembersCard() {
  const query = useQuery({ queryKey: keys.colleagues, queryFn: api.colleagues });
  const move = useManagement(
    ({ id, team }: { id: string; team: string }) => api.setMembership(id, team),
    keys.colleagues,
  );
  const options = (query.data?.teams ?? []).map(({ name, title }) => ({
    value: name,
    label: title,
  }));
  return (
    <section className="page-card">
      <h2>坐席所属</h2>
      <Table<Colleague>
        size="small"
        pagination={false}
        rowKey="id"
        loading={query.isPending}
        dataSource={query.data?.items ?? []}
        columns={[
          { title: '坐席', render: (_, person) => `${person.name}（${person.number}）` },
          {
            title: '技能组',
            render: (_, person) => (
              <Select
                size="small"
                aria-label={`${person.name} 的技能组`}
                value={person.team}
                options={options}
                onChange={(team) => move.mutate({ id: person.id, team })}
              />
            ),
          },
        ]}
      />
    </section>
  );
}
