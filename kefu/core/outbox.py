"""The event log: what happened, written in the transaction that made it happen.

It serves twice. Clients resume from it by cursor (``event_id``); and rows that ask for work (``turn.requested``)
are that work's trigger, at least once, until ``done_at`` is set.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String, bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kefu.core.clock import now
from kefu.core.database import Base

TURN_REQUESTED = "turn.requested"
FEEDBACK_GIVEN = "feedback.given"


class EventRow(Base):
    """One event. ``audience``: ``both`` sides, ``staff`` alone, or ``internal`` (work to do).

    ``team`` and ``agent_id`` say which staff it concerns; with neither it concerns all of them.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_customer_cursor", "customer_id", "event_id"),
        Index("ix_events_open_work", "type", "done_at"),
    )

    event_id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    type: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(10), default="both")
    conversation_id: Mapped[str] = mapped_column(String(32), index=True)
    customer_id: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int | None]
    team: Mapped[str | None] = mapped_column(String(40))
    agent_id: Mapped[str | None] = mapped_column(String(32))
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]

    def told(self) -> "Event":
        """Return the event, once the row has its number (it has been flushed)."""
        return Event(
            self.type, self.conversation_id, self.data, self.event_id, self.seq, self.customer_id, self.audience,
            self.team, self.agent_id,
        )  # fmt: skip


@dataclass(frozen=True)
class Event:
    """An event as it goes over the wire; ``event_id`` is None for one that is not kept (typing, queue places)."""

    type: str
    conversation_id: str
    data: dict[str, Any]
    event_id: int | None = None
    seq: int | None = None
    customer_id: str = field(default="", repr=False)
    audience: str = "both"
    team: str | None = field(default=None, repr=False)
    agent_id: str | None = field(default=None, repr=False)
    _made: dict[Callable[["Event"], str], str] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def told(self) -> "Event":
        """Return itself: one that is not kept is told as it is."""
        return self

    @property
    def is_hint(self) -> bool:
        """Whether it only says that something is to be looked at again, so that two at once say no more than one."""
        return self.event_id is None and not self.data and not self.conversation_id

    @property
    def about(self) -> tuple[str, str | None, str | None]:
        """What a hint is about."""
        return self.type, self.team, self.agent_id

    def wire(self) -> dict[str, Any]:
        """The JSON object that clients receive."""
        shown = {
            "type": self.type,
            "conversation_id": self.conversation_id,
            "data": self.data,
            "event_id": self.event_id,
        }
        return shown if self.seq is None else shown | {"seq": self.seq}

    def once(self, render: Callable[["Event"], str]) -> str:
        """Return the text that ``render`` makes of it, made once for all sockets that send it."""
        if render not in self._made:
            self._made[render] = render(self)
        return self._made[render]

    @property
    def text(self) -> str:
        """The JSON text of what clients receive."""
        return self.once(_text)


def _text(event: Event) -> str:
    return json.dumps(event.wire(), ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Scope:
    """Which events a member of staff may see: those of their teams, those that name them, or (``all``) every one."""

    staff_id: str
    teams: frozenset[str]
    all: bool = False

    def sees(self, event: Event) -> bool:
        """Whether this person may see an event."""
        nobody = event.team is None and event.agent_id is None
        return self.all or nobody or event.team in self.teams or event.agent_id == self.staff_id


_OPEN = (
    select(EventRow)
    .where(EventRow.type == bindparam("type"), EventRow.done_at.is_(None))
    .order_by(EventRow.event_id)
)
_OPEN_OF_ONE = _OPEN.where(EventRow.conversation_id == bindparam("conversation_id"))


def emit(
    session: Session,
    type_: str,
    *,
    conversation_id: str,
    customer_id: str,
    data: dict[str, Any],
    seq: int | None = None,
    audience: str = "both",
    team: str | None = None,
    agent_id: str | None = None,
) -> EventRow:
    """Write an event in this transaction, and tell it after the commit.

    What asks for work has its number once the session is flushed. All else is numbered at the transaction's end, in
    the order of commits, so that whoever reads on from an event's number misses none.
    """
    row = EventRow(
        type=type_,
        audience=audience,
        conversation_id=conversation_id,
        customer_id=customer_id,
        data=data,
        seq=seq,
        team=team,
        agent_id=agent_id,
    )
    if type_ == TURN_REQUESTED:
        session.add(row)
    else:
        session.info.setdefault("last", []).append(row)
    session.info.setdefault("events", []).append(row)
    return row


def redact(session: Session, conversation_id: str, seq: int, data: dict[str, Any]) -> None:
    """Let the kept events of a message say no more than ``data`` (it was recalled)."""
    told = select(EventRow).where(
        EventRow.conversation_id == conversation_id,
        EventRow.seq == seq,
        EventRow.type.in_(("message.created", "message.updated")),
    )
    for row in session.scalars(told):
        row.data = data


def announce(session: Session, event: Event) -> None:
    """Send an event after the commit without keeping it."""
    session.info.setdefault("events", []).append(event)


def after(
    session: Session,
    cursor: int,
    *,
    customer_id: str | None = None,
    staff: Scope | None = None,
    limit: int = 500,
) -> list[Event]:
    """Return the events behind ``cursor``: of one customer, or those that a member of staff may see."""
    query = select(EventRow).where(EventRow.event_id > cursor).order_by(EventRow.event_id).limit(limit)
    if customer_id is not None:
        query = query.where(EventRow.customer_id == customer_id)
    if staff is not None and not staff.all:
        query = query.where(
            EventRow.team.in_(staff.teams)
            | (EventRow.agent_id == staff.staff_id)
            | (EventRow.team.is_(None) & EventRow.agent_id.is_(None))
        )
    audiences = ("both", "staff") if staff else ("both",)
    return [row.told() for row in session.scalars(query.where(EventRow.audience.in_(audiences)))]


def latest(session: Session) -> int:
    """Return the newest event id (0 when there is none); what asks for work is numbered before its commit."""
    told = select(EventRow.event_id).where(EventRow.type != TURN_REQUESTED)
    return session.scalar(told.order_by(EventRow.event_id.desc()).limit(1)) or 0


def oldest(session: Session) -> int:
    """Return the oldest event id still kept (0 when there is none)."""
    return session.scalar(select(func.min(EventRow.event_id))) or 0


def open_work(session: Session, type_: str, conversation_id: str | None = None) -> list[EventRow]:
    """Return the triggers of ``type_`` that nobody has finished, oldest first."""
    if conversation_id is None:
        return list(session.scalars(_OPEN, {"type": type_}))
    return list(session.scalars(_OPEN_OF_ONE, {"type": type_, "conversation_id": conversation_id}))


def finish_work(session: Session, event_ids: list[int]) -> None:
    """Mark triggers as done."""
    done = update(EventRow).where(EventRow.event_id.in_(event_ids)).values(done_at=now())
    session.execute(done.execution_options(synchronize_session=False))


def forget(session: Session, keep: timedelta) -> int:
    """Delete events older than ``keep``; open work stays. Returns how many went."""
    old = delete(EventRow).where(
        EventRow.created_at < now() - keep,
        (EventRow.type != TURN_REQUESTED) | EventRow.done_at.is_not(None),
    )
    return session.execute(old).rowcount  # type: ignore[attr-defined, no-any-return]
