"""Request and answer shapes: training runs, releases, the held-out set."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from kefu.gateway.editor.schemas import Json, Person, Strict
from kefu.nlu.held_out import Label

Kind = Literal["model", "index"]
RunState = Literal[
    "running", "ready", "trial", "released", "rolled_back", "withdrawn", "outdated", "failed", "cancelled"
]


class TrainingRequest(Strict):
    """What to make a candidate of."""

    kind: Kind = "model"


class RunView(BaseModel):
    """A candidate on its way. ``share`` is how much is done (0 to 1), ``remaining_seconds`` an estimate."""

    id: str
    kind: Kind
    state: RunState
    phase: str
    share: float
    version: str
    author: Person | None
    began_at: datetime
    ended_at: datetime | None
    elapsed_seconds: float
    remaining_seconds: float | None
    passed: bool | None
    blocked_by: list[str]
    failure_code: str
    failure: str
    trial: int | None = Field(None, description="灰度的会话占比（%）")


class ReleaseView(BaseModel):
    """A release of a model or an index. ``live`` serves now; ``can_restore``: its files are still there."""

    id: str
    kind: Kind
    version: str
    at: datetime
    live: bool
    trial: int | None
    by: Person | None
    reason: str
    run_id: str | None
    back_to: bool
    can_restore: bool


class Rights(BaseModel):
    """What the person may do here."""

    release: bool
    override: bool


class Trainings(BaseModel):
    """Runs and releases, newest first; how many articles changed since the index was built."""

    items: list[RunView]
    releases: list[ReleaseView]
    rights: Rights
    model: str | None
    index: str | None
    changed: int
    tolerance: float


class RunDetail(BaseModel):
    """A run with its log from ``log_after`` on, and its report when there is one."""

    run: RunView
    log: str
    log_next: int
    report: Json | None


class ReleaseRequest(Strict):
    """Let a candidate serve so many percent of the conversations; 100 for all."""

    share: int = Field(100, ge=1, le=100)
    reason: str = Field("", max_length=500)


class Interval(BaseModel):
    """``count`` of ``of``, with Wilson's 95 % interval."""

    count: int
    of: int
    share: float
    low: float
    high: float


class TrialSide(BaseModel):
    """How customers fared with one model."""

    model: str
    conversations: int
    turns: int
    figures: dict[str, Interval]


class TrialView(BaseModel):
    """The model that serves and the one on trial, side by side since ``since``; ``labels`` name the figures."""

    since: datetime
    share: int
    labels: dict[str, str]
    live: TrialSide
    trial: TrialSide


class HeldOutLabelView(BaseModel):
    """What one person says; ``person`` is hidden until one has given one's own label."""

    person: Person | None
    label: Json


class HeldOutView(BaseModel):
    """A message that is held out. ``mine`` is the label of the person who asks."""

    id: str
    text: str
    state: Literal["waiting", "labelled", "agreed", "disputed", "dropped"]
    origin: str
    asked_at: datetime
    conversation_id: str | None
    label: Json | None
    mine: Json | None
    labels: list[HeldOutLabelView]


class HeldOutList(BaseModel):
    """Messages of the held-out set, and how many are in each state."""

    items: list[HeldOutView]
    counts: dict[str, int]
    file_lines: int
    next_cursor: str | None = None


class LabelRequest(Strict):
    """What a message should lead to."""

    label: Label
