import type { ConversationDetail, OrderView } from '@kefu/api';
import { formatDateTime, formatMoney } from '@kefu/chat';
import { useQuery } from '@tanstack/react-query';
import { Button, Collapse, Dropdown, Skeleton, Steps, Tag, Tooltip } from 'antd';
import { useState } from 'react';
import { api, explain, keys } from '../app/api.ts';
import { useIsMine } from '../conversation/useIsMine.ts';
import { Reveal } from './Reveal.tsx';
import { ToolDialog } from './ToolDialog.tsx';

type Chosen = { tool: string; order?: OrderView };
type OrdersProps = { detail: ConversationDetail; onInsert: (text: string) => void };

/** The customer's orders, and what the bot could do with them, done by a person. */
export function OrdersPanel({ detail, onInsert }: OrdersProps) {
  const [chosen, setChosen] = useState<Chosen>();
  const mine = useIsMine(detail);
  const query = useQuery({
    queryKey: keys.orders(detail.id),
    queryFn: () => api.orders(detail.id),
  });
  if (query.isPending) return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  if (!query.data?.available) {
    return (
      <p className="muted">
        {query.data ? '商城暂时没有回应' : explain(query.error)}
        <Button type="link" size="small" onClick={() => void query.refetch()}>
          重试
        </Button>
      </p>
    );
  }
  const { verified, items, tools } = query.data;
  const form = tools.find(({ form_id }) => form_id === chosen?.tool);
  if (!verified) {
    return (
      <p className="muted">身份还没有核验。可以请客户登录商城，或让机器人核验订单号和手机尾号。</p>
    );
  }
  return (
    <div data-testid="orders">
      {items.length === 0 && <p className="muted">还没有订单</p>}
      <Collapse
        ghost
        accordion
        defaultActiveKey={detail.brief?.order_no ?? items[0]?.order.order_no}
        items={items.map((one) => ({
          key: one.order.order_no,
          label: <OrderHead order={one} />,
          children: (
            <Order
              view={one}
              detail={detail}
              titles={Object.fromEntries(tools.map(({ form_id, title }) => [form_id, title]))}
              onTool={mine ? (tool) => setChosen({ tool, order: one }) : undefined}
              onInsert={onInsert}
            />
          ),
        }))}
      />
      {mine && (
        <Button size="small" onClick={() => setChosen({ tool: 'complaint' })}>
          登记投诉
        </Button>
      )}
      {chosen && form && (
        <ToolDialog
          id={detail.id}
          tool={form}
          order={chosen.order}
          onDone={() => setChosen(undefined)}
        />
      )}
    </div>
  );
}

function OrderHead({ order: { order } }: { order: OrderView }) {
  const more = order.items.length > 1 ? ` 等 ${order.items.length} 件` : '';
  return (
    <span className="order-head">
      <span>
        {order.items[0]?.title ?? order.order_no}
        {more}
      </span>
      <Tag variant="filled" color="green">
        {order.state_text}
      </Tag>
    </span>
  );
}

type OrderProps = {
  view: OrderView;
  detail: ConversationDetail;
  titles: Record<string, string>;
  onTool?: (tool: string) => void;
  onInsert: (text: string) => void;
};

function Order({ view, detail, titles, onTool, onInsert }: OrderProps) {
  const { order, refund, invoices } = view;
  return (
    <div className="order">
      <p className="muted">
        <button
          type="button"
          className="link"
          title="填入回复"
          onClick={() => onInsert(order.order_no)}
        >
          {order.order_no}
        </button>
        {` · ${formatMoney(order.total)} · ${formatDateTime(order.created_at)}`}
      </p>
      <p className="muted">
        {order.items.map(({ title, quantity }) => `${title} × ${quantity}`).join('；')}
      </p>
      <Reveal
        id={detail.id}
        what={{ what: 'order', order_no: order.order_no }}
        masked={[order.recipient, order.phone, order.address].filter(Boolean).join(' ')}
      />
      <Parcels view={view} onInsert={onInsert} />
      {refund && (
        <>
          <p>
            售后 {refund.refund_no} · {formatMoney(refund.amount)} · {refund.state_text}
          </p>
          <Steps
            size="small"
            orientation="vertical"
            current={refund.steps.filter(({ done }) => done).length}
            items={refund.steps.map(({ title, time }) => ({
              title,
              content: time ? formatDateTime(time) : undefined,
            }))}
          />
        </>
      )}
      {invoices?.items.map((one) => (
        <p key={one.invoice_no} className="muted">
          发票 {one.invoice_no} · {one.title} · {one.state_text}
        </p>
      ))}
      {onTool && <Tools view={view} titles={titles} onTool={onTool} />}
    </div>
  );
}

function Parcels({ view, onInsert }: Pick<OrderProps, 'view' | 'onInsert'>) {
  const [open, setOpen] = useState(false);
  const { logistics } = view;
  return (logistics.parcels ?? [logistics]).map((parcel) => {
    const [last] = parcel.timeline;
    if (!last) return <p key={parcel.state_text}>{parcel.state_text}</p>;
    return (
      <div key={parcel.tracking_no} className="parcel">
        <p>
          {parcel.courier}{' '}
          <button
            type="button"
            className="link"
            title="填入回复"
            onClick={() => onInsert(`${parcel.courier} ${parcel.tracking_no}`)}
          >
            {parcel.tracking_no}
          </button>{' '}
          · {parcel.state_text}
        </p>
        <ul>
          {(open ? parcel.timeline : [last]).map((point) => (
            <li key={point.time + point.text} className="muted">
              {formatDateTime(point.time)} {point.text}
            </li>
          ))}
        </ul>
        {parcel.timeline.length > 1 && (
          <button type="button" className="link" onClick={() => setOpen(!open)}>
            {open ? '收起' : `全部 ${parcel.timeline.length} 条物流`}
          </button>
        )}
      </div>
    );
  });
}

function Tools({ view, titles, onTool }: Required<Pick<OrderProps, 'view' | 'titles' | 'onTool'>>) {
  const possible = view.tools.filter(({ why_not }) => !why_not);
  const others = view.tools.filter(({ why_not }) => why_not);
  return (
    <p className="chips order-tools">
      {possible.map(({ form_id }) => (
        <Button key={form_id} size="small" onClick={() => onTool(form_id)}>
          {titles[form_id]}
        </Button>
      ))}
      {others.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: others.map(({ form_id, why_not }) => ({
              key: form_id,
              disabled: true,
              label: (
                <Tooltip title={why_not} placement="left">
                  <span className="order-why">
                    {titles[form_id]}：{why_not}
                  </span>
                </Tooltip>
              ),
            })),
          }}
        >
          <Button size="small" type="text">
            其他 {others.length} 项为什么不能办
          </Button>
        </Dropdown>
      )}
    </p>
  );
}
