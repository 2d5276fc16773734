import { connect } from './client.ts';
import * as sdk from './generated/sdk.gen.ts';
import type {
  HandoffResult,
  LiveEvent,
  Message,
  Option,
  Outgoing,
  Rating,
  SendResult,
  Session,
  SessionRequest,
} from './types.ts';

/** The customer's side of the API. `token` gives the current visitor token, if there is one. */
export function createVisitorApi(token: () => string | null) {
  const client = connect((): Record<string, string> => {
    const value = token();
    return value ? { Authorization: `Bearer ${value}` } : {};
  });
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
      return data.items as Option[];
    },
    askHuman: async () => {
      const { data } = await sdk.askForHuman({ client, throwOnError: true });
      return data as HandoffResult;
    },
    leaveQueue: async () => {
      const { data } = await sdk.leaveQueue({ client, throwOnError: true });
      return data as HandoffResult;
    },
    feedback: async (messageId: string, useful: boolean) => {
      const path = { message_id: messageId };
      await sdk.giveFeedback({ client, path, body: { useful }, throwOnError: true });
    },
    rate: async (rating: Rating) => {
      await sdk.rate({ client, body: rating, throwOnError: true });
    },
  };
}

export type VisitorApi = ReturnType<typeof createVisitorApi>;
