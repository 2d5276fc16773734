/** How an event of the stream changes what react-query holds. */

import type { ConversationDetail, LiveEvent, Message } from '@kefu/api';
import { emptyTimeline, merge } from '@kefu/chat';
import type { QueryClient } from '@tanstack/react-query';
import { keys } from '../app/api.ts';

/** Adds or replaces messages of an open conversation, in order and once. */
export function addMessages(client: QueryClient, id: string, messages: Message[]): void {
  client.setQueryData<ConversationDetail>(keys.conversation(id), (detail) => {
    if (!detail) return detail;
    const timeline = merge(merge(emptyTimeline, detail.transcript), messages);
    return { ...detail, transcript: [...timeline.messages] };
  });
}

export function applyEvent(client: QueryClient, event: LiveEvent): void {
  const id = event.conversation_id;
  switch (event.type) {
    case 'message.created':
    case 'message.updated':
      addMessages(client, id, [event.data]);
      void client.invalidateQueries({ queryKey: keys.conversations });
      if (event.data.sender === 'customer') {
        void client.invalidateQueries({ queryKey: keys.suggestions(id) });
      }
      return;
    case 'state.changed':
      void client.invalidateQueries({ queryKey: keys.conversation(id) });
      void client.invalidateQueries({ queryKey: keys.conversations });
      void client.invalidateQueries({ queryKey: keys.queue });
      return;
    case 'queue.updated':
      void client.invalidateQueries({ queryKey: keys.queue });
      return;
    default:
      return;
  }
}

/** After a gap nothing that is shown may be trusted. */
export function refetchAll(client: QueryClient): void {
  for (const queryKey of [keys.queue, keys.conversations, ['conversation'], keys.presence]) {
    void client.invalidateQueries({ queryKey });
  }
}
