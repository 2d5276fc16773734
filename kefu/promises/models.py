"""Commitments, the targets that some of them come from, and how far the event log was read for them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import new_id, now
from kefu.core.database import Base


class Kind(StrEnum):
    """What is to be done in time; ``text`` is what people read."""

    FIRST = "first_response"
    NEXT = "next_response"
    RESOLUTION = "resolution"
    PROMISE = "promise"

    @property
    def text(self) -> str:
        """The kind in Chinese."""
        return KIND_TEXT[self]


KIND_TEXT = {
    Kind.FIRST: "首次响应",
    Kind.NEXT: "后续响应",
    Kind.RESOLUTION: "解决",
    Kind.PROMISE: "承诺",
}


class State(StrEnum):
    """Whether a commitment runs, waits for the customer, or how it ended."""

    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    LATE = "late"  # done, but after its time
    DROPPED = "dropped"  # nobody has to do it any more


OPEN = (State.RUNNING, State.PAUSED)


class Commitment(Base):
    """Something that is to be done by ``due_at``. ``staff_id`` answers for it.

    A paused one has no ``due_at`` but the working time that is left. ``warn_at`` is when it becomes urgent; ``warned_at``
    and ``missed_at`` are when that was said. ``message_id`` is the agent's message in which a promise was made.
    """

    __tablename__ = "commitments"
    __table_args__ = (
        Index("ix_commitments_open", "state", "warn_at"),
        Index("ix_commitments_conversation", "conversation_id", "state"),
        Index("ix_commitments_opened", "opened_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    kind: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(20), default="")
    team: Mapped[str] = mapped_column(String(40))
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"), index=True)
    text: Mapped[str] = mapped_column(String(200), default="")
    message_id: Mapped[str | None] = mapped_column(String(32), index=True)
    state: Mapped[str] = mapped_column(String(10), default=State.RUNNING)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None]
    left_seconds: Mapped[float | None]
    warn_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")


class Target(Base):
    """How soon conversations of at least this priority are answered and solved, in seconds of working time."""

    __tablename__ = "service_targets"

    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str] = mapped_column(String(20))
    at_least: Mapped[int]
    first_seconds: Mapped[int]
    next_seconds: Mapped[int]
    resolution_seconds: Mapped[int]


class PromiseCursor(Base):
    """The last event that was read."""

    __tablename__ = "promise_cursors"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
