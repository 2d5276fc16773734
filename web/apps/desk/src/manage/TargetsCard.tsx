import type { Target } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Button, InputNumber, Table } from 'antd';
import { useEffect, useState } from 'react';
import { api, keys } from '../app/api.ts';
import { useManagement } from './useManagement.ts';

const MINUTE = 60;
const HOUR = 3600;
type Span = 'first_seconds' | 'next_seconds' | 'resolution_seconds';

/** How soon conversations are answered and solved, by priority, counted while people work. */
export function TargetsCard() {
  const query = useQuery({ queryKey: keys.targets, queryFn: api.targets });
  const put = useManagement(api.putTargets, keys.targets);
  const [targets, setTargets] = useState<Target[]>([]);
  useEffect(() => setTargets(query.data ?? []), [query.data]);
  const change = (level: string, part: Partial<Target>) =>
    setTargets(targets.map((one) => (one.level === level ? { ...one, ...part } : one)));
  const spanColumn = (title: string, name: Span, unit: number, words: string) => ({
    title: `${title}（${words}）`,
    render: (_: unknown, target: Target) => (
      <InputNumber
        size="small"
        min={unit === MINUTE ? 0.5 : 1}
        max={720}
        step={unit === MINUTE ? 0.5 : 1}
        aria-label={`${target.title} ${title}`}
        value={target[name] / unit}
        onChange={(value) => value && change(target.level, { [name]: Math.round(value * unit) })}
      />
    ),
  });
  return (
    <section className="page-card">
      <h2>
        时限目标
        <Button
          type="primary"
          loading={put.isPending}
          disabled={targets === query.data || targets.length === 0}
          onClick={() => put.mutate(targets)}
        >
          保存
        </Button>
      </h2>
      <p className="muted">
        只算营业时间；等客户回复时，解决时限暂停。到时间前提醒，过时间记为超时。已经开始计时的会话不变。
      </p>
      <Table<Target>
        size="small"
        rowKey="level"
        pagination={false}
        loading={query.isPending}
        scroll={{ x: 'max-content' }}
        dataSource={targets}
        columns={[
          { title: '', dataIndex: 'title' },
          {
            title: '优先级不低于',
            render: (_, target) => (
              <InputNumber
                size="small"
                min={0}
                max={1000}
                disabled={target.at_least === 0}
                aria-label={`${target.title} 起始优先级`}
                value={target.at_least}
                onChange={(value) => value && change(target.level, { at_least: value })}
              />
            ),
          },
          spanColumn('首次响应', 'first_seconds', MINUTE, '分钟'),
          spanColumn('后续响应', 'next_seconds', MINUTE, '分钟'),
          spanColumn('解决', 'resolution_seconds', HOUR, '小时'),
        ]}
      />
    </section>
  );
}
