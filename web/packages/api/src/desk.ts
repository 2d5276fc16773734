import { connect } from './client.ts';
import { consoleCalls } from './console.ts';
import type { DeskAuditData, Me, TransferRequest } from './generated/index.ts';
import * as sdk from './generated/sdk.gen.ts';
import { hallCalls } from './hall.ts';
import { intentCalls } from './intents.ts';
import { trainingCalls } from './training.ts';
import type {
  CalendarDay,
  CannedRequest,
  ConversationDetail,
  ConversationItem,
  FoundConversation,
  ListName,
  Message,
  Orders,
  Page,
  Presence,
  PromiseRequest,
  RevealRequest,
  Target,
  Team,
  ToolRequest,
  WrapUp,
} from './types.ts';
import { sendPicture } from './upload.ts';

export type AuditQuery = NonNullable<DeskAuditData['query']>;

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
    ...intentCalls(base),
    ...hallCalls(base),
    ...trainingCalls(base),
    login: async (username: string, password: string) =>
      signedIn((await sdk.login({ ...base, body: { username, password } })).data),
    me: async () => signedIn((await sdk.me(base)).data),
    logout: async () => {
      await sdk.logout(base);
      csrf = '';
    },
    queue: async () => (await sdk.deskQueue(base)).data,
    conversations: async (query: { list: ListName; cursor?: string }) =>
      (await sdk.deskConversations({ ...base, query })).data as Page<ConversationItem>,
    counts: async () => (await sdk.deskCounts(base)).data,
    messages: async (id: string, beforeSeq: number, fromSeq?: number) =>
      (await sdk.deskMessages({ ...of(id), query: { before_seq: beforeSeq, from_seq: fromSeq } }))
        .data as {
        items: Message[];
        older: boolean;
      },
    conversation: async (id: string) =>
      (await sdk.deskConversation(of(id))).data as unknown as ConversationDetail,
    orders: async (id: string) => (await sdk.deskOrders(of(id))).data as unknown as Orders,
    tool: async (id: string, body: ToolRequest) => (await sdk.deskTool({ ...of(id), body })).data,
    reveal: async (id: string, body: RevealRequest) =>
      (await sdk.deskReveal({ ...of(id), body })).data,
    /** Why the bot did in one turn what it did. */
    explainTurn: async (id: string, traceId: string) =>
      (
        await sdk.deskExplainTurn({
          ...base,
          path: { conversation_id: id, trace_id: traceId },
        })
      ).data,
    suggestions: async (id: string) => (await sdk.deskSuggestions(of(id))).data,
    colleagues: async () => (await sdk.deskColleagues(base)).data,
    presence: async () => (await sdk.deskPresence(base)).data as { status: Presence },
    setPresence: async (status: Presence) =>
      (await sdk.deskSetPresence({ ...base, body: { status } })).data as { status: Presence },
    claim: async (id: string) => (await sdk.deskClaim(of(id))).data,
    decline: async (id: string) => (await sdk.deskDecline(of(id))).data,
    takeOver: async (id: string) => (await sdk.deskTakeOver(of(id))).data,
    assign: async (id: string, agentId: string) =>
      (await sdk.deskAssign({ ...of(id), body: { agent_id: agentId } })).data,
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
      quoteId?: string,
    ) => {
      const url = `/api/v1/desk/conversations/${encodeURIComponent(id)}/uploads`;
      const upload_id = await sendPicture(url, picture, { 'X-CSRF-Token': csrf }, onProgress);
      const body = {
        client_msg_id: clientMsgId,
        kind: 'image' as const,
        content: { upload_id },
        quote_id: quoteId,
      };
      return (await sdk.deskSend({ ...of(id), body })).data as unknown as Message;
    },
    recall: async (id: string, messageId: string) => {
      const path = { conversation_id: id, message_id: messageId };
      return (await sdk.deskRecall({ ...base, path })).data as unknown as Message;
    },
    note: async (id: string, text: string, mentions: string[] = []) =>
      (await sdk.deskNote({ ...of(id), body: { text, mentions } })).data,
    setTags: async (id: string, tags: string[], of_: 'customer' | 'conversation' = 'customer') =>
      (await sdk.deskTags({ ...of(id), body: { tags, of: of_ } })).data,
    knownTags: async () => (await sdk.deskKnownTags(base)).data.items,
    search: async (query: { q?: string; tag?: string }) =>
      (await sdk.deskSearch({ ...base, query })).data.items as FoundConversation[],
    callbackDone: async (id: string) => (await sdk.deskCallbackDone(of(id))).data,
    promises: async () => (await sdk.deskPromises(base)).data.items,
    promise: async (id: string, body: PromiseRequest) =>
      (await sdk.deskPromise({ ...of(id), body })).data,
    endPromise: async (id: string, kept: boolean, note = '') =>
      (await sdk.deskEndPromise({ ...base, path: { promise_id: id }, body: { kept, note } })).data,
    targets: async () => (await sdk.deskTargets(base)).data.items,
    putTargets: async (items: Target[]) =>
      (await sdk.deskPutTargets({ ...base, body: { items } })).data.items,
    audit: async (query: AuditQuery) => (await sdk.deskAudit({ ...base, query })).data,
    transfer: async (id: string, to: TransferRequest) =>
      (await sdk.deskTransfer({ ...of(id), body: to })).data,
    acceptTransfer: async (id: string) => (await sdk.deskAcceptTransfer(of(id))).data,
    returnTransfer: async (id: string, note: string) =>
      (await sdk.deskReturnTransfer({ ...of(id), body: { note } })).data,
    returnToBot: async (id: string, note?: string) =>
      (await sdk.deskReturnToBot({ ...of(id), body: { note } })).data,
    close: async (id: string, wrapUp: WrapUp) =>
      (await sdk.deskClose({ ...of(id), body: wrapUp })).data,
    discharge: async (id: string, reply: string) =>
      (await sdk.deskDischarge({ ...of(id), body: { reply } })).data,
    canned: async () => (await sdk.deskCanned(base)).data.items,
    addCanned: async (body: CannedRequest) => (await sdk.deskAddCanned({ ...base, body })).data,
    changeCanned: async (id: string, body: CannedRequest) =>
      (await sdk.deskChangeCanned({ ...base, path: { reply_id: id }, body })).data,
    removeCanned: async (id: string) => {
      await sdk.deskRemoveCanned({ ...base, path: { reply_id: id } });
    },
    board: async () => (await sdk.deskBoard(base)).data,
    forcePresence: async (agentId: string, status: Presence) =>
      (await sdk.deskForcePresence({ ...base, path: { agent_id: agentId }, body: { status } }))
        .data,
    teams: async () => (await sdk.deskTeams(base)).data.items,
    putTeam: async (team: Team) =>
      (await sdk.deskPutTeam({ ...base, path: { name: team.name }, body: team })).data,
    setMembership: async (agentId: string, team: string) =>
      (await sdk.deskMembership({ ...base, path: { agent_id: agentId }, body: { team } })).data,
    calendar: async () => (await sdk.deskCalendar(base)).data.items,
    putDay: async (day: CalendarDay) =>
      (await sdk.deskPutCalendarDay({ ...base, path: { day: day.day }, body: day })).data,
    removeDay: async (day: string) => {
      await sdk.deskRemoveCalendarDay({ ...base, path: { day } });
    },
    importHolidays: async (year: number) =>
      (await sdk.deskImportHolidays({ ...base, path: { year } })).data.items,
  };
}

export type DeskApi = ReturnType<typeof createDeskApi>;
