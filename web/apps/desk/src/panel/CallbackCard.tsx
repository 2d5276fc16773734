import type { Callback } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { Button } from 'antd';
import { api } from '../app/api.ts';
import { useConversationAction } from '../conversation/useConversationAction.ts';
import { Reveal } from './Reveal.tsx';

type CallbackCardProps = { id: string; callback: Callback };

/** Somebody came when nobody was there: whom to call, about what. */
export function CallbackCard({ id, callback }: CallbackCardProps) {
  const done = useConversationAction(id, () => api.callbackDone(id), '已记下，这位客户不再等回电');
  return (
    <section className="panel-card callback" aria-label="等回电" data-testid="callback">
      <h2>
        等回电
        <span>{formatDateTime(callback.created_at)}</span>
      </h2>
      {callback.text && <p>{callback.text}</p>}
      {callback.phone_masked ? (
        <Reveal id={id} what={{ what: 'callback' }} masked={callback.phone_masked} />
      ) : (
        <p className="muted">没有留电话，请在会话里回复</p>
      )}
      <div className="callback-end">
        <span className="muted">编号 {callback.number}</span>
        <Button size="small" loading={done.isPending} onClick={() => done.mutate(undefined)}>
          已联系客户
        </Button>
      </div>
    </section>
  );
}
