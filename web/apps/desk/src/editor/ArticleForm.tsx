import { Form, Input, Select, Tabs } from 'antd';
import { useState } from 'react';
import { ArticlePicker } from './ArticlePicker.tsx';
import { SimilarQuestions } from './SimilarQuestions.tsx';
import type { Body } from './useBody.ts';
import { useVocabulary, variantName } from './words.ts';

type Setter = <K extends keyof Body>(field: K, value: Body[K]) => void;
type Props = {
  articleKey: string;
  body: Body;
  set: Setter;
  errors: Record<string, string>;
  titles: Record<string, string>;
};

export function ArticleForm({ articleKey, body, set, errors, titles }: Props) {
  const vocabulary = useVocabulary();
  const item = (field: string) =>
    errors[field] ? { validateStatus: 'error' as const, help: errors[field] } : {};
  return (
    <Form layout="vertical" className="article-form" component="div">
      <Form.Item label="标准问法" htmlFor="question" {...item('question')}>
        <Input
          id="question"
          value={body.question}
          maxLength={200}
          onChange={(event) => set('question', event.target.value)}
        />
      </Form.Item>
      <Form.Item label="答案" {...item('answer')}>
        <AnswerFields body={body} set={set} />
      </Form.Item>
      <Form.Item label="相似问（客户的各种说法）" {...item('similar')}>
        <SimilarQuestions
          articleKey={articleKey}
          question={body.question}
          value={body.similar}
          onChange={(value) => set('similar', value)}
        />
      </Form.Item>
      <div className="article-small">
        <Form.Item label="相关条目" {...item('related')}>
          <ArticlePicker
            value={body.related}
            titles={titles}
            onChange={(value) => set('related', value)}
          />
        </Form.Item>
        <Form.Item label="附带工具" {...item('tool')}>
          <Select
            aria-label="附带工具"
            allowClear
            placeholder="没有工具"
            value={body.tool}
            options={vocabulary?.tools}
            onChange={(value) => set('tool', value ?? null)}
          />
        </Form.Item>
        <Form.Item
          label="适用订单状态"
          tooltip="客户的订单在这些状态时更可能是问这个"
          {...item('order_states')}
        >
          <Select
            aria-label="适用订单状态"
            mode="multiple"
            value={body.order_states}
            options={vocabulary?.order_states}
            onChange={(value) => set('order_states', value)}
          />
        </Form.Item>
        <Form.Item label="有效期" {...item('valid_to')}>
          <div className="article-dates">
            <Input
              type="date"
              aria-label="生效日期"
              value={body.valid_from ?? ''}
              onChange={(event) => set('valid_from', event.target.value || null)}
            />
            至
            <Input
              type="date"
              aria-label="失效日期"
              value={body.valid_to ?? ''}
              onChange={(event) => set('valid_to', event.target.value || null)}
            />
          </div>
        </Form.Item>
      </div>
    </Form>
  );
}

function AnswerFields({ body, set }: { body: Body; set: Setter }) {
  const vocabulary = useVocabulary();
  const [tab, setTab] = useState('');
  const unwritten = (choices: { value: string; label: string }[]) =>
    choices.filter(({ value }) => !(value in body.variants));
  const write = (text: string) =>
    tab === '' ? set('answer', text) : set('variants', { ...body.variants, [tab]: text });
  const remove = (state: string) => {
    const { [state]: _, ...rest } = body.variants;
    set('variants', rest);
    setTab('');
  };
  const shown = tab in body.variants ? tab : '';
  const channels = (state: string) =>
    unwritten(
      (vocabulary?.channels ?? []).map(({ value }) => ({
        value: `${state}@${value}`,
        label: variantName(`${state}@${value}`, vocabulary),
      })),
    );
  const groups = [
    { label: '按订单状态', options: unwritten(vocabulary?.order_states ?? []) },
    { label: '按渠道', options: channels('') },
    ...(shown && !shown.includes('@')
      ? [{ label: '这个状态下按渠道', options: channels(shown) }]
      : []),
  ];
  const policies = Object.entries(vocabulary?.policies ?? {});
  const text = shown === '' ? body.answer : (body.variants[shown] ?? '');
  return (
    <>
      <Tabs
        size="small"
        type="editable-card"
        hideAdd
        activeKey={shown}
        onChange={setTab}
        onEdit={(key, action) => action === 'remove' && remove(String(key))}
        items={[
          { key: '', label: '通用', closable: false },
          ...Object.keys(body.variants).map((state) => ({
            key: state,
            label: variantName(state, vocabulary),
          })),
        ]}
        tabBarExtraContent={
          <Select
            aria-label="按订单状态或渠道另写答案"
            size="small"
            className="variant-pick"
            placeholder="按订单状态或渠道另写"
            value={null}
            options={groups}
            onChange={(state: string | null) => {
              if (!state) return;
              set('variants', { ...body.variants, [state]: body.answer });
              setTab(state);
            }}
          />
        }
      />
      <Input.TextArea
        aria-label="答案"
        autoSize={{ minRows: 7, maxRows: 24 }}
        value={text}
        onChange={(event) => write(event.target.value)}
      />
      <div className="answer-help">
        <span className="muted">
          支持 Markdown：**加粗**、1. 列表、[链接](https://…)、表格；{text.length} 字
        </span>
        <Select
          aria-label="插入店铺规则"
          size="small"
          showSearch
          placeholder="插入店铺规则"
          value={null}
          options={policies.map(([name, value]) => ({ value: name, label: `${value}（${name}）` }))}
          onChange={(name: string | null) => name && write(`${text}{{policy.${name}}}`)}
        />
      </div>
    </>
  );
}
