import { browserStorage, Outbox } from '@kefu/chat';
import { api, queryClient } from '../app/api.ts';
import { addMessages } from './cache.ts';
import { type Parcel, useLive } from './state.ts';

/** Replies on their way to customers; they survive a reload and are sent once. */
export const outbox = new Outbox<Parcel>({
  storage: browserStorage('desk:outbox'),
  deliver: async ({ id, body }) => {
    const message = await api.send(body.conversationId, id, body.text, body.quote?.id);
    addMessages(queryClient, body.conversationId, [message]);
  },
  onChange: (pending) => useLive.setState({ pending }),
});

/** Pictures have a way of their own: a slow one must not keep anybody waiting for words. */
export const pictureOutbox = new Outbox<Parcel>({
  storage: browserStorage('desk:pictures'),
  deliver: async ({ id, body }) => {
    const { conversationId, picture, quote } = body;
    if (!picture) return;
    const tell = (share: number) =>
      useLive.setState(({ progress }) => ({ progress: { ...progress, [id]: share } }));
    const message = await api.sendPicture(conversationId, id, picture, tell, quote?.id);
    addMessages(queryClient, conversationId, [message]);
  },
  onChange: (pictures) => useLive.setState({ pictures }),
});
