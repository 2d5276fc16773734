"""Request and answer shapes of promises and targets."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from kefu.gateway.desk.schemas import Body, CommitmentView, CustomerView, Note


class PromiseRequest(Body):
    """A promise written down by hand."""

    text: Annotated[Note, Field(max_length=200)]
    due_at: AwareDatetime


class PromiseEnd(Body):
    """A promise was kept, or is none; then ``note`` says why."""

    kept: bool
    note: Annotated[str, Field(max_length=300)] = ""


class OwnPromise(BaseModel):
    """A promise that somebody still has to keep, and to whom."""

    conversation_id: str
    customer: CustomerView
    promise: CommitmentView


class Promises(BaseModel):
    """One's promises, the next one first."""

    items: list[OwnPromise]


Seconds = Annotated[int, Field(ge=10, le=30 * 24 * 3600)]


class TargetView(BaseModel):
    """How soon conversations of at least this priority are answered and solved, in seconds of working time."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    level: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,20}$")]
    title: Annotated[str, Field(min_length=1, max_length=20)]
    at_least: Annotated[int, Field(ge=0, le=1000)]
    first_seconds: Seconds
    next_seconds: Seconds
    resolution_seconds: Seconds


class Targets(BaseModel):
    """All targets, the most urgent first; the last one holds for every conversation."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[TargetView], Field(min_length=1, max_length=10)]
