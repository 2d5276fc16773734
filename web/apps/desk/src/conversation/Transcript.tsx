import { DownOutlined, RobotOutlined } from '@ant-design/icons';
import type { ConversationDetail, Message } from '@kefu/api';
import { formatDateTime, formatTime, StickyScroll } from '@kefu/chat';
import { Button } from 'antd';
import { Fragment, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useNow } from '../lists/useNow.ts';
import { outbox } from '../live/outbox.ts';
import { useLive } from '../live/state.ts';
import { MessageBody } from './MessageBody.tsx';

const GAP_MS = 5 * 60_000;

export function Transcript({ detail }: { detail: ConversationDetail }) {
  const { transcript } = detail;
  const pending = usePending(detail.id);
  const typing = useTyping(detail.id);
  const split = handedOverAt(transcript);
  const bot = transcript.slice(0, split);
  const human = transcript.slice(split);
  const box = useStickToBottom(`${transcript.length}:${pending.length}:${typing}`);
  useMarkRead(detail);
  return (
    <div className="transcript" ref={box}>
      <div className="transcript-inner">
        <BotPart messages={bot} all={transcript} />
        <div role="log" aria-live="polite" aria-label="对话消息" className="transcript-log">
          <Messages messages={human} all={transcript} />
          {pending.map((entry) => (
            <div className="msg msg--agent" key={entry.id} data-status={entry.status}>
              <div className="msg-bubble">{entry.body.text}</div>
              <p className="msg-meta">
                {entry.status === 'failed' ? (
                  <>
                    <span className="msg-failed">{entry.problem ?? '发送失败'}</span>
                    <Button size="small" type="link" onClick={() => outbox.retry(entry.id)}>
                      重发
                    </Button>
                    <Button size="small" type="link" onClick={() => outbox.discard(entry.id)}>
                      删除
                    </Button>
                  </>
                ) : (
                  '发送中'
                )}
              </p>
            </div>
          ))}
          {typing && <p className="transcript-typing">对方正在输入…</p>}
        </div>
      </div>
    </div>
  );
}

/** Everything before a person came in: up to and with the handover, or to the first agent's word. */
function handedOverAt(messages: readonly Message[]): number {
  const handoff = messages.findLastIndex((message) => message.kind === 'handoff');
  const agent = messages.findIndex((message) => message.sender === 'agent');
  if (agent >= 0 && (handoff < 0 || agent < handoff)) return agent;
  return handoff >= 0 ? handoff + 1 : messages.length;
}

type PartProps = { messages: readonly Message[]; all: readonly Message[] };

function BotPart({ messages, all }: PartProps) {
  const [open, setOpen] = useState(true);
  if (messages.length === 0) return null;
  return (
    <section className="bot-part" aria-label="机器人接待记录">
      <button
        type="button"
        className="bot-part-head"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <RobotOutlined /> 机器人接待 · {messages.length} 条消息
        <DownOutlined />
      </button>
      {open && <Messages messages={messages} all={all} />}
    </section>
  );
}

function Messages({ messages, all }: PartProps) {
  const now = useNow();
  return (
    <>
      {messages.map((message, index) => (
        <Fragment key={message.id}>
          {isGap(messages[index - 1], message) && (
            <p className="transcript-time">
              <time dateTime={message.created_at}>{formatTime(message.created_at, now)}</time>
            </p>
          )}
          <MessageRow message={message} all={all} />
        </Fragment>
      ))}
    </>
  );
}

function MessageRow({ message, all }: { message: Message; all: readonly Message[] }) {
  if (message.recalled) return <p className="transcript-time">撤回了一条消息</p>;
  if (message.kind === 'notice') return <p className="transcript-time">{message.content.text}</p>;
  return (
    <div
      className={`msg msg--${message.sender}`}
      data-kind={message.kind}
      title={formatDateTime(message.created_at)}
    >
      <div className="msg-bubble">
        <MessageBody message={message} all={all} />
      </div>
    </div>
  );
}

function isGap(before: Message | undefined, message: Message): boolean {
  if (!before) return true;
  return new Date(message.created_at).getTime() - new Date(before.created_at).getTime() > GAP_MS;
}

function usePending(id: string) {
  const pending = useLive((state) => state.pending);
  return pending.filter((entry) => entry.body.conversationId === id);
}

/** True for a few seconds after the customer's last key; the events stop without a word. */
function useTyping(id: string): boolean {
  const until = useLive((state) => state.typing[id] ?? 0);
  const [typing, setTyping] = useState(false);
  useEffect(() => {
    const left = until - Date.now();
    setTyping(left > 0);
    const timer = setTimeout(() => setTyping(false), Math.max(0, left));
    return () => clearTimeout(timer);
  }, [until]);
  return typing;
}

function useMarkRead({ id, transcript, state }: ConversationDetail): void {
  const say = useLive((live) => live.say);
  const status = useLive((live) => live.status);
  const seq = transcript[transcript.length - 1]?.seq;
  useEffect(() => {
    if (seq === undefined || state !== 'human' || status !== 'live') return;
    if (document.visibilityState === 'visible') say({ type: 'read', conversation_id: id, seq });
  }, [id, seq, state, status, say]);
}

function useStickToBottom(stamp: string) {
  const box = useRef<HTMLDivElement>(null);
  const sticky = useRef<StickyScroll>(null);
  useLayoutEffect(() => {
    if (!box.current) return;
    const attached = new StickyScroll(box.current);
    sticky.current = attached;
    return () => attached.stop();
  }, []);
  useLayoutEffect(() => {
    if (stamp) sticky.current?.added();
  }, [stamp]);
  return box;
}
