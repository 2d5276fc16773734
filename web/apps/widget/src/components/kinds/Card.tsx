/** Cards of the shop's facts. A type that this version does not know shows its known fields. */

import type { CardContent, LogisticsData, OrderData, Parcel, RefundData } from '@kefu/api';
import { formatDateTime, formatMoney } from '@kefu/chat';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon, toast } from '../../chat/index.ts';
import { texts } from '../../texts/index.ts';
import { OptionChips } from '../Options.tsx';
import { PersonalData } from '../PersonalData.tsx';

export function Card({ content }: { content: CardContent }) {
  return (
    <>
      <article class="kf-card" data-card={content.type}>
        <CardBody content={content} />
      </article>
      <OptionChips options={content.actions ?? []} label={texts.suggestions} />
    </>
  );
}

function CardBody({ content }: { content: CardContent }) {
  switch (content.type) {
    case 'order':
      return <OrderCard order={content.data as OrderData} />;
    case 'logistics':
      return <LogisticsCard data={content.data as LogisticsData} />;
    case 'privacy':
      return <PersonalData />;
    case 'refund':
      return <RefundCard refund={content.data as RefundData} />;
    default:
      return <FieldsCard type={content.type} data={content.data} />;
  }
}

function CardHead(props: { type: string; state?: unknown }) {
  return (
    <header class="kf-card-head">
      <h2>{texts.cardTitles[props.type] ?? texts.cardTitles.ticket}</h2>
      {typeof props.state === 'string' && <span class="kf-state">{props.state}</span>}
    </header>
  );
}

function Line(props: { label: string; children: ComponentChildren }) {
  return (
    <div class="kf-line">
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function Copyable({ text }: { text: string }) {
  const copy = () =>
    navigator.clipboard
      ?.writeText(text)
      .then(() => toast.success(texts.copied))
      .catch(() => undefined);
  return (
    <span class="kf-copyable">
      {text}
      <button type="button" class="kf-copy" onClick={copy} aria-label={`${texts.copy} ${text}`}>
        <Icon type="copy" />
      </button>
    </span>
  );
}

function OrderCard({ order }: { order: OrderData }) {
  return (
    <>
      <CardHead type="order" state={order.state_text} />
      <ul class="kf-items">
        {order.items.map((item, index) => (
          <li key={index}>
            <span class="kf-item-title">{item.title}</span>
            <span class="kf-muted">{texts.quantity(item.quantity)}</span>
            <span>{formatMoney(item.price)}</span>
          </li>
        ))}
      </ul>
      <dl>
        <Line label={texts.orderTotal}>
          <strong>{formatMoney(order.total)}</strong>
        </Line>
        <Line label={texts.orderNo}>
          <Copyable text={order.order_no} />
        </Line>
        <Line label={texts.orderCreated}>{formatDateTime(order.created_at)}</Line>
      </dl>
    </>
  );
}

function LogisticsCard({ data }: { data: LogisticsData }) {
  const parcels = data.parcels ?? [data];
  return (
    <>
      {parcels.map((parcel, index) => (
        <ParcelPart parcel={parcel} key={parcel.tracking_no || index} />
      ))}
      <dl>
        <Line label={texts.orderNo}>
          <Copyable text={data.order_no} />
        </Line>
      </dl>
    </>
  );
}

const POINTS_SHOWN = 3;

function ParcelPart({ parcel }: { parcel: Parcel }) {
  const [open, setOpen] = useState(false);
  const points = open ? parcel.timeline : parcel.timeline.slice(0, POINTS_SHOWN);
  return (
    <section class="kf-parcel">
      <CardHead type="logistics" state={parcel.state_text} />
      <dl>
        {parcel.eta && <Line label={texts.eta}>{formatDateTime(parcel.eta)}</Line>}
        {parcel.tracking_no && (
          <Line label={parcel.courier || texts.trackingNo}>
            <Copyable text={parcel.tracking_no} />
          </Line>
        )}
      </dl>
      <ol class="kf-timeline">
        {points.map((point, index) => (
          <li key={`${point.time}${index}`} data-done={index === 0}>
            <p>{point.place ? `【${point.place}】${point.text}` : point.text}</p>
            <time dateTime={point.time}>{formatDateTime(point.time)}</time>
          </li>
        ))}
      </ol>
      {parcel.timeline.length > POINTS_SHOWN && (
        <button type="button" class="kf-link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? texts.collapse : texts.expand}
        </button>
      )}
    </section>
  );
}

function RefundCard({ refund }: { refund: RefundData }) {
  return (
    <>
      <CardHead type="refund" state={refund.state_text} />
      <p class="kf-amount">{formatMoney(refund.amount)}</p>
      <ol class="kf-timeline">
        {refund.steps.map((step) => (
          <li key={step.title} data-done={step.done}>
            <p>{step.title}</p>
            {step.time && <time dateTime={step.time}>{formatDateTime(step.time)}</time>}
          </li>
        ))}
      </ol>
      <dl>
        <Line label={texts.refundNo}>
          <Copyable text={refund.refund_no} />
        </Line>
        <Line label={texts.orderNo}>
          <Copyable text={refund.order_no} />
        </Line>
      </dl>
    </>
  );
}

type Fields = Record<string, unknown>;

function FieldsCard({ type, data }: { type: string; data: Fields }) {
  const items = Array.isArray(data.items) ? (data.items as Fields[]) : [];
  return (
    <>
      <CardHead type={type} state={data.state_text} />
      <FieldLines fields={data} />
      {items.map((item, index) => (
        <div class="kf-subcard" key={index}>
          <FieldLines fields={item} withState />
        </div>
      ))}
    </>
  );
}

const MONEY = new Set(['amount', 'total', 'price', 'threshold']);

function FieldLines({ fields, withState = false }: { fields: Fields; withState?: boolean }) {
  const known = Object.entries(texts.cardFields).filter(
    ([name]) =>
      (withState || name !== 'state_text') && fields[name] !== undefined && fields[name] !== null,
  );
  if (known.length === 0) return null;
  return (
    <dl>
      {known.map(([name, label]) => (
        <Line label={label} key={name}>
          {showValue(name, String(fields[name]))}
        </Line>
      ))}
    </dl>
  );
}

function showValue(name: string, value: string): string {
  if (MONEY.has(name)) return formatMoney(value);
  return /_at$|_to$|_from$/.test(name) ? formatDateTime(value) || value : value;
}
