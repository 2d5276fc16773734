"""Request and answer shapes of conversations at the desk."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kefu.conversations import models
from kefu.conversations.schemas import Identifier, ImageContent, TextContent
from kefu.gateway.visitor.schemas import Message, Option, QueuePlace

Json = dict[str, Any]
MOST_TAGS = 20
ListName = Literal["mine", "team", "all", "closed", "responsible", "callbacks"]


def rfc3339(moment: datetime) -> str:
    """Return a moment as the API writes it."""
    return moment.isoformat().replace("+00:00", "Z")


def maybe_rfc3339(moment: datetime | None) -> str | None:
    """Return a moment as the API writes it, or nothing."""
    return rfc3339(moment) if moment else None


def _some(text: str) -> str:
    if not text.strip():
        raise ValueError("empty")
    return text.strip()


Note = Annotated[str, Field(max_length=2000), AfterValidator(_some)]


class Body(BaseModel):
    """What is asked for: no more fields than there are."""

    model_config = ConfigDict(extra="forbid")


class CustomerView(BaseModel):
    """A customer as agents see them; personal data is masked."""

    id: str
    name: str
    level: str
    phone_masked: str = ""
    verified: bool
    tags: list[str] = []


class AgentView(BaseModel):
    """A colleague."""

    id: str
    name: str
    number: str


class DueView(BaseModel):
    """What is due first in a conversation; ``state``: fine, soon (its warning is past) or missed."""

    kind: str
    title: str
    due_at: str
    state: Literal["fine", "soon", "missed"]


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
    parked: bool = False
    due: DueView | None = None
    offered: AgentView | None = None
    offered_until: str | None = None


class Queue(BaseModel):
    """Who waits, in the order in which they will be served."""

    items: list[QueueItem]
    next_cursor: str | None = None


class ConversationItem(BaseModel):
    """One line of a list."""

    id: str
    state: str
    customer: CustomerView
    agent: AgentView | None = None
    last_message: str = ""
    last_activity_at: str
    unread: int
    team: str
    responsible: AgentView | None = None
    awaiting_since: str | None = None
    due: DueView | None = None
    transfer_to_me: bool = False


class ListCounts(BaseModel):
    """How many conversations each list holds; ``unread`` are customers' messages in one's own."""

    mine: int
    queue: int
    team: int
    responsible: int
    callbacks: int
    all: int
    closed: int
    unread: int


class TransferView(BaseModel):
    """A transfer that waits for its answer."""

    sender: AgentView
    to: AgentView
    note: str
    expires_at: str


class EarlierView(BaseModel):
    """An earlier conversation of the same customer."""

    id: str
    state: str
    created_at: str
    summary: str
    agent: AgentView | None = None
    solved: bool | None = None


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
    mentions: list[str] = []
    created_at: str

    @classmethod
    def of(cls, note: models.Note, author: str) -> Self:
        """Return a stored note as it is shown."""
        return cls(
            id=note.id,
            author=author,
            text=note.text,
            mentions=note.mentions,
            created_at=rfc3339(note.created_at),
        )


class CommitmentView(BaseModel):
    """A target or a promise of a conversation; a paused one has no time until the customer has spoken."""

    id: str
    kind: str
    title: str
    text: str = ""
    agent: AgentView | None = None
    state: str
    due_at: str | None = None
    left_seconds: float | None = None
    soon: bool = False
    missed: bool = False
    note: str = ""


class CallbackView(BaseModel):
    """Whom to call back about what; ``phone_masked`` is empty when no number was left."""

    number: str
    phone_masked: str
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
    older: bool = False
    trace: list[TraceView]
    notes: list[NoteView]
    team: str
    tags: list[str] = []
    responsible: AgentView | None = None
    discharged: bool = False
    awaiting_since: str | None = None
    offered_to: AgentView | None = None
    offered_until: str | None = None
    transfer: TransferView | None = None
    earlier: list[EarlierView] = []
    commitments: list[CommitmentView] = []
    callback: CallbackView | None = None
    read_seq: int = 0
    summary: str = ""
    wrap_up: Json | None = None
    event_id: int = 0


class AgentMessage(Body):
    """An agent's message."""

    client_msg_id: Identifier
    kind: Literal["text", "image"] = "text"
    content: TextContent | ImageContent
    quote_id: Identifier | None = None


class NoteRequest(Body):
    """A private note, and the ids of the colleagues that it calls."""

    text: Note
    mentions: Annotated[list[Identifier], Field(max_length=10)] = []


class TransferRequest(Body):
    """Give a conversation to a colleague, or back to the queue."""

    agent_id: Identifier | None = None
    team: Annotated[str, Field(max_length=40)] | None = None
    note: Annotated[str, Field(max_length=500)] = ""


class ReturnRequest(Body):
    """Give a conversation back to the bot."""

    note: Annotated[str, Field(max_length=500)] = ""


class CloseRequest(Body):
    """End a conversation: what it was about, whether it is solved, why it came up."""

    summary: Annotated[str, Field(max_length=1000)] = ""
    topic: Annotated[str, Field(max_length=40)] = ""
    solved: bool | None = None
    cause: Annotated[str, Field(max_length=40)] = ""


class AssignRequest(Body):
    """Give a conversation to an agent."""

    agent_id: Identifier


class DischargeRequest(Body):
    """What the customer was told in the end."""

    reply: Note


class TagsRequest(Body):
    """The tags of a customer, or of one conversation."""

    of: Literal["customer", "conversation"] = "customer"
    tags: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=50)]


class Tags(BaseModel):
    """The tags as they are now."""

    tags: list[str]


class Transcript(BaseModel):
    """A stretch of messages; ``older`` when there are more before it."""

    items: list[Message]
    older: bool


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


class DeskSuggestions(BaseModel):
    """What the agent may want to say next."""

    answers: list[SuggestedAnswer]
    options: list[Option]


class Events(BaseModel):
    """Changes behind a cursor."""

    items: list[Json]
    next_cursor: int
