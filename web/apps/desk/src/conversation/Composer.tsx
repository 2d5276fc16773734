import { SendOutlined } from '@ant-design/icons';
import type { Canned, ConversationDetail } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type KeyboardEvent, useRef, useState } from 'react';
import { api, keys } from '../app/api.ts';
import { useUser } from '../app/RequireUser.tsx';
import { useShortcuts } from '../app/shortcuts.ts';
import { outbox, pictureOutbox } from '../live/outbox.ts';
import { useLive } from '../live/state.ts';
import { Attachments, PictureButton, useAttach } from './Attachments.tsx';
import { CannedMenu } from './CannedMenu.tsx';
import { filled, matching } from './canned.ts';
import { useIsMine } from './useIsMine.ts';
import { clearReply, excerptOf, useReply } from './useReply.ts';

const LIMIT = 2000;
const TYPING_EVERY_MS = 3_000;

type ComposerProps = {
  detail: ConversationDetail;
  draft: string;
  onDraft: (draft: string) => void;
};

export function Composer(props: ComposerProps) {
  const mine = useIsMine(props.detail);
  return mine ? <ReplyBox {...props} /> : <ComposerHint detail={props.detail} />;
}

function ReplyBox({ detail, draft, onDraft }: ComposerProps) {
  const say = useLive((state) => state.say);
  const typedAt = useRef(0);
  const menu = useCannedMenu(detail, draft, onDraft);
  useShortcuts({ reply: () => document.getElementById('reply')?.focus() });

  const reply = useReply(detail.id);
  const add = useAttach(detail.id);
  const text = draft.trim();
  const sendable = (text !== '' || reply.pictures.length > 0) && draft.length <= LIMIT;
  const send = () => {
    if (!sendable) return;
    const quoted = reply.quote && { id: reply.quote.id, text: excerptOf(reply.quote) };
    const conversationId = detail.id;
    for (const [index, { picture }] of reply.pictures.entries()) {
      const quote = index === 0 && !text ? quoted : undefined;
      pictureOutbox.add({ conversationId, text: '', picture, quote });
    }
    if (text) outbox.add({ conversationId, text, quote: quoted });
    clearReply(detail.id);
    onDraft('');
  };
  const change = (value: string) => {
    onDraft(value);
    if (Date.now() - typedAt.current < TYPING_EVERY_MS) return;
    typedAt.current = Date.now();
    say({ type: 'typing', conversation_id: detail.id });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || menu.onKeyDown(event)) return;
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  return (
    <footer className="composer">
      <Attachments id={detail.id} />
      {menu.items && <CannedMenu items={menu.items} active={menu.active} onChoose={menu.choose} />}
      <Input.TextArea
        id="reply"
        aria-label="回复客户"
        placeholder="回复客户，Enter 发送，Shift + Enter 换行，/ 常用语，可粘贴图片"
        variant="borderless"
        autoSize={{ minRows: 3, maxRows: 8 }}
        value={draft}
        status={draft.length > LIMIT ? 'error' : undefined}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const files = [...event.clipboardData.files];
          if (files.length === 0) return;
          event.preventDefault();
          add(files);
        }}
      />
      <div className="composer-foot">
        <PictureButton id={detail.id} />
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

/** Typing `/` first opens the phrases; arrows choose, Enter inserts, Escape keeps the slash as it is. */
function useCannedMenu(
  detail: ConversationDetail,
  draft: string,
  onDraft: (draft: string) => void,
) {
  const me = useUser();
  const phrases = useQuery({ queryKey: keys.canned, queryFn: api.canned, staleTime: 60_000 });
  const [active, setActive] = useState(0);
  const [refused, setRefused] = useState<string>();
  const open = draft.startsWith('/') && !draft.includes('\n') && draft !== refused;
  const items = open ? matching(phrases.data ?? [], draft.slice(1)) : undefined;
  const here = Math.min(active, Math.max(0, (items?.length ?? 0) - 1));
  const choose = (phrase: Canned) => {
    setActive(0);
    onDraft(filled(phrase.text, detail, me));
    document.getElementById('reply')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const chosen = items?.[here];
    if (!items || !chosen) return false;
    const keysOf: Record<string, () => void> = {
      ArrowDown: () => setActive((here + 1) % items.length),
      ArrowUp: () => setActive((here + items.length - 1) % items.length),
      Enter: () => choose(chosen),
      Tab: () => choose(chosen),
      Escape: () => setRefused(draft),
    };
    const act = keysOf[event.key];
    if (!act) return false;
    event.preventDefault();
    act();
    return true;
  };
  return { items, active: here, choose, onKeyDown };
}

const hints: Record<ConversationDetail['state'], string> = {
  new: '客户还没有说话',
  bot: '机器人正在接待，接管后可以回复',
  queued: '客户正在排队，接入后可以回复',
  human: '同事正在接待，您可以旁听、写备注（@ 对方即悄悄话）',
  closed: '会话已结束',
};

function ComposerHint({ detail }: { detail: ConversationDetail }) {
  return <footer className="composer composer--hint">{hints[detail.state]}</footer>;
}
