import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { api } from '../app/api.ts';

type Props = {
  label?: string;
  placeholder?: string;
  value: string[];
  titles: Record<string, string>;
  onChange: (value: string[]) => void;
};

/** Chooses articles by words, pinyin or meaning. */
export function ArticlePicker(props: Props) {
  const { label = '相关条目', placeholder = '输入文字查找', value, titles, onChange } = props;
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed);
  const found = useQuery({
    queryKey: ['editor', 'pick', q],
    queryFn: () => api.articles({ q, meaning: true, limit: 12 }),
    enabled: q.length > 0,
  });
  const options = new Map(value.map((key) => [key, titles[key] ?? key]));
  for (const one of found.data?.items ?? []) options.set(one.key, one.title);
  return (
    <Select
      aria-label={label}
      className="wide"
      mode="multiple"
      filterOption={false}
      placeholder={placeholder}
      value={value}
      onSearch={setTyped}
      onChange={onChange}
      options={[...options].map(([key, label]) => ({ value: key, label }))}
    />
  );
}
