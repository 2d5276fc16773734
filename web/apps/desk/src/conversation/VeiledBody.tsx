import type { Message } from '@kefu/api';
import { RevealButton } from '../panel/Reveal.tsx';
import { useReveal } from '../panel/useReveal.ts';
import { MessageBody } from './MessageBody.tsx';

/** A message in which personal data is behind stars. */
export function VeiledBody({ message, all }: { message: Message; all: readonly Message[] }) {
  const { data, loading, toggle } = useReveal(message.conversation_id, {
    what: 'message',
    message_id: message.id,
  });
  const shown = data?.content ? ({ ...message, content: data.content } as Message) : message;
  return (
    <>
      <MessageBody message={shown} all={all} />
      <RevealButton shown={Boolean(data)} loading={loading} onClick={toggle} />
    </>
  );
}
