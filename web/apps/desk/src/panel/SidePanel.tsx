import type { ConversationDetail } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useQuery } from '@tanstack/react-query';
import { Collapse, Select, Tag } from 'antd';
import { Link } from 'react-router';
import { api, keys, refresh } from '../app/api.ts';
import { useConversationAction } from '../conversation/useConversationAction.ts';
import { BriefCard } from './BriefCard.tsx';
import { CallbackCard } from './CallbackCard.tsx';
import { CommitmentsCard } from './CommitmentsCard.tsx';
import { OrdersPanel } from './OrdersPanel.tsx';
import { Reveal } from './Reveal.tsx';
import { SuggestionList } from './SuggestionList.tsx';
import { TraceList } from './TraceList.tsx';

type PanelProps = { detail: ConversationDetail; onInsert: (text: string) => void };

export function SidePanel({ detail, onInsert }: PanelProps) {
  return (
    <div className="panel">
      {detail.callback && <CallbackCard id={detail.id} callback={detail.callback} />}
      {detail.brief && <BriefCard brief={detail.brief} />}
      {detail.state === 'human' && <SuggestionList id={detail.id} onInsert={onInsert} />}
      {detail.wrap_up && <WrapUpCard detail={detail} />}
      <CommitmentsCard detail={detail} />
      <CustomerCard detail={detail} />
      <Collapse
        ghost
        defaultActiveKey={['orders', 'notes']}
        items={[
          {
            key: 'orders',
            label: '订单',
            children: <OrdersPanel detail={detail} onInsert={onInsert} />,
          },
          {
            key: 'notes',
            label: `备注（${detail.notes.length}）`,
            children: <Notes notes={detail.notes} />,
          },
          {
            key: 'earlier',
            label: `以前的会话（${detail.earlier?.length ?? 0}）`,
            children: <Earlier items={detail.earlier ?? []} />,
          },
          {
            key: 'trace',
            label: `机器人轨迹（${detail.trace.length}）`,
            children: <TraceList conversationId={detail.id} items={detail.trace} />,
          },
        ]}
      />
    </div>
  );
}

function WrapUpCard({ detail: { wrap_up: wrapUp, summary } }: { detail: ConversationDetail }) {
  const facts = [wrapUp?.topic, wrapUp?.cause].filter(Boolean).join(' · ');
  return (
    <section className="panel-card">
      <h2>
        小结
        <Tag variant="filled" color={wrapUp?.solved ? 'green' : 'orange'}>
          {wrapUp?.solved ? '已解决' : '未解决'}
        </Tag>
      </h2>
      {facts && <p>{facts}</p>}
      {summary && <p className="muted">{summary}</p>}
    </section>
  );
}

function CustomerCard({ detail }: { detail: ConversationDetail }) {
  const { customer } = detail;
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
      {customer.phone_masked && (
        <Reveal id={detail.id} what={{ what: 'customer' }} masked={customer.phone_masked} />
      )}
      <Tags detail={detail} of="customer" label="客户标签" tags={customer.tags} />
      <Tags detail={detail} of="conversation" label="会话标签" tags={detail.tags} />
    </section>
  );
}

type TagsProps = {
  detail: ConversationDetail;
  of: 'customer' | 'conversation';
  label: string;
  tags?: string[];
};

/** Tags in use are offered; a new one is made by writing it. */
function Tags({ detail, of, label, tags }: TagsProps) {
  const known = useQuery({ queryKey: keys.tags, queryFn: api.knownTags, staleTime: 60_000 });
  const setTags = useConversationAction(
    detail.id,
    async (chosen: string[]) => {
      await api.setTags(detail.id, chosen, of);
      await refresh(keys.tags);
    },
    '标签已保存',
  );
  return (
    <Select
      mode="tags"
      className="tags"
      aria-label={label}
      placeholder={label}
      suffixIcon={null}
      variant="filled"
      options={(known.data ?? []).map((value) => ({ value, label: value }))}
      value={tags ?? []}
      onChange={(chosen) => setTags.mutate(chosen)}
    />
  );
}

function Earlier({ items }: { items: NonNullable<ConversationDetail['earlier']> }) {
  if (items.length === 0) return <p className="muted">第一次来咨询</p>;
  return (
    <ul className="notes">
      {items.map((one) => (
        <li key={one.id}>
          <Link to={`/conversations/${one.id}`}>{formatDateTime(one.created_at)}</Link>
          <p className="muted">
            {[one.agent?.name, one.solved === false ? '未解决' : '', one.summary]
              .filter(Boolean)
              .join(' · ') || '机器人接待'}
          </p>
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
