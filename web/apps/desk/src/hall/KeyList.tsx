import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined } from '@ant-design/icons';
import type { HallSettings } from '@kefu/api';
import { Button, Card, Input } from 'antd';
import type { ReactNode } from 'react';
import { ArticlePicker } from '../editor/ArticlePicker.tsx';

type Titles = Record<string, string>;
type ListProps = {
  title: string;
  hint: string;
  value: string[];
  titles: Titles;
  onChange: (value: string[]) => void;
};

/** Articles in an order. */
export function KeyList({ title, hint, value, titles, onChange }: ListProps) {
  return (
    <Card size="small" title={title} className="hall-card">
      <p className="muted">{hint}</p>
      <ol className="hall-rows">
        {value.map((key, at) => (
          <Row
            key={key}
            name={titles[key] ?? key}
            first={at === 0}
            last={at === value.length - 1}
            onMove={(by) => onChange(moved(value, at, by))}
            onRemove={() => onChange(value.filter((one) => one !== key))}
          />
        ))}
      </ol>
      <Add
        label={`加到${title}`}
        onAdd={(key) => !value.includes(key) && onChange([...value, key])}
      />
    </Card>
  );
}

type Pinned = NonNullable<HallSettings['pinned']>;

/** Articles that stand first, each for a time if wanted. */
export function PinnedList({
  value,
  titles,
  onChange,
}: {
  value: Pinned;
  titles: Titles;
  onChange: (value: Pinned) => void;
}) {
  const write = (at: number, change: Partial<Pinned[number]>) =>
    onChange(value.map((one, place) => (place === at ? { ...one, ...change } : one)));
  return (
    <Card size="small" title="置顶推荐" className="hall-card">
      <p className="muted">排在推荐的最前面；可以只在一段时间里置顶，到期自动撤下</p>
      <ol className="hall-rows">
        {value.map((one, at) => (
          <Row
            key={one.key}
            name={titles[one.key] ?? one.key}
            first={at === 0}
            last={at === value.length - 1}
            onMove={(by) => onChange(moved(value, at, by))}
            onRemove={() => onChange(value.filter(({ key }) => key !== one.key))}
          >
            <Between
              label={titles[one.key] ?? one.key}
              from={one.from}
              to={one.to}
              onChange={(times) => write(at, times)}
            />
          </Row>
        ))}
      </ol>
      <Add
        label="加到置顶推荐"
        onAdd={(key) => !value.some((one) => one.key === key) && onChange([...value, { key }])}
      />
    </Card>
  );
}

type BetweenProps = {
  label: string;
  from?: string | null;
  to?: string | null;
  onChange: (times: { from?: string | null; to?: string | null }) => void;
};

export function Between({ label, from, to, onChange }: BetweenProps) {
  return (
    <span className="hall-between">
      <Input
        type="date"
        size="small"
        aria-label={`${label} 从`}
        value={from ?? ''}
        onChange={(event) => onChange({ from: event.target.value || null })}
      />
      至
      <Input
        type="date"
        size="small"
        aria-label={`${label} 到`}
        value={to ?? ''}
        onChange={(event) => onChange({ to: event.target.value || null })}
      />
    </span>
  );
}

function Add({ label, onAdd }: { label: string; onAdd: (key: string) => void }) {
  return (
    <ArticlePicker
      label={label}
      placeholder={`＋ ${label}：输入文字查找`}
      value={[]}
      titles={{}}
      onChange={([key]) => key !== undefined && onAdd(key)}
    />
  );
}

function moved<T>(list: T[], at: number, by: number): T[] {
  const after = [...list];
  const [one] = after.splice(at, 1);
  if (one !== undefined) after.splice(at + by, 0, one);
  return after;
}

type RowProps = {
  name: string;
  first: boolean;
  last: boolean;
  onMove: (by: number) => void;
  onRemove: () => void;
  children?: ReactNode;
};

function Row({ name, first, last, onMove, onRemove, children }: RowProps) {
  return (
    <li>
      <span className="hall-name">{name}</span>
      {children}
      <Button
        type="text"
        size="small"
        aria-label={`上移：${name}`}
        icon={<ArrowUpOutlined />}
        disabled={first}
        onClick={() => onMove(-1)}
      />
      <Button
        type="text"
        size="small"
        aria-label={`下移：${name}`}
        icon={<ArrowDownOutlined />}
        disabled={last}
        onClick={() => onMove(1)}
      />
      <Button
        type="text"
        size="small"
        aria-label={`去掉：${name}`}
        icon={<CloseOutlined />}
        onClick={onRemove}
      />
    </li>
  );
}
