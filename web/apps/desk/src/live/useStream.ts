import { type LiveEvent, LiveSocket, socketUrl } from '@kefu/api';
import { useEffect } from 'react';
import { keys, queryClient } from '../app/api.ts';
import { applyEvent, refetchAll } from './cache.ts';
import { outbox } from './outbox.ts';
import { useLive } from './state.ts';

const TYPING_SHOWN_MS = 6_000;

/** Follows the events of every conversation that this person may see, while the desk is open. */
export function useStream(): void {
  useEffect(() => {
    const socket = new LiveSocket(socketUrl('/api/v1/desk/ws'), {
      token: () => null,
      onStatus: (status) => useLive.setState({ status }),
      onEvent: (event) => {
        noteTyping(event);
        applyEvent(queryClient, event);
      },
      onReady: () => {
        refetchAll(queryClient);
        outbox.kick();
      },
      onRejected: () => void queryClient.invalidateQueries({ queryKey: keys.me }),
    });
    const nudge = () => socket.nudge();
    const lose = () => useLive.setState({ status: 'lost' });
    window.addEventListener('online', nudge);
    window.addEventListener('offline', lose);
    useLive.setState({ say: (frame) => socket.send(frame) });
    void outbox.restore();
    return () => {
      window.removeEventListener('online', nudge);
      window.removeEventListener('offline', lose);
      useLive.setState({ say: () => undefined });
      socket.close();
    };
  }, []);
}

function noteTyping(event: LiveEvent): void {
  const { typing } = useLive.getState();
  if (event.type === 'typing' && event.data.sender === 'customer') {
    useLive.setState({
      typing: { ...typing, [event.conversation_id]: Date.now() + TYPING_SHOWN_MS },
    });
  }
  if (event.type === 'message.created' && typing[event.conversation_id]) {
    const { [event.conversation_id]: _, ...rest } = typing;
    useLive.setState({ typing: rest });
  }
}
