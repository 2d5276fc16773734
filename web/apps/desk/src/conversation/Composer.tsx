import { SendOutlined } from '@ant-design/icons';
import type { ConversationDetail } from '@kefu/api';
import { Button, Input } from 'antd';
import { type KeyboardEvent, useRef } from 'react';
import { outbox } from '../live/outbox.ts';
import { useLive } from '../live/state.ts';
import { useIsMine } from './ConversationHead.tsx';

const LIMIT = 2000;
const TYPING_EVERY_MS = 3_000;

type ComposerProps = {
  detail: ConversationDetail;
  draft: string;
  onDraft: (draft: string) => void;
};

export function Composer({ detail, draft, onDraft }: ComposerProps) {
  const mine = useIsMine(detail);
  const say = useLive((state) => state.say);
  const typedAt = useRef(0);
  if (!mine) return <ComposerHint detail={detail} />;

  const text = draft.trim();
  const sendable = text !== '' && draft.length <= LIMIT;
  const send = () => {
    if (!sendable) return;
    outbox.add({ conversationId: detail.id, text });
    onDraft('');
  };
  const change = (value: string) => {
    onDraft(value);
    if (Date.now() - typedAt.current < TYPING_EVERY_MS) return;
    typedAt.current = Date.now();
    say({ type: 'typing', conversation_id: detail.id });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <footer className="composer">
      <Input.TextArea
        id="reply"
        aria-label="回复客户"
        placeholder="回复客户，Enter 发送，Shift + Enter 换行"
        variant="borderless"
        autoSize={{ minRows: 3, maxRows: 8 }}
        value={draft}
        status={draft.length > LIMIT ? 'error' : undefined}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-foot">
        <span data-over={draft.length > LIMIT}>
          {draft.length} / {LIMIT}
        </span>
        <Button type="primary" icon={<SendOutlined />} disabled={!sendable} onClick={send}>
          发送
        </Button>
      </div>
    </footer>
  );
}

const hints: Record<ConversationDetail['state'], string> = {
  new: '客户还没有说话',
  bot: '机器人正在接待，接入后可以回复',
  queued: '客户正在排队，接入后可以回复',
  human: '同事正在接待，你可以查看并添加备注',
  closed: '会话已结束',
};

function ComposerHint({ detail }: { detail: ConversationDetail }) {
  return <footer className="composer composer--hint">{hints[detail.state]}</footer>;
}
