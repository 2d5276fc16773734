import { connect } from './client.ts';
import { consoleCalls } from './console.ts';
import type { Me, TransferRequest } from './generated/index.ts';
import * as sdk from './generated/sdk.gen.ts';
import type {
  ConversationDetail,
  ConversationItem,
  Message,
  Page,
  Presence,
  StaffConversationState,
} from './types.ts';
import { sendPicture } from './upload.ts';

/** The staff side: session cookie, and the CSRF token on every unsafe call. */
export function createDeskApi() {
  let csrf = '';
  const client = connect((method): Record<string, string> => {
    return method === 'GET' || !csrf ? {} : { 'X-CSRF-Token': csrf };
  });
  const base = { client, throwOnError: true } as const;
  const of = (id: string) => ({ ...base, path: { conversation_id: id } });
  const signedIn = ({ user, csrf_token }: Me): Me => {
    csrf = csrf_token;
    return { user, csrf_token };
  };
  return {
    ...consoleCalls(base),
    login: async (username: string, password: string) =>
      signedIn((await sdk.login({ ...base, body: { username, password } })).data),
    me: async () => signedIn((await sdk.me(base)).data),
    logout: async () => {
      await sdk.logout(base);
      csrf = '';
    },
    queue: async () => (await sdk.deskQueue(base)).data,
    conversations: async (query: { state?: StaffConversationState; mine?: boolean }) =>
      (await sdk.deskConversations({ ...base, query })).data as Page<ConversationItem>,
    conversation: async (id: string) =>
      (await sdk.deskConversation(of(id))).data as unknown as ConversationDetail,
    suggestions: async (id: string) => (await sdk.deskSuggestions(of(id))).data,
    colleagues: async () => (await sdk.deskColleagues(base)).data.items,
    presence: async () => (await sdk.deskPresence(base)).data as { status: Presence },
    setPresence: async (status: Presence) =>
      (await sdk.deskSetPresence({ ...base, body: { status } })).data as { status: Presence },
    claim: async (id: string) => (await sdk.deskClaim(of(id))).data,
    send: async (id: string, clientMsgId: string, text: string, quoteId?: string) => {
      const body = { client_msg_id: clientMsgId, content: { text }, quote_id: quoteId };
      return (await sdk.deskSend({ ...of(id), body })).data as unknown as Message;
    },
    /** Sends a picture; `onProgress` is told the share that has left, from 0 to 1. */
    sendPicture: async (
      id: string,
      clientMsgId: string,
      picture: Blob,
      onProgress: (share: number) => void,
    ) => {
      const url = `/api/v1/desk/conversations/${encodeURIComponent(id)}/uploads`;
      const upload_id = await sendPicture(url, picture, { 'X-CSRF-Token': csrf }, onProgress);
      const body = { client_msg_id: clientMsgId, kind: 'image' as const, content: { upload_id } };
      return (await sdk.deskSend({ ...of(id), body })).data as unknown as Message;
    },
    recall: async (id: string, messageId: string) => {
      const path = { conversation_id: id, message_id: messageId };
      return (await sdk.deskRecall({ ...base, path })).data as unknown as Message;
    },
    note: async (id: string, text: string) =>
      (await sdk.deskNote({ ...of(id), body: { text } })).data,
    transfer: async (id: string, to: TransferRequest) =>
      (await sdk.deskTransfer({ ...of(id), body: to })).data,
    returnToBot: async (id: string) => (await sdk.deskReturnToBot({ ...of(id), body: {} })).data,
    close: async (id: string, summary?: string) =>
      (await sdk.deskClose({ ...of(id), body: { summary } })).data,
  };
}

export type DeskApi = ReturnType<typeof createDeskApi>;
