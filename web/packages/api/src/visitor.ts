import { connect } from './client.ts';
import * as sdk from './generated/sdk.gen.ts';
import type {
  FeedbackReason,
  Hall,
  HandoffResult,
  History,
  LiveEvent,
  Message,
  Outgoing,
  Rating,
  SendResult,
  Session,
  SessionRequest,
  Suggestion,
} from './types.ts';
import { sendPicture } from './upload.ts';

/**
 * The customer's side of the API. `token` gives the current visitor token, if there is one;
 * `language` is what the service answers in, whatever the browser speaks.
 */
export function createVisitorApi(token: () => string | null, language: () => string) {
  const headers = (): Record<string, string> => {
    const value = token();
    const said = { 'Accept-Language': language() };
    return value ? { ...said, Authorization: `Bearer ${value}` } : said;
  };
  const client = connect(headers);
  return {
    openSession: async (body: SessionRequest) => {
      const { data } = await sdk.beginSession({ client, body, throwOnError: true });
      return data as Session;
    },
    messages: async (conversationId: string, afterSeq: number) => {
      const query = { conversation_id: conversationId, after_seq: afterSeq };
      const { data } = await sdk.listMessages({ client, query, throwOnError: true });
      return data.items as Message[];
    },
    events: async (after: number) => {
      const { data } = await sdk.listEvents({ client, query: { after }, throwOnError: true });
      return data as unknown as { items: LiveEvent[]; next_cursor: number };
    },
    send: async (message: Outgoing & { client_msg_id: string }, waitSeconds: number) => {
      const query = { wait: waitSeconds };
      const { data } = await sdk.sendMessage({ client, query, body: message, throwOnError: true });
      return data as SendResult;
    },
    suggest: async (q: string, signal?: AbortSignal) => {
      const { data } = await sdk.suggest({ client, query: { q }, signal, throwOnError: true });
      return data.items as Suggestion[];
    },
    askHuman: async () => {
      const { data } = await sdk.askForHuman({ client, throwOnError: true });
      return data as HandoffResult;
    },
    leaveQueue: async () => {
      const { data } = await sdk.leaveQueue({ client, throwOnError: true });
      return data as HandoffResult;
    },
    /** Messages older than `before`, from all conversations, oldest first. */
    history: async (before?: string) => {
      const { data } = await sdk.listHistory({ client, query: { before }, throwOnError: true });
      return data as unknown as History;
    },
    upload: (picture: Blob, onProgress: (share: number) => void) =>
      sendPicture('/api/v1/visitor/uploads', picture, headers(), onProgress),
    picture: async (id: string) => {
      const path = { upload_id: id };
      const { data } = await sdk.getPicture({ client, path, parseAs: 'blob', throwOnError: true });
      return data as Blob;
    },
    transcript: async (kind: 'txt' | 'html') => {
      const { data } = await sdk.getTranscript({
        client,
        query: { kind },
        parseAs: 'blob',
        throwOnError: true,
      });
      return data as Blob;
    },
    /** Which notice the customer saw, and whether they asked to be erased. */
    privacy: async () => (await sdk.privacyState({ client, throwOnError: true })).data,
    exportPrivacy: async () => {
      const { data } = await sdk.exportPrivacy({ client, parseAs: 'blob', throwOnError: true });
      return data as Blob;
    },
    askErasure: async () => {
      const body = { confirm: true } as const;
      return (await sdk.askErasure({ client, body, throwOnError: true })).data;
    },
    withdrawErasure: async () => (await sdk.withdrawErasure({ client, throwOnError: true })).data,
    leaveCallback: async (phone: string, text: string) => {
      await sdk.leaveCallback({ client, body: { phone, text }, throwOnError: true });
    },
    recall: async (messageId: string) => {
      const path = { message_id: messageId };
      const { data } = await sdk.recallMessage({ client, path, throwOnError: true });
      return data as unknown as Message;
    },
    hall: async () => (await sdk.getHall({ client, throwOnError: true })).data as Hall,
    feedback: async (messageId: string, useful: boolean, reason?: FeedbackReason) => {
      const path = { message_id: messageId };
      await sdk.giveFeedback({ client, path, body: { useful, reason }, throwOnError: true });
    },
    rate: async (rating: Rating) => {
      await sdk.rate({ client, body: rating, throwOnError: true });
    },
  };
}

export type VisitorApi = ReturnType<typeof createVisitorApi>;
