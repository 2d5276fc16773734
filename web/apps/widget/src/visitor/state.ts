/** Everything the page shows, and how an event changes it. No effects here. */

import type {
  AgentName,
  ConversationState,
  FeedbackReason,
  FieldProblem,
  Hall,
  LiveEvent,
  LiveStatus,
  Message,
  Queue,
  Sender,
  SendLimits,
} from '@kefu/api';
import { type Entry, emptyTimeline, merge, type Timeline } from '@kefu/chat';
import type { Letter } from './storage.ts';

export type Feedback = { useful: boolean; reason?: FeedbackReason };

export type VisitorState = {
  phase: 'starting' | 'ready' | 'failed';
  /** A sentence that stays above the conversation. */
  notice: string | null;
  hall: Hall | null;
  limits: SendLimits;
  conversationId: string;
  state: ConversationState;
  agent: AgentName | null;
  queue: Queue | null;
  timeline: Timeline;
  /** Conversations that were over when this page opened; they stand above the hall, on request. */
  past: ReadonlySet<string>;
  pastShown: boolean;
  /** Whether the service holds messages older than ours. */
  older: 'none' | 'some' | 'loading';
  pending: readonly Entry<Letter>[];
  connection: LiveStatus;
  typing: Sender | null;
  /** The bot has a message of ours and has not answered yet. */
  thinking: boolean;
  /** The agent has read up to this `seq`. */
  agentRead: number;
  /** How far pictures are on their way, from 0 to 1, by outbox id. */
  progress: Readonly<Record<string, number>>;
  /** The message that the next one answers. */
  quoting: Message | null;
  feedback: Readonly<Record<string, Feedback>>;
  /** What the service refused about a form, by form id. */
  formErrors: Readonly<Record<string, FieldProblem[]>>;
  /** Conversations that were rated here. */
  rated: readonly string[];
};

export const initialState: VisitorState = {
  phase: 'starting',
  notice: null,
  hall: null,
  limits: { message_max_chars: 2000, upload_max_bytes: 10_000_000, recall_seconds: 120 },
  conversationId: '',
  state: 'new',
  agent: null,
  queue: null,
  timeline: emptyTimeline,
  past: new Set(),
  pastShown: false,
  older: 'none',
  pending: [],
  connection: 'connecting',
  typing: null,
  thinking: false,
  agentRead: 0,
  progress: {},
  quoting: null,
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

/** Messages from before: those of other conversations than the one at hand are the past. */
export function withHistory(state: VisitorState, messages: readonly Message[]): Change {
  const before = messages
    .map((message) => message.conversation_id)
    .filter((id) => id !== state.conversationId && !isKnown(state, id));
  return {
    timeline: merge(state.timeline, messages),
    past: before.length > 0 ? new Set([...state.past, ...before]) : state.past,
  };
}

function isKnown(state: VisitorState, conversationId: string): boolean {
  return state.timeline.messages.some((message) => message.conversation_id === conversationId);
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
