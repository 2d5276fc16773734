import { browserStorage, Outbox } from '@kefu/chat';
import { api, queryClient } from '../app/api.ts';
import { addMessages } from './cache.ts';
import { type Parcel, useLive } from './state.ts';

/** Replies on their way to customers; they survive a reload and are sent once. */
export const outbox = new Outbox<Parcel>({
  storage: browserStorage('desk:outbox'),
  deliver: async ({ id, body }) => {
    const message = await api.send(body.conversationId, id, body.text);
    addMessages(queryClient, body.conversationId, [message]);
  },
  onChange: (pending) => useLive.setState({ pending }),
});
