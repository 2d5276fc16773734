import { PlusOutlined } from '@ant-design/icons';
import type { IntentItem } from '@kefu/api';
import { Button, Input, Segmented, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { Conflicts } from './Conflicts.tsx';
import { Examples } from './Examples.tsx';
import { NewIntent } from './IntentDialogs.tsx';
import { useIntents } from './useIntents.ts';
import './intents.css';

/** What the bot is taught to recognise: intents with their examples, and what contradicts itself. */
export function IntentsPage() {
  const intents = useIntents();
  const [params, setParams] = useSearchParams();
  const [creating, setCreating] = useState(false);
  const view = params.get('view') === 'conflicts' ? 'conflicts' : 'examples';
  const name = params.get('intent') ?? undefined;
  const open = (intent: string | undefined) => setParams(intent ? { intent } : {});
  if (!intents) return <Skeleton active className="editor-page" />;
  return (
    <div className="editor-split intents">
      <IntentList items={intents.items} value={name} onChange={open} />
      <section className="editor-page" aria-label="意图">
        <div className="editor-tools">
          <Segmented
            aria-label="看什么"
            value={view}
            onChange={(value) => setParams(value === 'conflicts' ? { view: value } : {})}
            options={[
              { value: 'examples', label: '例句' },
              { value: 'conflicts', label: '矛盾的例句' },
            ]}
          />
          <span className="topbar-space" />
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
            新建意图
          </Button>
        </div>
        {view === 'conflicts' ? (
          <Conflicts intents={intents} />
        ) : (
          <Examples key={name ?? ''} intents={intents} name={name} onOpen={open} />
        )}
      </section>
      {creating && (
        <NewIntent
          intents={intents}
          onClose={() => setCreating(false)}
          onCreated={(created) => open(created)}
        />
      )}
    </div>
  );
}

type ListProps = {
  items: IntentItem[];
  value: string | undefined;
  onChange: (name: string | undefined) => void;
};

function IntentList({ items, value, onChange }: ListProps) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = items.filter(({ name, title }) => name.includes(wanted) || title.includes(wanted));
  const total = items.reduce((sum, one) => sum + one.count, 0);
  return (
    <nav className="editor-categories intent-list" aria-label="意图列表">
      <Input
        aria-label="查找意图"
        placeholder="查找意图"
        allowClear
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="button" aria-pressed={value === undefined} onClick={() => onChange(undefined)}>
        全部例句
        <small>{total}</small>
      </button>
      {found.map((one) => (
        <button
          key={one.name}
          type="button"
          aria-pressed={value === one.name}
          onClick={() => onChange(one.name)}
          title={one.name}
        >
          <span>
            {one.title}
            {!one.built_in && <Tag variant="filled">自建</Tag>}
          </span>
          <small>{one.count}</small>
        </button>
      ))}
    </nav>
  );
}
