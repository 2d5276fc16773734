import { Select } from 'antd';
import { useState } from 'react';
import { Answer, fillPolicies } from './Answer.tsx';
import type { Body } from './useBody.ts';
import { labelOf, useVocabulary } from './words.ts';

/** The answer on a phone, for a customer whose order is in a chosen state. */
export function Preview({ body, titles }: { body: Body; titles: Record<string, string> }) {
  const vocabulary = useVocabulary();
  const [state, setState] = useState('');
  const own = body.variants[state];
  const states = vocabulary?.order_states ?? [];
  return (
    <div className="preview">
      <Select
        aria-label="预览的订单状态"
        value={state}
        onChange={setState}
        options={[{ value: '', label: '没有订单，或任何状态' }, ...states]}
      />
      <p className="muted">
        {state && (own ? '这个订单状态有单独的答案' : '这个订单状态用通用答案')}
      </p>
      <div className="phone" data-testid="preview">
        <p className="phone-question">{body.question || '客户的问题'}</p>
        <div className="phone-answer">
          <Answer
            text={fillPolicies(own ?? body.answer, vocabulary?.policies) || '（还没有答案）'}
          />
          <p className="phone-source">来源：{body.question || '—'} · AI 生成</p>
        </div>
        {body.tool && <span className="phone-option">{labelOf(vocabulary?.tools, body.tool)}</span>}
        {body.related.slice(0, 4).map((key) => (
          <span className="phone-option" key={key}>
            {titles[key] ?? key}
          </span>
        ))}
      </div>
    </div>
  );
}
