/**
 * The shapes that both apps see: the generated ones, made exact where OpenAPI leaves them open
 * (what a message of a kind holds, what an event carries).
 */

import type * as api from './generated/index.ts';

export type Sender = api.Message['sender'];
export type ConversationState = 'new' | 'bot' | 'queued' | 'human' | 'closed';
export type Option = api.Option;
export type Suggestion = api.Suggestion;
export type PrivacyState = api.PrivacyState;

/** `eta_seconds` is null when nobody is on duty. */
export type Queue = Required<api.QueuePlace>;

export type AgentName = { name: string; number?: string | null };

// ---- cards: money is a string in yuan, times are RFC 3339 UTC ----

export type OrderItem = { title: string; quantity: number; price: string };

export type OrderData = {
  order_no: string;
  state: string;
  state_text: string;
  items: OrderItem[];
  total: string;
  created_at: string;
  paid_at?: string | null;
};

export type Parcel = {
  courier: string;
  tracking_no: string;
  state_text: string;
  eta?: string | null;
  timeline: { time: string; text: string; place?: string | null }[];
};

/** With several parcels `parcels` holds them all; the outer one is the first not yet signed for. */
export type LogisticsData = Parcel & { order_no: string; parcels?: Parcel[] };

export type RefundData = {
  order_no: string;
  refund_no: string;
  amount: string;
  state_text: string;
  steps: { title: string; time?: string | null; done: boolean }[];
};

// ---- messages ----

export type FieldType = 'select' | 'text' | 'textarea' | 'phone' | 'order' | 'number';

export type FormField = {
  name: string;
  label: string;
  type: FieldType;
  required: boolean;
  options?: { value: string; label: string }[] | null;
  value?: string | null;
  placeholder?: string | null;
  error?: string | null;
};

export type FormContent = {
  form_id: string;
  title: string;
  fields: FormField[];
  submit: Option;
};

/** A form as the customer sent it; the service adds the title. */
export type FormReply = { form_id: string; values: Record<string, string>; title?: string };

export type CardContent = { type: string; data: Record<string, unknown>; actions?: Option[] };

export type AnswerContent = {
  text: string;
  source?: { article_key: string; title: string; revision: number } | null;
  confidence?: number | null;
  ai_generated?: boolean;
  related?: Option[];
};

export type HandoffContent = {
  reason: string;
  team?: string | null;
  queue?: Queue | null;
  off_hours?: { reopens_at: string | null } | null;
  /** The number under which a call back was noted, off hours. */
  callback?: { number: string } | null;
};

/** The message that another one answers, as it read when it was quoted. */
export type Quote = { message_id: string; sender: Sender; text: string };

type ContentByKind = {
  text: { text: string; quote?: Quote };
  answer: AnswerContent;
  /** `more` shows other readings than these. */
  clarify: { text: string; options: Option[]; more?: Option };
  fallback: { text: string; options: Option[] };
  card: CardContent;
  form: FormContent | FormReply;
  handoff: HandoffContent;
  notice: { text: string };
  survey: { survey: string; questions: { name: string; label: string }[] };
  option: { option_id: string; title?: string };
  image: { upload_id: string; quote?: Quote };
};

export type MessageKind = keyof ContentByKind;

export type Message = {
  [K in MessageKind]: Omit<api.Message, 'kind' | 'content'> & {
    kind: K;
    content: ContentByKind[K];
    recalled?: boolean;
  };
}[MessageKind];

export type MessageOf<K extends MessageKind> = Extract<Message, { kind: K }>;

type OutgoingKind = 'text' | 'option' | 'form' | 'image';
export type Outgoing = {
  [K in OutgoingKind]: { kind: K; content: ContentByKind[K]; quote_id?: string };
}[OutgoingKind];

// ---- events ----

type EventData = {
  'message.created': Message;
  'message.updated': Message;
  'state.changed': { state: ConversationState; agent?: AgentName | null };
  'queue.updated': Queue;
  typing: { sender: Sender };
  read: { side: 'customer' | 'agent'; seq: number };
  // What only staff hear.
  'queue.offered': { until: string; agent_id: string };
  'presence.changed': { agent_id: string; status: Presence; capacity: number; why: PresenceReason };
  'transfer.asked': TransferNews;
  'transfer.ended': TransferNews;
  'commitment.due': CommitmentNews;
  'commitment.missed': CommitmentNews;
  'note.created': NoteNews;
  mentioned: NoteNews;
  viewers: { viewers: { id: string; name: string }[] };
};

