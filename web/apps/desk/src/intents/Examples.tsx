import type { Intents } from '@kefu/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Empty, Input, Popconfirm, Space, Tag } from 'antd';
import { useDeferredValue, useState } from 'react';
import { VList } from 'virtua';
import { api, explain } from '../app/api.ts';
import { ExampleEdit } from './ExampleEdit.tsx';
import { ExampleText } from './ExampleText.tsx';
import { AddExamples, IntentHead, MoveExamples } from './IntentDialogs.tsx';
import { intentKeys, useIntentChange } from './useIntents.ts';

type Props = { intents: Intents; name: string | undefined; onOpen: (name?: string) => void };
type Row = { intent: string; text: string };

/** The examples of one intent, or of all that hold the searched words. */
export function Examples({ intents, name, onOpen }: Props) {
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const [chosen, setChosen] = useState<string[]>([]);
  const [editing, setEditing] = useState<string>();
  const [asking, setAsking] = useState<'add' | 'move'>();
  const { change } = useIntentChange();
  const list = useQuery({
    queryKey: intentKeys.examples(name, q),
    queryFn: () => api.examples({ intent: name, q }),
    placeholderData: keepPreviousData,
  });
  const items = list.data?.items ?? [];
  const intent = intents.items.find((one) => one.name === name);
  const there = chosen.filter((text) => items.some((one) => one.text === text));
  const remove = async () => {
    if (!name) return;
    const done = await change(
      (numbers) => api.removeExamples(name, there, null, numbers),
      `已删除 ${there.length} 条例句`,
    );
    if (done) setChosen([]);
  };
  return (
    <>
      {intent && <IntentHead intents={intents} intent={intent} onOpen={onOpen} />}
      <div className="editor-tools">
        <Input.Search
          className="editor-search"
          aria-label="搜索例句"
          placeholder={name ? '在这个意图里搜索' : '在所有例句里搜索'}
          allowClear
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <span className="muted">
          {list.data && `${list.data.total} 条`}
          {list.data && list.data.total > items.length && `，列出前 ${items.length} 条`}
        </span>
        <span className="topbar-space" />
        {intent && <Button onClick={() => setAsking('add')}>加例句</Button>}
      </div>
      {there.length > 0 && (
        <Space className="editor-bulk" wrap>
          已选 {there.length} 条<Button onClick={() => setAsking('move')}>移到别的意图…</Button>
          <Popconfirm title={`删除这 ${there.length} 条例句？`} onConfirm={remove}>
            <Button danger>删除</Button>
          </Popconfirm>
          <Button type="text" onClick={() => setChosen([])}>
            取消选择
          </Button>
        </Space>
      )}
      {list.isError && <Alert type="error" showIcon title={explain(list.error)} />}
      {list.data && items.length === 0 && <Empty description="没有这样的例句" />}
      {items.length > 0 && (
        <div className="examples" data-testid="examples">
          <VList>
            {items.map((row) => (
              <ExampleRow
                key={`${row.intent} ${row.text}`}
                row={row}
                intents={intents}
                choose={
                  name
                    ? {
                        on: there.includes(row.text),
                        set: (on) =>
                          setChosen(
                            on ? [...there, row.text] : there.filter((one) => one !== row.text),
                          ),
                      }
                    : undefined
                }
                editing={editing === `${row.intent} ${row.text}`}
                onEdit={(open) => setEditing(open ? `${row.intent} ${row.text}` : undefined)}
                onOpen={() => onOpen(row.intent)}
              />
            ))}
          </VList>
        </div>
      )}
      {asking === 'add' && intent && (
        <AddExamples intent={intent} onClose={() => setAsking(undefined)} />
      )}
      {asking === 'move' && name && (
        <MoveExamples
          intents={intents}
          from={name}
          examples={there}
          onClose={(moved) => {
            setAsking(undefined);
            if (moved) setChosen([]);
          }}
        />
      )}
    </>
  );
}

type RowProps = {
  row: Row;
  intents: Intents;
  choose?: { on: boolean; set: (on: boolean) => void };
  editing: boolean;
  onEdit: (open: boolean) => void;
  onOpen: () => void;
};

function ExampleRow({ row, intents, choose, editing, onEdit, onOpen }: RowProps) {
  if (editing) {
    return <ExampleEdit row={row} entities={intents.entities} onClose={() => onEdit(false)} />;
  }
  const title = intents.items.find((one) => one.name === row.intent)?.title ?? row.intent;
  return (
    <div className="example">
      {choose ? (
        <Checkbox
          aria-label={`选择：${row.text}`}
          checked={choose.on}
          onChange={(event) => choose.set(event.target.checked)}
        />
      ) : (
        <button type="button" className="example-intent" onClick={onOpen}>
          <Tag>{title}</Tag>
        </button>
      )}
      <button type="button" className="example-open" onClick={() => onEdit(true)}>
        <ExampleText example={row.text} entities={intents.entities} />
      </button>
    </div>
  );
}
