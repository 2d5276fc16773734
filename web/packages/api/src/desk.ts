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
    send: async (id: string, clientMsgId: string, text: string) => {
      const body = { client_msg_id: clientMsgId, content: { text } };
      return (await sdk.deskSend({ ...of(id), body })).data as Message;
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
