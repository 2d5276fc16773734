"""Request and answer shapes of the customer's side."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kefu.conversations.schemas import Identifier

Json = dict[str, Any]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class User(_Body):
    """Who the embedding page says the customer is."""

    external_id: Annotated[str, Field(min_length=1, max_length=80)]
    identifier_hash: Annotated[str, Field(min_length=1, max_length=128)]
    name: Annotated[str, Field(max_length=80)] = ""


class SessionRequest(_Body):
    """Begin or resume."""

    inbox: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")] = "web"
    user: User | None = None
    token: Annotated[str, Field(max_length=1000)] | None = None
    context: Json = {}
    locale: Annotated[str, Field(max_length=20)] | None = None


class Target(BaseModel):
    """What an option stands for."""

    kind: Literal["article", "intent", "topic", "action", "url", "human", "none"]
    key: str


class Option(BaseModel):
    """Something to choose."""

    id: str
    title: str
    target: Target
    reason: str | None = None


class HallOrder(BaseModel):
    """An order with the question that it raises."""

    model_config = ConfigDict(extra="allow")

    order_no: str
    state: str
    state_text: str
    question: str
    options: list[Option]


class Privacy(BaseModel):
    """The notice before the first message."""

    text: str
    version: str


class Hall(BaseModel):
    """The first screen; ``asked`` are the customer's own questions of late."""

    title: str
    greeting: str
    placeholder: str
    placeholders: dict[str, str]
    recommendations: list[Option]
    hot: list[Option]
    tools: list[Option]
    orders: list[HallOrder]
    announcement: str | None = None
    privacy: Privacy
    hours: str
    asked: list[str] = []


class AgentName(BaseModel):
    """Who serves: name and 工号."""

    name: str
    number: str


class QueuePlace(BaseModel):
    """Where a conversation stands; ``eta_seconds`` is null when nobody is on duty."""

    position: int
    ahead: int
    eta_seconds: int | None = None


class SendLimits(BaseModel):
    """What a client checks before it sends; the service checks again."""

    message_max_chars: int
    upload_max_bytes: int
    recall_seconds: int


class SessionAnswer(BaseModel):
    """A visitor's session, with what a reloaded page must show at once; ``event_id`` is the cursor behind it."""

    token: str
    customer_id: str
    conversation_id: str
    state: str
    agent: AgentName | None = None
    queue: QueuePlace | None = None
    agent_read_seq: int = 0
    event_id: int
    limits: SendLimits
    history: "History"
    hall: Hall


class Message(BaseModel):
    """One message; ``content`` depends on ``kind`` (see ``docs/api.md``).

    ``veiled``: a colleague sees it with personal data hidden.
    """

    id: str
    seq: int
    conversation_id: str
    sender: Literal["customer", "bot", "agent", "system"]
    kind: str
    content: Json
    client_msg_id: str | None = None
    created_at: str
    trace_id: str | None = None
    recalled: bool = False
    veiled: bool = False


class Received(BaseModel):
    """A stored message and the replies that are there."""

    message: Message
    replies: list[Message]
    state: str


class Messages(BaseModel):
    """Messages in order."""

    items: list[Message]


class History(BaseModel):
    """Messages in order; ``more`` says whether there are older ones."""

    items: list[Message]
    more: bool


class Suggestion(Option):
    """An option with the part of its title (from, to) that was typed; without one it only resembles that."""

    match: tuple[int, int] | None = None


class Suggestions(BaseModel):
    """What a customer may be about to ask."""

    items: list[Suggestion]


class QueueState(BaseModel):
    """A conversation's state and place."""

    state: str
    queue: QueuePlace | None = None


class CallbackRequest(_Body):
    """Whom to call back, and why."""

    phone: Annotated[str, Field(pattern=r"^1[3-9]\d{9}$")]
    text: Annotated[str, Field(max_length=500)] = ""


class CallbackAnswer(BaseModel):
    """The number under which a call back is noted."""

    number: str


class FeedbackRequest(_Body):
    """有用 or 没用, and why not."""

    useful: bool
    reason: Literal["", "irrelevant", "unclear", "outdated", "unsolved", "other"] = ""
    comment: Annotated[str, Field(max_length=500)] = ""


class FeedbackAnswer(BaseModel):
    """What was recorded."""

    useful: bool
    state: str


class RatingRequest(_Body):
    """How satisfied the customer was, with the newest conversation unless one is named."""

    conversation_id: Identifier | None = None
    score: Annotated[int, Field(ge=1, le=5)]
    resolved: bool | None = None
    tags: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=10)] = []
    comment: Annotated[str, Field(max_length=500)] = ""


class RatingAnswer(BaseModel):
    """What was recorded."""

    score: int


class ErasureConfirmation(_Body):
    """The customer's word that they mean it."""

    confirm: Literal[True]


class ErasureRequest(BaseModel):
    """A request to be erased, and by when that is done."""

    number: str
    due_at: datetime | None


class PrivacyState(BaseModel):
    """Which notice the customer saw and when, and an open request to be erased; ``days`` is how long one may take."""

    notice_version: str
    notice_at: datetime | None
    days: int
    erasure: ErasureRequest | None = None


class UploadAnswer(BaseModel):
    """A stored picture."""

    upload_id: str


class Events(BaseModel):
    """Changes behind a cursor."""

    items: list[Json]
    next_cursor: int
