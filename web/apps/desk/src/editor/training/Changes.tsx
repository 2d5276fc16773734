import { Empty, Input, Segmented, Table, Tag } from 'antd';
import { useState } from 'react';
import { type Change, got, type Report, sets, verdicts } from './words.ts';

type Which = 'worse' | 'better';

/** Every message that became worse or better, with what each side did. */
export function Changes({ report }: { report: Report }) {
  const worse = report.changes.filter((one) => !one.better);
  const better = report.changes.filter((one) => one.better);
  const [which, setWhich] = useState<Which>(worse.length || !better.length ? 'worse' : 'better');
  const [words, setWords] = useState('');
  const looked = words.trim().toLowerCase();
  const shown = (which === 'worse' ? worse : better).filter((one) =>
    [one.text, one.expected, one.before.got, one.after.got].some((text) =>
      text.toLowerCase().includes(looked),
    ),
  );
  return (
    <>
      <h3>逐条变化</h3>
      <div className="editor-tools">
        <Segmented<Which>
          value={which}
          onChange={setWhich}
          aria-label="变差或变好"
          options={[
            { value: 'worse', label: `变差 ${worse.length}` },
            { value: 'better', label: `变好 ${better.length}` },
          ]}
        />
        <Input.Search
          allowClear
          aria-label="在变化里找"
          placeholder="找话、条目"
          className="training-find"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      </div>
      <Table<Change>
        size="small"
        rowKey={(one) => `${one.set}-${one.text}`}
        dataSource={shown}
        pagination={{ pageSize: 10, hideOnSinglePage: true }}
        scroll={{ x: 860 }}
        locale={{
          emptyText: (
            <Empty
              image={Empty.PRESENTED_IMAGE_SIMPLE}
              description={which === 'worse' ? '没有变差的话' : '没有变好的话'}
            />
          ),
        }}
        columns={[
          {
            title: '客户的话',
            render: (_, one) => (
              <>
                {one.text} <Tag>{sets[one.set] ?? one.set}</Tag>
              </>
            ),
          },
          { title: '应当', width: 180, render: (_, one) => one.expected || '不作答' },
          { title: '线上', width: 210, render: (_, one) => <Side side={one.before} /> },
          { title: '候选', width: 210, render: (_, one) => <Side side={one.after} /> },
        ]}
      />
    </>
  );
}

function Side({ side }: { side: Change['before'] }) {
  const [kind = '', ...rest] = side.got.split(' ');
  return (
    <>
      <b>{verdicts[side.verdict] ?? side.verdict}</b>
      <div className="muted">
        {got[kind] ?? kind} {rest.join(' ')}
      </div>
    </>
  );
}
