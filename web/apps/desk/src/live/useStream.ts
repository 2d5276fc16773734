import {
  type ConversationItem,
  type LiveEvent,
  LiveSocket,
  type OwnPromise,
  type Page,
  socketUrl,
} from '@kefu/api';
import type { InfiniteData } from '@tanstack/react-query';
import { App } from 'antd';
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { keys, queryClient, refresh } from '../app/api.ts';
import { useUser } from '../app/RequireUser.tsx';
import { applyEvent, refetchAll } from './cache.ts';
import { notify } from './notify.ts';
import { outbox, pictureOutbox } from './outbox.ts';
import { useLive } from './state.ts';

const TYPING_SHOWN_MS = 6_000;
/** An offer has its own card, a message its place in the list. */
const SHOWN_ELSEWHERE = new Set(['queue.offered', 'message.created']);

/** Follows the events of every conversation that this person may see, while the desk is open. */
export function useStream(): void {
  const me = useUser().id;
  const { message } = App.useApp();
  const navigate = useNavigate();
  useEffect(() => {
    const open = (id: string) => navigate(`/conversations/${id}`);
    const socket = new LiveSocket(socketUrl('/api/v1/desk/ws'), {
      token: () => null,
      onStatus: (status) => useLive.setState({ status }),
      onEvent: (event) => {
        noteLive(event);
        const news = newsFor(me, event);
        if (news) notify(news, news, () => open(event.conversation_id));
        if (news && !SHOWN_ELSEWHERE.has(event.type)) void message.info(news);
        applyEvent(queryClient, event);
      },
      onReady: () => {
        refetchAll(queryClient);
        outbox.kick();
        pictureOutbox.kick();
      },
      onRejected: () => void refresh(keys.me),
    });
    const nudge = () => socket.nudge();
    const lose = () => useLive.setState({ status: 'lost' });
    window.addEventListener('online', nudge);
    window.addEventListener('offline', lose);
    useLive.setState({ say: (frame) => socket.send(frame) });
    void outbox.restore();
    void pictureOutbox.restore();
    return () => {
      window.removeEventListener('online', nudge);
      window.removeEventListener('offline', lose);
      useLive.setState({ say: () => undefined });
      socket.close();
    };
  }, [me, message, navigate]);
}

/** What this person must hear of an event at once, in one sentence; nothing for everything else. */
function newsFor(me: string, event: LiveEvent): string | undefined {
  switch (event.type) {
    case 'queue.offered':
      return event.data.agent_id === me ? '有客户分配给您，请接起' : undefined;
    case 'transfer.asked':
      return event.data.to_id === me
        ? `同事转来一个会话：${event.data.note || '请接手'}`
        : undefined;
    case 'transfer.ended':
      if (event.data.from_id !== me) return undefined;
      return event.data.state === 'returned'
        ? `转接被退回：${event.data.answer}`
        : '转接没有被接起';
    case 'commitment.due':
    case 'commitment.missed':
      return commitmentNews(event);
    case 'mentioned':
      return event.data.mentions.includes(me) ? `同事 @ 您：${event.data.text}` : undefined;
    case 'presence.changed':
      if (event.data.agent_id !== me) return undefined;
      return reasons[event.data.why];
    case 'message.created':
      if (event.data.sender !== 'customer' || !isMine(event.conversation_id)) return undefined;
      return document.visibilityState === 'hidden' ? '您的客户有新消息' : undefined;
    default:
      return undefined;
  }
}

/** Promises are said to who made them; a target only when it is missed in one's own conversation. */
function commitmentNews({
  type,
  conversation_id,
  data,
}: Extract<LiveEvent, { type: `commitment.${string}` }>): string | undefined {
  const missed = type === 'commitment.missed';
  if (!isMine(conversation_id) && data.kind !== 'promise') return undefined;
  const promises = queryClient.getQueryData<OwnPromise[]>(keys.promises);
  const own = promises?.some(({ promise }) => promise.id === data.id) ?? isMine(conversation_id);
  if (data.kind === 'promise') {
    if (!own) return undefined;
    return missed ? `承诺已过时间：${data.text}` : `承诺快到时间：${data.text}`;
  }
  return missed ? `${data.text}已超时，客户还在等您` : undefined;
}

const reasons: Record<string, string | undefined> = {
  missed: '您错过了一次分配，已设为忙碌；可以接待时请切回在线',
  gone: '您的工作台断开过，已设为离线；可以接待时请切回在线',
  forced: '主管更改了您的接待状态',
};

function isMine(id: string): boolean {
  const mine = queryClient.getQueryData<InfiniteData<Page<ConversationItem>>>(keys.list('mine'));
  return mine?.pages.some(({ items }) => items.some((item) => item.id === id)) ?? false;
}

function noteLive(event: LiveEvent): void {
  const { typing, viewers } = useLive.getState();
  const id = event.conversation_id;
  if (event.type === 'viewers') {
    useLive.setState({ viewers: { ...viewers, [id]: event.data.viewers } });
  }
  if (event.type === 'typing' && event.data.sender === 'customer') {
    useLive.setState({ typing: { ...typing, [id]: Date.now() + TYPING_SHOWN_MS } });
  }
  if (event.type === 'message.created' && typing[id]) {
    const { [id]: _, ...rest } = typing;
    useLive.setState({ typing: rest });
  }
}