export type PresenceReason = 'chosen' | 'missed' | 'gone' | 'forced';
type TransferNews = { state: string; note: string; answer: string; from_id: string; to_id: string };
type CommitmentNews = { id: string; kind: string; text: string; due_at: string };
type NoteNews = { id: string; text: string; author_id: string; mentions: string[] };

/** `event_id` is null for what is only true now and not kept (typing, places in the queue). */
export type LiveEvent = {
  [K in keyof EventData]: {
    type: K;
    event_id: number | null;
    conversation_id: string;
    data: EventData[K];
  };
}[keyof EventData];

// ---- visitor ----

export type HallOrder = OrderData & Pick<api.HallOrder, 'question' | 'options'>;
export type Hall = Omit<api.Hall, 'orders' | 'asked'> & { orders: HallOrder[]; asked: string[] };
export type VisitorUser = api.User;
export type SessionRequest = api.SessionRequest;
export type Rating = api.RatingRequest;
export type FeedbackReason = NonNullable<api.FeedbackRequest['reason']>;
export type SendLimits = api.SendLimits;

export type History = { items: Message[]; more: boolean };

export type Session = Omit<api.SessionAnswer, 'hall' | 'state' | 'history'> & {
  history: History;
  hall: Hall;
  state: ConversationState;
  agent?: AgentName | null;
  queue?: Queue | null;
};

export type SendResult = { message: Message; replies: Message[]; state: ConversationState };
export type HandoffResult = { state: ConversationState; queue: Queue | null };

// ---- staff ----

export type StaffUser = api.StaffView;
export type Presence = api.PresenceRequest['status'];
export type StaffConversationState = Exclude<ConversationState, 'new'>;
export type QueueItem = api.QueueItem;
export type ConversationItem = Omit<api.ConversationItem, 'state'> & { state: ConversationState };
export type TraceItem = api.TraceView;
export type Note = api.NoteView;
export type Colleague = api.Colleague;
export type Colleagues = api.Colleagues;
export type ListName = NonNullable<NonNullable<api.DeskConversationsData['query']>['list']>;
export type ListCounts = api.ListCounts;
export type Canned = api.Canned;
export type CannedRequest = api.CannedRequest;
export type Board = api.Board;
export type Team = api.TeamView;
export type CalendarDay = api.CalendarDayView;
export type WrapUp = api.CloseRequest;
export type ToolView = api.ToolView;
export type OrderView = Omit<api.OrderView, 'order' | 'logistics' | 'refund' | 'invoices'> & {
  order: OrderData & { recipient?: string; phone?: string; address?: string };
  logistics: LogisticsData;
  refund?: RefundData | null;
  invoices?: { items: { invoice_no: string; title: string; amount: string; state_text: string }[] };
};
export type Orders = Omit<api.Orders, 'items'> & { items: OrderView[] };
export type ToolRequest = api.ToolRequest;
export type RevealRequest = api.RevealRequest;
export type Due = api.DueView;
export type Commitment = api.CommitmentView;
export type Callback = api.CallbackView;
export type OwnPromise = api.OwnPromise;
export type PromiseRequest = api.PromiseRequest;
export type Target = api.TargetView;
export type AuditEntry = api.AuditView;
export type FoundConversation = Omit<api.FoundConversation, 'conversation'> & {
  conversation: ConversationItem;
};

export type Brief = {
  wanted: string;
  reason: string;
  order_no?: string | null;
  entities: { name: string; value: string }[];
  tried: { question: string; outcome: string }[];
  mood?: string | null;
  unanswered?: string | null;
};

export type ConversationDetail = Omit<
  api.ConversationView,
  'state' | 'orders' | 'brief' | 'transcript' | 'queue'
> & {
  state: ConversationState;
  orders: OrderData[];
  brief?: Brief | null;
  transcript: Message[];
  queue?: Queue | null;
};

// ---- editors ----

export type {
  ArticleBody,
  ArticleDetail,
  ArticleItem,
  CaseView,
  CheckedQuestion,
  ConflictList,
  ConflictView,
  Counts,
  DraftView,
  FieldDiffView,
  Flows,
  FlowView,
  GapView,
  HallItem,
  HallPreview,
  HallSettings,
  HeldOutView,
  ImportItem,
  ImportView,
  IntentItem,
  Intents,
  IntentsChanged,
  ReadingView,
  RealQuestion,
  ReleaseView,
  ReplyGroup,
  RevisionView,
  RunView,
  SettledHall,
  Step,
  TopicView,
  Trainings,
  TrialView,
  TryAnswer,
  Vocabulary,
} from './generated/index.ts';

export type Page<T> = { items: T[]; next_cursor?: string | null };
