import type { CardContent, Message, Option, Quote } from '@kefu/api';
import { formatMoney, optionTitle, renderMarkdown } from '@kefu/chat';
import { createElement, type ReactNode } from 'react';

/** A message as staff need it: complete, but small. */
export function MessageBody({ message, all }: { message: Message; all: readonly Message[] }) {
  switch (message.kind) {
    case 'answer':
      return (
        <>
          <div className="markdown">{renderMarkdown<ReactNode>(element, message.content.text)}</div>
          {message.content.source && (
            <p className="msg-note">
              《{message.content.source.title}》 · 第 {message.content.source.revision} 版 · AI 生成
            </p>
          )}
        </>
      );
    case 'clarify':
    case 'fallback':
      return (
        <>
          {message.content.text}
          <Options options={message.content.options} />
        </>
      );
    case 'card':
      return <Card content={message.content} />;
    case 'form':
      return <Form message={message} />;
    case 'option':
      return (
        <>
          {message.content.title ?? optionTitle(message.content.option_id, all) ?? '已选择一项'}
          <span className="msg-chosen">点选</span>
        </>
      );
    case 'handoff':
      return <>转人工</>;
    case 'survey':
      return <>邀请评价</>;
    case 'image':
      return (
        <>
          {message.content.quote && <Quoted text={message.content.quote.text} />}
          <Picture id={message.content.upload_id} />
        </>
      );
    case 'text':
      return (
        <>
          {message.content.quote && <Quoted text={message.content.quote.text} />}
          {message.content.text}
        </>
      );
    default:
      return <>{message.content.text}</>;
  }
}

export function Quoted({ text }: Pick<Quote, 'text'>) {
  return <blockquote className="msg-quote">{text}</blockquote>;
}

function Picture({ id }: { id: string }) {
  const url = `/api/v1/desk/uploads/${id}`;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      <img className="msg-picture" src={url} alt="图片" loading="lazy" />
    </a>
  );
}

function element(
  tag: string,
  attributes: Record<string, unknown> | null,
  ...children: ReactNode[]
): ReactNode {
  return createElement(tag, attributes, ...children);
}

function Options({ options }: { options?: Option[] }) {
  if (!options?.length) return null;
  return (
    <ol className="msg-options">
      {options.map((option) => (
        <li key={option.id}>{option.title}</li>
      ))}
    </ol>
  );
}

const cardNames: Record<string, string> = {
  order: '订单卡片',
  logistics: '物流卡片',
  refund: '退款卡片',
  invoice: '发票卡片',
  coupon: '优惠券卡片',
  address: '地址卡片',
  complaint: '投诉单',
  ticket: '服务单',
};

function Card({ content }: { content: CardContent }) {
  const { data } = content;
  const facts = [data.order_no, data.number, data.courier, data.tracking_no, data.kind_text]
    .filter((fact) => typeof fact === 'string' && fact)
    .map(String);
  const amount = data.total ?? data.amount;
  if (typeof amount === 'string') facts.push(formatMoney(amount));
  if (typeof data.state_text === 'string') facts.push(data.state_text);
  return (
    <>
      <strong>{cardNames[content.type] ?? '卡片'}</strong>
      <p className="msg-note">{facts.join(' · ')}</p>
    </>
  );
}

function Form({ message }: { message: Extract<Message, { kind: 'form' }> }) {
  const { content } = message;
  if ('fields' in content) return <>表单：{content.title}</>;
  return (
    <>
      已提交表单
      <p className="msg-note">{Object.values(content.values).filter(Boolean).join(' · ')}</p>
    </>
  );
}
