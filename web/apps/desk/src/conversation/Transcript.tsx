import { DownOutlined, LoadingOutlined, RobotOutlined } from '@ant-design/icons';
import type { ConversationDetail, Note } from '@kefu/api';
import { formatDateTime, formatTime } from '@kefu/chat';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { VList, type VListHandle } from 'virtua';
import { api, queryClient } from '../app/api.ts';
import { useNow } from '../lists/useNow.ts';
import { addMessages } from '../live/cache.ts';
import { useLive } from '../live/state.ts';
import { MessageRow } from './MessageRow.tsx';
import { PendingRow } from './PendingRow.tsx';
import { type Row, rowsOf } from './rows.ts';

const NEAR_PX = 80;

type TranscriptProps = { detail: ConversationDetail; onRewrite: (text: string) => void };

/** The conversation as a virtual list: ten thousand messages cost what is on the screen. */
export function Transcript({ detail, onRewrite }: TranscriptProps) {
  const [botOpen, setBotOpen] = useState(false);
  const pending = usePending(detail.id);
  const typing = useTyping(detail.id);
  const rows = rowsOf(detail, botOpen);
  const older = useOlder(detail);
  const sought = useSought(detail);
  const box = useStickToBottom(rows.length + pending.length + (typing ? 1 : 0));
  useMarkRead(detail);
  const place = rows.findIndex((row) => row.type === 'message' && row.message.seq === sought.seq);
  useLayoutEffect(() => {
    if (sought.seq === undefined) return;
    if (place < 0) setBotOpen(true);
    else box.list.current?.scrollToIndex(place, { align: 'center' });
  }, [sought.seq, place, box.list]);
  const onScroll = (offset: number) => {
    box.scrolled();
    if (offset < NEAR_PX) older.load();
  };
  return (
    <VList
      ref={box.list}
      className="transcript"
      role="log"
      aria-live="polite"
      aria-label="对话消息"
      shift={older.loading}
      onScroll={onScroll}
    >
      {older.loading && (
        <p className="transcript-time" key="older">
          <LoadingOutlined /> 正在载入更早的消息
        </p>
      )}
      {rows.map((row, index) => (
        <RowView
          key={row.key}
          row={row}
          sought={index === place}
          detail={detail}
          botOpen={botOpen}
          onBot={() => setBotOpen(!botOpen)}
          onRewrite={onRewrite}
        />
      ))}
      {pending.map((entry) => (
        <PendingRow key={entry.id} entry={entry} />
      ))}
      {typing && (
        <p className="transcript-typing" key="typing">
          对方正在输入…
        </p>
      )}
      <div className="transcript-end" key="end" />
    </VList>
  );
}

type RowProps = TranscriptProps & {
  row: Row;
  sought: boolean;
  botOpen: boolean;
  onBot: () => void;
};

function RowView({ row, detail, sought, botOpen, onBot, onRewrite }: RowProps) {
  switch (row.type) {
    case 'bot':
      return (
        <button type="button" className="bot-part-head" aria-expanded={botOpen} onClick={onBot}>
          <RobotOutlined /> 机器人接待 · {row.count} 条消息
          <DownOutlined />
        </button>
      );
    case 'time':
      return <TimeRow at={row.at} />;
    case 'note':
      return <NoteRow note={row.note} />;
    case 'message':
      return (
        <MessageRow
          message={row.message}
          detail={detail}
          onRewrite={onRewrite}
          sought={sought}
          read={row.last && row.message.seq <= (detail.read_seq ?? 0)}
        />
      );
  }
}

function TimeRow({ at }: { at: string }) {
  const now = useNow();
  return (
    <p className="transcript-time">
      <time dateTime={at}>{formatTime(at, now)}</time>
    </p>
  );
}

function NoteRow({ note }: { note: Note }) {
  return (
    <div className="msg msg--note" title={formatDateTime(note.created_at)}>
      <div className="msg-bubble">
        <small>备注 · {note.author}（客户看不到）</small>
        {note.text}
      </div>
    </div>
  );
}

function usePending(id: string) {
  const pending = useLive((state) => state.pending);
  const pictures = useLive((state) => state.pictures);
  return [...pending, ...pictures].filter((entry) => entry.body.conversationId === id);
}

/** Loads what came before, when the reader nears the top. */
function useOlder({ id, older, transcript }: ConversationDetail) {
  const [loading, setLoading] = useState(false);
  const first = transcript[0]?.seq;
  const load = () => {
    if (!older || loading || first === undefined) return;
    setLoading(true);
    api
      .messages(id, first)
      .then((page) => addMessages(queryClient, id, page.items, { older: page.older }))
      .catch(() => undefined) // scrolling again tries again
      .finally(() => setLoading(false));
  };
  return { loading, load };
}

const AROUND = 20;

/** The message that the address names (`?seq=`), read with everything after it. */
function useSought({ id, older, transcript }: ConversationDetail): { seq?: number } {
  const [params] = useSearchParams();
  const seq = Number(params.get('seq')) || undefined;
  const first = transcript[0]?.seq;
  const missing = seq !== undefined && first !== undefined && seq < first && older;
  useEffect(() => {
    if (!missing) return;
    api
      .messages(id, first, Math.max(1, seq - AROUND))
      .then((page) => addMessages(queryClient, id, page.items, { older: page.older }))
      .catch(() => undefined); // the end of the conversation is shown all the same
  }, [id, seq, first, missing]);
  return { seq: missing ? undefined : seq };
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
    const tell = () => {
      if (document.visibilityState === 'visible') say({ type: 'read', conversation_id: id, seq });
    };
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [id, seq, state, status, say]);
}

/** Stays at the end while the reader is there; who reads further up is left alone. */
function useStickToBottom(count: number) {
  const list = useRef<VListHandle>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (atEnd.current) list.current?.scrollToIndex(count + 1, { align: 'end' });
  }, [count]);
  const scrolled = () => {
    const { current } = list;
    if (!current) return;
    atEnd.current = current.scrollSize - current.scrollOffset - current.viewportSize < NEAR_PX;
  };
  return { list, scrolled };
}
