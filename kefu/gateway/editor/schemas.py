"""Request and answer shapes of the editors' calls."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Json = dict[str, Any]
Key = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")]
Remark = Annotated[str, Field(max_length=1000)]


class Strict(BaseModel):
    """A request; fields that nobody knows are refused."""

    model_config = ConfigDict(extra="forbid")


class ArticleBody(Strict):
    """What an article says. Dates are inclusive; ``variants`` are answers by order state, ``@channel``, or both."""

    question: str = Field("", max_length=400)
    similar: list[Annotated[str, Field(max_length=400)]] = Field([], max_length=500)
    answer: str = Field("", max_length=10_000)
    variants: dict[str, Annotated[str, Field(max_length=10_000)]] = {}
    related: list[str] = Field([], max_length=20)
    order_states: list[str] = []
    tool: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Person(BaseModel):
    """A colleague."""

    id: str
    name: str


class Counts(BaseModel):
    """What customers did: shown, of those by click, marked, and handed over afterwards."""

    hits: int = 0
    clicks: int = 0
    useful: int = 0
    useless: int = 0
    handoffs: int = 0


class ArticleItem(BaseModel):
    """One row of the list. ``draft`` is the draft's state; ``by_meaning`` when only its meaning fits the search."""

    key: str
    title: str
    category: str
    published_revision: int | None
    draft: str | None
    owner: Person | None
    review_date: date | None
    updated_at: datetime
    counts: Counts
    by_meaning: bool = False


class ArticleList(BaseModel):
    """A page of articles."""

    items: list[ArticleItem]
    total: int
    next_cursor: str | None = None


class RevisionView(BaseModel):
    """One immutable revision, with what customers did with it."""

    number: int
    body: ArticleBody
    author: Person | None
    approved_by: Person | None
    created_at: datetime
    counts: Counts


class DraftView(BaseModel):
    """What is being written. Send ``version`` back when saving."""

    state: Literal["draft", "review", "refused"]
    version: int
    base_revision: int | None
    body: ArticleBody
    updated_by: Person | None
    updated_at: datetime
    may_review: bool
    problems: list["Problem"] = []


class Problem(BaseModel):
    """What keeps a field from being published."""

    field: str
    message: str


class Step(BaseModel):
    """One step of an article's history."""

    kind: str
    text: str
    revision: int | None
    author: Person | None
    created_at: datetime


class ArticleDetail(BaseModel):
    """Everything about one article."""

    key: str
    title: str
    category: str
    published_revision: int | None
    owner: Person | None
    review_date: date | None
    draft: DraftView | None
    revisions: list[RevisionView]
    history: list[Step]


class NewArticle(Strict):
    """A new article; the key is made from the question."""

    category: str = Field(max_length=40)
    body: ArticleBody


class DraftRequest(Strict):
    """A draft as it is to be kept; ``version`` is the one it was written from (0: there was none)."""

    version: int = Field(ge=0)
    body: ArticleBody


class Due(BaseModel):
    """How many articles have reached their review date: all of them, and one's own."""

    all: int
    own: int


class RealQuestion(BaseModel):
    """A question of customers, personal data taken out, that may be a similar one; ``answered``: with this article."""

    text: str
    count: int
    answered: bool
    likeness: float


class RealQuestions(BaseModel):
    """Real questions near an article, the most frequent and nearest first."""

    items: list[RealQuestion]


class VersionRequest(Strict):
    """A step with the draft as the caller has seen it."""

    version: int = Field(ge=1)
    text: Remark = ""


class RefuseRequest(Strict):
    """Sending a draft back, with the reason."""

    version: int = Field(ge=1)
    text: Annotated[str, Field(min_length=1, max_length=1000)]


class RollbackRequest(Strict):
    """Which revision customers are to see."""

    revision: int = Field(ge=1)
    text: Remark = ""


class RemarkRequest(Strict):
    """A comment."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


class SettingsRequest(Strict):
    """What needs no review: category, owner, and when somebody should look at it again."""

    keys: list[Key] = Field(min_length=1, max_length=500)
    category: str | None = None
    owner_id: str | None = None
    review_date: date | None = None


class BulkRequest(Strict):
    """A step with the drafts of many articles, as they are."""

    keys: list[Key] = Field(min_length=1, max_length=500)
    text: Remark = ""


class BulkAnswer(BaseModel):
    """Which drafts went on, and why the others did not."""

    done: list[str]
    refused: dict[str, str]
    seconds: float


class Published(BaseModel):
    """What is live now: seconds from the commit until customers get it."""

    key: str
    revision: int | None
    index: str
    seconds: float


class SegmentView(BaseModel):
    """A stretch of a comparison."""

    change: Literal["same", "added", "removed"]
    text: str


class FieldDiffView(BaseModel):
    """A field that differs."""

    field: str
    segments: list[SegmentView]


class DiffView(BaseModel):
    """The fields that differ between two bodies."""

    fields: list[FieldDiffView]


class CheckRequest(Strict):
    """Questions to compare with all other articles."""

    key: str | None = None
    questions: list[Annotated[str, Field(max_length=400)]] = Field(max_length=500)


class Neighbour(BaseModel):
    """A question of another article that is near; ``likeness`` 1 is the same."""

    key: str
    title: str
    question: str
    likeness: float


class CheckedQuestion(BaseModel):
    """One question: does it repeat an earlier one of the list, and which other article says (nearly) the same."""

    text: str
    repeats: int | None = None
    verdict: Literal["free", "near", "conflict"]
    nearest: list[Neighbour]


class CheckAnswer(BaseModel):
    """The questions in the order in which they were sent."""

    items: list[CheckedQuestion]


class Choice(BaseModel):
    """A value with its Chinese name."""

    value: str
    label: str
    count: int = 0


class Vocabulary(BaseModel):
    """What the editor can choose from."""

    categories: list[Choice]
    order_states: list[Choice]
    channels: list[Choice] = []
    tools: list[Choice]
    policies: dict[str, str]
    people: list[Person]
    changed: list[str]
