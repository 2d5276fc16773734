import type { ConversationDetail, OrderData } from '@kefu/api';
import { formatDateTime, formatMoney } from '@kefu/chat';
import { Collapse, Tag } from 'antd';
import { BriefCard } from './BriefCard.tsx';
import { SuggestionList } from './SuggestionList.tsx';
import { TraceList } from './TraceList.tsx';

type PanelProps = { detail: ConversationDetail; onInsert: (text: string) => void };

export function SidePanel({ detail, onInsert }: PanelProps) {
  return (
    <div className="panel">
      {detail.brief && <BriefCard brief={detail.brief} />}
      {detail.state === 'human' && <SuggestionList id={detail.id} onInsert={onInsert} />}
      <CustomerCard customer={detail.customer} />
      <Collapse
        ghost
        defaultActiveKey={['orders', 'notes']}
        items={[
          {
            key: 'orders',
            label: `订单（${detail.orders.length}）`,
            children: <Orders orders={detail.orders} />,
          },
          {
            key: 'notes',
            label: `备注（${detail.notes.length}）`,
            children: <Notes notes={detail.notes} />,
          },
          {
            key: 'trace',
            label: `机器人轨迹（${detail.trace.length}）`,
            children: <TraceList items={detail.trace} />,
          },
        ]}
      />
    </div>
  );
}

function CustomerCard({ customer }: { customer: ConversationDetail['customer'] }) {
  return (
    <section className="panel-card">
      <h2>客户</h2>
      <p className="customer-name">
        <strong>{customer.name}</strong>
        {customer.level && <Tag variant="filled">{customer.level}</Tag>}
        <Tag variant="filled" color={customer.verified ? 'green' : 'default'}>
          {customer.verified ? '身份已核验' : '身份未核验'}
        </Tag>
      </p>
      {customer.phone_masked && <p className="muted">{customer.phone_masked}</p>}
      {customer.tags && customer.tags.length > 0 && (
        <p className="tags">
          {customer.tags.map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
        </p>
      )}
    </section>
  );
}

function Orders({ orders }: { orders: OrderData[] }) {
  if (orders.length === 0) return <p className="muted">没有订单，或客户身份还没有核验</p>;
  return (
    <ul className="orders">
      {orders.map((order) => (
        <li key={order.order_no}>
          <p className="order-head">
            <span>{order.items[0]?.title ?? order.order_no}</span>
            <Tag variant="filled" color="green">
              {order.state_text}
            </Tag>
          </p>
          <p className="muted">
            {order.order_no} · {formatMoney(order.total)}
          </p>
          <p className="muted">{formatDateTime(order.created_at)} 下单</p>
        </li>
      ))}
    </ul>
  );
}

function Notes({ notes }: { notes: ConversationDetail['notes'] }) {
  if (notes.length === 0) return <p className="muted">还没有备注</p>;
  return (
    <ul className="notes">
      {notes.map((note) => (
        <li key={note.id}>
          <p>{note.text}</p>
          <p className="muted">
            {note.author} · {formatDateTime(note.created_at)}
          </p>
        </li>
      ))}
    </ul>
  );
}
