import type { Message } from '@kefu/api';
import { formatTime } from '@kefu/chat';
import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon, Typing } from '../chat/index.ts';
import { texts } from '../texts.ts';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';
import { Hall } from './Hall.tsx';
import { MessageItem } from './MessageItem.tsx';
import { PendingItem } from './PendingItem.tsx';
import { Privacy } from './Privacy.tsx';
import { RatingPanel } from './RatingPanel.tsx';
import { useStickToBottom } from './useStickToBottom.ts';

const GAP_MS = 5 * 60_000;

export function MessageList() {
  const visitor = useVisitor();
  const last = useVisitorState(({ timeline }) => timeline.messages[timeline.messages.length - 1]);
  const pending = useVisitorState((state) => state.pending.length);
  const over = useVisitorState((state) => state.phase === 'ready' && state.state === 'closed');
  const stamp = useVisitorState(
    ({ timeline, thinking, typing }) => `${timeline.messages.length}:${thinking}:${typing}`,
  );
  const empty = !last && pending === 0;
  const own = pending > 0 || last?.sender === 'customer';
  const { box, atBottom, toBottom } = useStickToBottom(
    `${last?.id}:${pending}:${over}:${stamp}`,
    own,
    !empty,
  );
  const newestSeq = last?.seq;
  useEffect(() => {
    if (newestSeq !== undefined) visitor.markRead(newestSeq);
  }, [visitor, newestSeq]);
  return (
    <main class="kf-main">
      <div class="kf-scroll" ref={box} tabIndex={-1}>
        <div class="kf-column">
          <HallOnTop empty={empty} />
          <Log />
          {over && last && last.kind !== 'survey' && <RatingPanel />}
        </div>
      </div>
      {!atBottom && !empty && (
        <button
          type="button"
          class="kf-to-bottom"
          onClick={toBottom}
          aria-label={texts.backToBottom}
        >
          <Icon type="arrow-down" />
        </button>
      )}
    </main>
  );
}

function Log() {
  const messages = useVisitorState((state) => state.timeline.messages);
  const pending = useVisitorState((state) => state.pending);
  const thinking = useVisitorState((state) => state.thinking);
  const typing = useVisitorState((state) => state.typing);
  const latest = pending.length === 0 ? messages.length - 1 : -1;
  return (
    <div class="kf-log" role="log" aria-live="polite" aria-label={texts.messagesLabel}>
      {messages.map((message, index) => (
        <Fragment key={message.id}>
          <Divider before={messages[index - 1]} message={message} />
          <MessageItem message={message} latest={index === latest} />
        </Fragment>
      ))}
      {pending.map((entry) => (
        <PendingItem entry={entry} key={entry.id} />
      ))}
      {(thinking || typing) && (
        <div class="kf-row kf-row--bot">
          <Typing text={typing === 'agent' ? texts.typing : texts.thinking} />
        </div>
      )}
    </div>
  );
}

/** Open while nothing has been said; afterwards one tap away at the top. */
function HallOnTop({ empty }: { empty: boolean }) {
  const hall = useVisitorState((state) => state.hall);
  const [open, setOpen] = useState(false);
  if (!hall) return <HallSkeleton />;
  const shown = empty || open;
  return (
    <>
      <Privacy />
      {!empty && (
        <button
          type="button"
          class="kf-hall-toggle"
          aria-expanded={shown}
          onClick={() => setOpen(!open)}
        >
          {shown ? texts.hallHide : texts.hallShow}
          <Icon type="chevron-down" />
        </button>
      )}
      {shown && <Hall hall={hall} />}
    </>
  );
}

function HallSkeleton() {
  return (
    <div class="kf-skeleton" role="status" aria-label={texts.connecting}>
      <div />
      <div />
      <div />
    </div>
  );
}

function Divider({ before, message }: { before?: Message; message: Message }) {
  if (before && before.conversation_id !== message.conversation_id) {
    return <p class="kf-divider">{texts.history}</p>;
  }
  const gap = before
    ? new Date(message.created_at).getTime() - new Date(before.created_at).getTime()
    : Number.POSITIVE_INFINITY;
  if (gap < GAP_MS) return null;
  return (
    <p class="kf-divider">
      <time dateTime={message.created_at}>{formatTime(message.created_at)}</time>
    </p>
  );
}
