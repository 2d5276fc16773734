import type { Label } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { api } from '../../app/api.ts';
import { handoffs, labelKinds, scopes } from './labels.ts';

type Props = {
  busy: boolean;
  submitText: string;
  onSubmit: (label: Label) => void;
  onDrop: () => void;
};

/** What a message should lead to. */
export function LabelForm({ busy, submitText, onSubmit, onDrop }: Props) {
  const [kind, setKind] = useState<Label['kind']>('knowledge');
  const [keys, setKeys] = useState<string[]>([]);
  const [choice, setChoice] = useState<string>();
  const label = labelOf(kind, keys, choice);
  return (
    <div className="held-out-label">
      <Select<Label['kind']>
        aria-label="这句话是哪一类"
        value={kind}
        options={labelKinds}
        onChange={(value) => {
          setKind(value);
          setChoice(undefined);
        }}
      />
      {kind === 'knowledge' || kind === 'vague' ? (
        <Articles
          keys={keys}
          onChange={setKeys}
          placeholder={
            kind === 'knowledge' ? '应当回答的条目，其次是同样可以的' : '应当给出的几种可能'
          }
        />
      ) : (
        <Select
          aria-label={kind === 'handoff' ? '转不转' : '为什么不归我们管'}
          placeholder="请选择"
          value={choice}
          options={[...(kind === 'handoff' ? handoffs : scopes)]}
          onChange={setChoice}
        />
      )}
      <Button
        type="primary"
        loading={busy}
        disabled={!label}
        onClick={() => label && onSubmit(label)}
      >
        {submitText}
      </Button>
      <Button type="text" onClick={onDrop}>
        略过
      </Button>
    </div>
  );
}

function labelOf(kind: Label['kind'], keys: string[], choice?: string): Label | null {
  const [key, ...also] = keys;
  if (kind === 'knowledge') return key ? { kind, key, also } : null;
  if (kind === 'vague') return keys.length ? { kind, readings: keys } : null;
  if (!choice) return null;
  return kind === 'handoff'
    ? { kind, expect: choice as 'handoff' | 'no_handoff' }
    : { kind, scope: choice as 'far' | 'near' | 'smalltalk' | 'noise' };
}

type ArticlesProps = { keys: string[]; onChange: (keys: string[]) => void; placeholder: string };

function Articles({ keys, onChange, placeholder }: ArticlesProps) {
  const [q, setQ] = useState('');
  const found = useQuery({
    queryKey: ['editor', 'find', q],
    queryFn: () => api.articles({ q, meaning: true, limit: 12 }),
  });
  return (
    <Select
      mode="multiple"
      aria-label="知识条目"
      placeholder={placeholder}
      value={keys}
      onChange={onChange}
      showSearch={{ filterOption: false, onSearch: setQ }}
      options={found.data?.items.map((one) => ({ value: one.key, label: one.title }))}
    />
  );
}
