/** Everything the page shows, and how an event changes it. No effects here. */

import type {
  AgentName,
  ConversationState,
  FieldProblem,
  Hall,
  LiveEvent,
  LiveStatus,
  Message,
  Queue,
  Sender,
} from '@kefu/api';
import { type Entry, emptyTimeline, merge, type Timeline } from '@kefu/chat';
import type { Letter } from './storage.ts';

export type VisitorState = {
  phase: 'starting' | 'ready' | 'failed';
  /** A sentence that stays above the conversation. */
  notice: string | null;
  hall: Hall | null;
  conversationId: string;
  state: ConversationState;
  agent: AgentName | null;
  queue: Queue | null;
  timeline: Timeline;
  pending: readonly Entry<Letter>[];
  connection: LiveStatus;
  typing: Sender | null;
  /** The bot has a message of ours and has not answered yet. */
  thinking: boolean;
  /** The agent has read up to this `seq`. */
  agentRead: number;
  feedback: Readonly<Record<string, boolean>>;
  /** What the service refused about a form, by form id. */
  formErrors: Readonly<Record<string, FieldProblem[]>>;
  /** Conversations that were rated here. */
  rated: readonly string[];
};

export const initialState: VisitorState = {
  phase: 'starting',
  notice: null,
  hall: null,
  conversationId: '',
  state: 'new',
  agent: null,
  queue: null,
  timeline: emptyTimeline,
  pending: [],
  connection: 'connecting',
  typing: null,
  thinking: false,
  agentRead: 0,
  feedback: {},
  formErrors: {},
  rated: [],
};

export type Change = Partial<VisitorState>;

export function withMessages(state: VisitorState, messages: readonly Message[]): Change {
  const timeline = merge(state.timeline, messages);
  if (timeline === state.timeline) return {};
  const newest = messages[messages.length - 1];
  const answered = messages.some((message) => message.sender !== 'customer');
  return {
    timeline,
    ...(answered ? { thinking: false, typing: null } : {}),
    ...(newest && newest.conversation_id !== state.conversationId
      ? { conversationId: newest.conversation_id }
      : {}),
  };
}

export function withConversation(
  state: VisitorState,
  next: { state: ConversationState; agent?: AgentName | null; queue?: Queue | null },
): Change {
  return {
    state: next.state,
    agent: next.state === 'human' ? (next.agent ?? state.agent) : null,
    queue: next.state === 'queued' ? (next.queue ?? state.queue) : null,
    ...(next.state === 'bot' || next.state === 'new' ? {} : { thinking: false }),
    ...(next.state === state.state ? {} : { typing: null }),
  };
}

/** A handover tells the first place in the queue; it may come before or after the state. */
function placeIn(message: Message): Change {
  return message.kind === 'handoff' && message.content.queue
    ? { queue: message.content.queue }
    : {};
}

export function withEvent(state: VisitorState, event: LiveEvent): Change {
  switch (event.type) {
    case 'message.created':
      return { ...withMessages(state, [event.data]), ...placeIn(event.data) };
    case 'message.updated':
      return withMessages(state, [event.data]);
    case 'state.changed':
      return withConversation(state, event.data);
    case 'queue.updated':
      return state.state === 'queued' ? { queue: event.data } : {};
    case 'typing':
      return event.data.sender === 'customer' ? {} : { typing: event.data.sender };
    case 'read':
      return event.data.side === 'agent'
        ? { agentRead: Math.max(state.agentRead, event.data.seq) }
        : {};
    default:
      return {};
  }
}
