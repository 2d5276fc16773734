import { CloseOutlined, MessageOutlined, SnippetsOutlined } from '@ant-design/icons';
import type { CheckedQuestion } from '@kefu/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Input, Modal, Tag, Tooltip } from 'antd';
import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';
import { api } from '../app/api.ts';
import { RealQuestions } from './RealQuestions.tsx';

type Props = {
  articleKey: string;
  question: string;
  value: string[];
  onChange: (value: string[]) => void;
};

/** Similar questions, each compared with the others and with every other article while one types. */
export function SimilarQuestions({ articleKey, question, value, onChange }: Props) {
  const [pasting, setPasting] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const texts = useDeferredValue(JSON.stringify([question, ...value]));
  const check = useQuery({
    queryKey: ['editor', 'check', articleKey, texts],
    queryFn: () => api.checkQuestions(articleKey, JSON.parse(texts)),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const checked = new Map(check.data?.map((one) => [one.text, one]));
  const change = (at: number, text: string) =>
    onChange(value.map((old, place) => (place === at ? text : old)));
  const conflicts = check.data?.filter((one) => one.verdict === 'conflict').length ?? 0;
  const repeats = check.data?.filter((one) => one.repeats !== null).length ?? 0;
  return (
    <div className="similar" data-testid="similar">
      <p className="muted">
        {value.length} 条{repeats > 0 && `，重复 ${repeats} 条`}
        {conflicts > 0 && `，与其他条目冲突 ${conflicts} 条`}
      </p>
      <Verdict checked={checked.get(question)} label="标准问法" />
      {value.map((text, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity while typing
        <div className="similar-row" key={at}>
          <Input
            aria-label={`相似问 ${at + 1}`}
            value={text}
            maxLength={200}
            onChange={(event) => change(at, event.target.value)}
            suffix={<Verdict checked={checked.get(text.trim())} />}
          />
          <Button
            type="text"
            aria-label={`删除相似问 ${at + 1}`}
            icon={<CloseOutlined />}
            onClick={() => onChange(value.filter((_, place) => place !== at))}
          />
        </div>
      ))}
      <div className="similar-actions">
        <Button onClick={() => onChange([...value, ''])}>加一条</Button>
        <Button icon={<SnippetsOutlined />} onClick={() => setPasting(true)}>
          批量粘贴
        </Button>
        <Button icon={<MessageOutlined />} onClick={() => setChoosing(true)}>
          从客户真实提问里选
        </Button>
      </div>
      {choosing && (
        <RealQuestions
          articleKey={articleKey}
          without={[question, ...value]}
          onClose={() => setChoosing(false)}
          onAdd={(texts) => onChange([...value, ...texts])}
        />
      )}
      <Paste
        open={pasting}
        onClose={() => setPasting(false)}
        onPaste={(lines) => onChange([...value, ...lines.filter((line) => !value.includes(line))])}
      />
    </div>
  );
}

function Verdict({ checked, label }: { checked?: CheckedQuestion; label?: string }) {
  if (!checked) return null;
  if (checked.repeats !== null) return <Tag color="gold">重复</Tag>;
  const [nearest] = checked.nearest;
  if (checked.verdict === 'free' || !nearest) return null;
  const same = checked.verdict === 'conflict';
  const words = `${nearest.title}：“${nearest.question}”（相似 ${Math.round(nearest.likeness * 100)}%）`;
  return (
    <Tooltip title={words}>
      <Link to={`/editor/articles/${nearest.key}`} target="_blank">
        <Tag color={same ? 'red' : 'orange'}>
          {label}
          {same ? '与别的条目几乎一样' : '与别的条目相近'}
        </Tag>
      </Link>
    </Tooltip>
  );
}

type PasteProps = { open: boolean; onClose: () => void; onPaste: (lines: string[]) => void };

function Paste({ open, onClose, onPaste }: PasteProps) {
  const [text, setText] = useState('');
  const lines = [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean);
  const finish = () => {
    onPaste(lines);
    setText('');
    onClose();
  };
  return (
    <Modal
      title="批量粘贴相似问"
      open={open}
      onCancel={onClose}
      onOk={finish}
      okText={`加入 ${lines.length} 条`}
      okButtonProps={{ disabled: lines.length === 0 }}
    >
      <Input.TextArea
        aria-label="每行一条相似问"
        placeholder="每行一条，可以从表格直接粘贴"
        rows={12}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </Modal>
  );
}
