type Outcome = { text: string; color?: string };

const outcomes: Record<string, Outcome> = {
  answer: { text: '回答', color: 'green' },
  clarify: { text: '澄清', color: 'blue' },
  rephrase: { text: '请客户换个说法', color: 'blue' },
  card: { text: '展示信息', color: 'geekblue' },
  form: { text: '表单', color: 'geekblue' },
  form_interrupted: { text: '表单中提问', color: 'geekblue' },
  handoff: { text: '转人工', color: 'orange' },
  not_understood: { text: '没有听懂', color: 'red' },
  decline: { text: '超出范围' },
  declined: { text: '超出范围' },
  none_of_these: { text: '都不是', color: 'orange' },
  effect: { text: '办理成功', color: 'green' },
  tool_refused: { text: '不能办理', color: 'orange' },
  verify: { text: '核验身份', color: 'geekblue' },
  smalltalk: { text: '寒暄' },
  picture: { text: '图片' },
  shop_unavailable: { text: '商城不可用', color: 'red' },
};

/** The words for how a turn of the bot ended; `card:order` counts as `card`. */
export function describeOutcome(outcome: string): Outcome {
  return outcomes[outcome] ?? outcomes[outcome.split(':')[0] ?? ''] ?? { text: outcome };
}
