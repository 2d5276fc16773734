import type { HallSettings } from '@kefu/api';
import { Button, Card, Input, Space } from 'antd';
import { ArticlePicker } from '../editor/ArticlePicker.tsx';

type Seasons = NonNullable<HallSettings['seasons']>;
type Props = {
  value: Seasons;
  titles: Record<string, string>;
  onChange: (value: Seasons) => void;
};

const DAY = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Articles that many ask for at a time of the year, every year. */
export function HallSeasons({ value, titles, onChange }: Props) {
  const write = (at: number, change: Partial<Seasons[number]>) =>
    onChange(value.map((one, place) => (place === at ? { ...one, ...change } : one)));
  return (
    <>
      <p className="muted">
        每年到了这段日子就推荐；可以跨年（如 12-20 到 01-10）。日期写成“月-日”。
      </p>
      {value.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: seasons have no other identity
        <Card size="small" className="hall-card" key={at}>
          <Space wrap>
            <Input
              aria-label={`第 ${at + 1} 段 从`}
              className="hall-day"
              status={DAY.test(one.from) ? undefined : 'error'}
              placeholder="11-01"
              value={one.from}
              onChange={(event) => write(at, { from: event.target.value })}
            />
            至
            <Input
              aria-label={`第 ${at + 1} 段 到`}
              className="hall-day"
              status={DAY.test(one.to) ? undefined : 'error'}
              placeholder="11-20"
              value={one.to}
              onChange={(event) => write(at, { to: event.target.value })}
            />
            <Button
              type="text"
              danger
              onClick={() => onChange(value.filter((_, place) => place !== at))}
            >
              删除这段
            </Button>
          </Space>
          <ArticlePicker
            label={`第 ${at + 1} 段的条目`}
            value={one.keys}
            titles={titles}
            onChange={(keys) => write(at, { keys })}
          />
        </Card>
      ))}
      <Button onClick={() => onChange([...value, { from: '01-01', to: '01-31', keys: [] }])}>
        加一段
      </Button>
    </>
  );
}
