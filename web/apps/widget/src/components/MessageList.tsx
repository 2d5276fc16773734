import type { Message } from '@kefu/api';
import { formatTime } from '@kefu/chat';
import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon, Typing } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';
import { Hall } from './Hall.tsx';
import { MessageItem } from './MessageItem.tsx';
import { PendingItem } from './PendingItem.tsx';
import { Privacy } from './Privacy.tsx';
import { RatingPanel } from './RatingPanel.tsx';
import { useOlder } from './useOlder.ts';
import { useStickToBottom } from './useStickToBottom.ts';

const GAP_MS = 5 * 60_000;
const FRESH_MS = 24 * 3_600_000;

export function MessageList() {
  const visitor = useVisitor();
  const last = useVisitorState(({ timeline, past }) => {
    const newest = timeline.messages[timeline.messages.length - 1];
    return newest && !past.has(newest.conversation_id) ? newest : undefined;
  });
  const pending = useVisitorState((state) => state.pending.length);
  const over = useVisitorState((state) => state.phase === 'ready' && state.state === 'closed');
  const stamp = useVisitorState(({ thinking, typing }) => `${thinking}:${typing}`);
  const empty = !last && pending === 0;
  const own = pending > 0 || last?.sender === 'customer' || last?.kind === 'handoff';
  const { box, atBottom, toBottom } = useStickToBottom(
    `${last?.id}:${pending}:${over}:${stamp}`,
    own,
    !empty,
    last?.sender === 'bot' && pending === 0,
  );
  const older = useOlder(box, !empty);
  const newestSeq = last?.seq;
  useEffect(() => {
    if (newestSeq !== undefined) visitor.feed.markRead(newestSeq);
  }, [visitor, newestSeq]);
  return (
    <main class="kf-main">
      <div class="kf-scroll" ref={box}>
        <div class="kf-column">
          {older.available && (
            <button type="button" class="kf-older" disabled={older.busy} onClick={older.load}>
              <Icon type="history" />
              {texts.historyMore}
            </button>
          )}
          <Past />
          {empty && <LastRating />}
          <HallOnTop empty={empty} />
          <Log />
          {over && last && last.kind !== 'survey' && (
            <RatingPanel conversationId={last.conversation_id} />
          )}
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

/** What was said before this visit, once the customer has asked for it. */
function Past() {
  const shown = useVisitorState((state) => state.pastShown);
  const all = useVisitorState((state) => state.timeline.messages);
  const past = useVisitorState((state) => state.past);
  if (!shown) return null;
  const messages = all.filter((message) => past.has(message.conversation_id));
  if (messages.length === 0) return null;
  return (
    <section class="kf-log kf-past" aria-label={texts.historyLabel}>
      <Messages messages={messages} />
      <p class="kf-divider">{texts.history}</p>
    </section>
  );
}

/** A conversation that ended while the page was away is still worth a word. */
function LastRating() {
  const survey = useVisitorState(({ timeline, rated }) => {
    const newest = timeline.messages[timeline.messages.length - 1];
    const fresh = newest && Date.now() - Date.parse(newest.created_at) < FRESH_MS;
    const asked = fresh && newest.kind === 'survey' && !rated.includes(newest.conversation_id);
    return asked ? newest.conversation_id : undefined;
  });
  return survey ? <RatingPanel conversationId={survey} title={texts.rateLast} /> : null;
}

function Log() {
  const all = useVisitorState((state) => state.timeline.messages);
  const past = useVisitorState((state) => state.past);
  const pending = useVisitorState((state) => state.pending);
  const thinking = useVisitorState((state) => state.thinking);
  const typing = useVisitorState((state) => state.typing);
  const messages = all.filter((message) => !past.has(message.conversation_id));
  return (
    <div class="kf-log" role="log" aria-live="polite" aria-label={texts.messagesLabel}>
      <Messages messages={messages} latest={pending.length === 0} />
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

/** @param props.latest whether the last of them is the newest thing of all */
function Messages(props: { messages: readonly Message[]; latest?: boolean }) {
  const { messages, latest } = props;
  return (
    <>
      {messages.map((message, index) => (
        <Fragment key={message.id}>
          <Divider before={messages[index - 1]} message={message} />
          <MessageItem
            message={message}
            latest={latest === true && index === messages.length - 1}
          />
        </Fragment>
      ))}
    </>
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
