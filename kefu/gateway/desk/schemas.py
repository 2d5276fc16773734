"""Request and answer shapes of the desk."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kefu.conversations.schemas import Identifier, ImageContent, TextContent
from kefu.gateway.visitor.schemas import Message, Option, QueuePlace

Json = dict[str, Any]


def _some(text: str) -> str:
    if not text.strip():
        raise ValueError("empty")
    return text.strip()


Note = Annotated[str, Field(max_length=2000), AfterValidator(_some)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CustomerView(BaseModel):
    """A customer as agents see them; personal data is masked."""

    id: str
    name: str
    level: str
    phone_masked: str = ""
    verified: bool
    tags: list[str] = []


class QueueItem(BaseModel):
    """One who waits."""

    conversation_id: str
    customer: CustomerView
    waiting_since: str
    position: int
    reason: str
    team: str
    priority: int
    last_text: str


class Queue(BaseModel):
    """Who waits, in the order in which they will be served."""

    items: list[QueueItem]
    next_cursor: str | None = None


class AgentView(BaseModel):
    """A colleague."""

    id: str
    name: str
    number: str


class ConversationItem(BaseModel):
    """One line of a list."""

    id: str
    state: str
    customer: CustomerView
    agent: AgentView | None = None
    last_message: str = ""
    last_activity_at: str
    unread: int


class Conversations(BaseModel):
    """A page of conversations."""

    items: list[ConversationItem]
    next_cursor: str | None = None


class TraceView(BaseModel):
    """One turn of the bot, in short."""

    trace_id: str
    turn: int
    text: str
    intent: str | None = None
    outcome: str
    article_key: str | None = None
    confidence: float | None = None
    degraded: bool = False
    total_ms: float


class NoteView(BaseModel):
    """A private note."""

    id: str
    author: str
    text: str
    created_at: str


class ConversationView(BaseModel):
    """Everything about one conversation."""

    id: str
    state: str
    customer: CustomerView
    agent: AgentView | None = None
    orders: list[Json]
    brief: Json | None = None
    transcript: list[Message]
    queue: QueuePlace | None = None
    trace: list[TraceView]
    notes: list[NoteView]


class PresenceRequest(_Body):
    """Whether this agent takes conversations, and how many at once."""

    status: Literal["online", "busy", "offline"]
    capacity: Annotated[int, Field(ge=1, le=50)] | None = None


class PresenceView(BaseModel):
    """An agent's presence."""

    status: str
    capacity: int


class AgentMessage(_Body):
    """An agent's message."""

    client_msg_id: Identifier
    kind: Literal["text", "image"] = "text"
    content: TextContent | ImageContent
    quote_id: Identifier | None = None


class NoteRequest(_Body):
    """A private note."""

    text: Note


class TransferRequest(_Body):
    """Give a conversation to a colleague, or back to the queue."""

    agent_id: Identifier | None = None
    team: Annotated[str, Field(max_length=40)] | None = None
    note: Annotated[str, Field(max_length=500)] = ""


class ReturnRequest(_Body):
    """Give a conversation back to the bot."""

    note: Annotated[str, Field(max_length=500)] = ""


class CloseRequest(_Body):
    """End a conversation."""

    summary: Annotated[str, Field(max_length=1000)] = ""


class StateAnswer(BaseModel):
    """A conversation's state after an operation."""

    id: str
    state: str


class SuggestedAnswer(BaseModel):
    """An article that may answer the last message."""

    article_key: str
    title: str
    text: str
    confidence: float


class Canned(BaseModel):
    """A ready phrase."""

    code: str
    text: str


class DeskSuggestions(BaseModel):
    """What the agent may want to say next."""

    answers: list[SuggestedAnswer]
    options: list[Option]
    canned: list[Canned]


class Events(BaseModel):
    """Changes behind a cursor."""

    items: list[Json]
    next_cursor: int


class Colleagues(BaseModel):
    """Who else can take conversations."""

    items: list[AgentView]
