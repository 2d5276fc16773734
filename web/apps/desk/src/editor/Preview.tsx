import { Select } from 'antd';
import { useState } from 'react';
import { Answer, fillPolicies } from './Answer.tsx';
import type { Body } from './useBody.ts';
import { labelOf, useVocabulary, variantName } from './words.ts';

/** The answer on a phone, for a customer whose order is in a chosen state. */
export function Preview({ body, titles }: { body: Body; titles: Record<string, string> }) {
  const vocabulary = useVocabulary();
  const [state, setState] = useState('');
  const [channel, setChannel] = useState('');
  const written = [`${state}@${channel}`, state, `@${channel}`].find((key) => key in body.variants);
  const own = written ? body.variants[written] : undefined;
  const states = vocabulary?.order_states ?? [];
  return (
    <div className="preview">
      <Select
        aria-label="预览的订单状态"
        value={state}
        onChange={setState}
        options={[{ value: '', label: '没有订单，或任何状态' }, ...states]}
      />
      <Select
        aria-label="预览的渠道"
        value={channel}
        onChange={setChannel}
        options={[{ value: '', label: '任何渠道' }, ...(vocabulary?.channels ?? [])]}
      />
      <p className="muted">
        {(state || channel) &&
          (written ? `用“${variantName(written, vocabulary)}”的答案` : '用通用答案')}
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
