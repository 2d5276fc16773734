import { CloseOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { type Marked, mark, parseMarks, pieces, unmark, writeMarks } from './marks.ts';
import { useIntentChange } from './useIntents.ts';

type Props = {
  row: { intent: string; text: string };
  entities: Record<string, string>;
  onClose: () => void;
};

/** One example under edit: its words in a field, and below what the mouse has chosen to mark. */
export function ExampleEdit({ row, entities, onClose }: Props) {
  const [text, setText] = useState(row.text);
  const { change, busy } = useIntentChange();
  const marked = parseMarks(text);
  const save = async () => {
    if (text.trim() === row.text) return onClose();
    const done = await change(
      (numbers) => api.replaceExample(row.intent, row.text, text.trim(), numbers),
      '例句已改',
    );
    if (done) onClose();
  };
  return (
    <div className="example-edit" data-testid="example-edit">
      <Input
        aria-label="例句"
        autoFocus
        value={text}
        maxLength={400}
        onChange={(event) => setText(event.target.value)}
        onPressEnter={save}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
      />
      <Marking
        marked={marked}
        entities={entities}
        onChange={(after) => setText(writeMarks(after))}
      />
      <div className="example-actions">
        <Button type="primary" size="small" loading={busy} disabled={!text.trim()} onClick={save}>
          保存
        </Button>
        <Button size="small" onClick={onClose}>
          不改了
        </Button>
      </div>
    </div>
  );
}

type MarkingProps = {
  marked: Marked;
  entities: Record<string, string>;
  onChange: (after: Marked) => void;
};

function Marking({ marked, entities, onChange }: MarkingProps) {
  const [range, setRange] = useState<[number, number]>();
  const chosen = range && marked.text.slice(...range);
  return (
    <div className="marking">
      <p className="marking-text" data-testid="marking" onMouseUp={() => setRange(selected())}>
        {pieces(marked).map(({ start, text, mark: own }) =>
          own ? (
            <mark key={start} data-start={start}>
              {text}
              <small>{entities[own.entity] ?? own.entity}</small>
              <button
                type="button"
                aria-label={`去掉标记：${text}`}
                onClick={() => onChange(unmark(marked, own))}
              >
                <CloseOutlined />
              </button>
            </mark>
          ) : (
            <span key={start} data-start={start}>
              {text}
            </span>
          ),
        )}
      </p>
      {chosen ? (
        <p className="marking-choices">
          把“{chosen}”标为
          {Object.entries(entities).map(([entity, title]) => (
            <Button
              key={entity}
              size="small"
              onClick={() => {
                onChange(mark(marked, range[0], range[1], entity));
                setRange(undefined);
              }}
            >
              {title}
            </Button>
          ))}
        </p>
      ) : (
        <p className="muted">用鼠标选中一段文字，就能标成订单号、日期等；点标记上的 × 去掉。</p>
      )}
    </div>
  );
}

/** The stretch of the example that the mouse has selected, in its own characters. */
function selected(): [number, number] | undefined {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  const start = place(range.startContainer, range.startOffset);
  const end = place(range.endContainer, range.endOffset);
  if (start === undefined || end === undefined || start >= end) return undefined;
  return [start, end];
}

function place(node: Node, offset: number): number | undefined {
  const element = node instanceof Element ? node : node.parentElement;
  const piece = element?.closest<HTMLElement>('[data-start]');
  if (!piece) return undefined;
  const start = Number(piece.dataset.start);
  return node.nodeType === Node.TEXT_NODE ? start + offset : start;
}
