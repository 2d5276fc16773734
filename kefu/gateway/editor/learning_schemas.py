"""Request and answer shapes: what was not understood, topics, trying out, imports."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from kefu.dialogue.explain import Explanation
from kefu.gateway.editor.schemas import Json, Key, Neighbour, Person, Strict


class TryRequest(Strict):
    """A message to try; ``customer`` is an external id whose orders are used, ``order_state`` one invented order's.

    ``candidate`` is the training run whose model or index answers in the place of what serves.
    """

    text: str = Field(min_length=1, max_length=2000)
    order_state: str | None = None
    customer: str | None = Field(None, max_length=80)
    candidate: str | None = Field(None, max_length=32)


class TryAnswer(Explanation):
    """What the message would lead to, what that rests on, and in plain words why. Nothing is stored."""

    replies: list[Json]
    keys: list[str]
    index: str
    model: str | None


class MissView(BaseModel):
    """One question that was not understood."""

    text: str
    reason: Literal["unanswered", "none", "useless", "rephrased", "escalated"]
    at: datetime
    conversation_id: str


class GapView(BaseModel):
    """A kind of question that was not understood. ``cost`` in minutes of agents, or as bad as these."""

    id: str
    name: str
    state: Literal["open", "drafted", "watching", "closed", "ignored"]
    size: int
    cost: float
    last_at: datetime
    reason: str
    article_key: str | None
    examples: list[MissView]
    nearest: list[Neighbour]


class Gaps(BaseModel):
    """Kinds of questions, the most costly first."""

    items: list[GapView]
    counts: dict[str, int]
    next_cursor: str | None = None


class AddSimilarRequest(Strict):
    """Add questions of a kind to an article."""

    key: Key
    texts: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(min_length=1, max_length=100)


class AddToIntent(Strict):
    """Add questions of a kind to an intent's examples."""

    intent: str = Field(min_length=1, max_length=60)
    texts: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(min_length=1, max_length=100)


class DraftFromGap(Strict):
    """Begin an article for a kind of question."""

    category: str = Field(max_length=40)
    question: str = Field(min_length=2, max_length=200)
    texts: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(max_length=100)


class ReadingView(BaseModel):
    """One meaning of a topic: an article, and the order states that make it the likely one."""

    key: Key
    title: str = ""
    when: list[str] = []


class TopicView(BaseModel):
    """A vague word, what it may mean, and what customers did when it was narrowed.

    ``ranks`` counts the chosen places (from 1); ``ends`` how narrowings ended: chosen, retyped, none, escalated.
    ``solved``: the chosen answer helped, no person was needed.
    """

    topic: str
    words: list[str]
    readings: list[ReadingView]
    version: str
    shown: int
    solved: int
    ranks: dict[int, int]
    ends: dict[str, int]


class Topics(BaseModel):
    """All topics, in their order."""

    items: list[TopicView]


class TopicRequest(Strict):
    """A topic as it is to be; ``version`` is the one that was seen, empty for a new topic."""

    words: list[Annotated[str, Field(max_length=20)]] = Field(max_length=60)
    readings: list[ReadingView] = Field(max_length=20)
    version: str = Field("", max_length=16)


class CaseRequest(Strict):
    """A message with what it must lead to."""

    text: str = Field(min_length=1, max_length=2000)
    order_state: str | None = None
    outcome: str = Field(max_length=20)
    keys: list[str] = Field([], max_length=10)


class CaseView(BaseModel):
    """A kept message, and after a run what it led to."""

    id: str
    text: str
    order_state: str | None
    outcome: str
    keys: list[str]
    passed: bool | None = None
    got: str | None = None
    got_keys: list[str] = []


class Cases(BaseModel):
    """All kept messages."""

    items: list[CaseView]


class CellProblem(BaseModel):
    """A wrong cell; rows count as the spreadsheet does."""

    row: int
    column: str
    message: str


class ImportView(BaseModel):
    """An import: what it would do (``ready``), or how far it is. At most 200 errors are listed."""

    id: str
    state: Literal["checking", "ready", "importing", "done", "cancelled", "failed", "interrupted"]
    total: int
    done: int
    written: int
    new: int
    changed: int
    same: int
    errors: list[CellProblem]
    error_count: int
    failure: str


class ImportItem(BaseModel):
    """One import and what became of it; ``interrupted``: the service ended meanwhile, ``written`` drafts are there."""

    id: str
    name: str
    state: Literal["checking", "ready", "importing", "done", "cancelled", "failed", "interrupted"]
    rows: int
    written: int
    errors: int
    failure: str
    person: Person | None
    began_at: datetime


class Imports(BaseModel):
    """The last imports, the newest first."""

    items: list[ImportItem]
