"""The queue in front of people, the teams it is made for, transfers between agents, and the calendar."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import new_id, now
from kefu.core.database import Base

DEFAULT_TEAM = "default"


class Mode(StrEnum):
    """How a team's conversations reach its agents."""

    MANUAL = "manual"  # agents choose from the list
    OFFER = "offer"  # one agent is asked at a time and accepts within a time-out
    DIRECT = "direct"  # one agent gets it at once


class Team(Base):
    """Agents who serve the same kind of conversation (技能组).

    ``skills`` maps a criterion (``topics``, ``inboxes``, ``languages``, ``levels``) to the values that the team
    takes; a criterion that is left out takes anything. After ``overflow_seconds`` the agents of ``overflow_to``
    are asked too.
    """

    __tablename__ = "teams"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(40))
    mode: Mapped[str] = mapped_column(String(10), default=Mode.OFFER)
    accept_seconds: Mapped[int] = mapped_column(default=30)
    overflow_to: Mapped[str | None] = mapped_column(String(40))
    overflow_seconds: Mapped[int] = mapped_column(default=120)
    skills: Mapped[dict[str, Any]] = mapped_column(default=dict)


class EntryState(StrEnum):
    """What became of a wait."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    LEFT = "left"  # the customer chose to leave, or is gone, or the conversation was closed


class QueueEntry(Base):
    """A conversation's wait.

    ``ranked_at`` is the order of the queue: the time of entry, moved back by the priority. Everybody ages at the same
    pace, so nobody starves, and equal priorities are served first in, first out. ``skipped`` maps an agent who let
    the conversation pass to the time (RFC 3339) from which they may be asked again.
    """

    __tablename__ = "queue_entries"
    __table_args__ = (
        Index("ix_queue_entries_waiting", "state", "ranked_at"),
        Index("ix_queue_entries_agent", "agent_id", "ended_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    team: Mapped[str] = mapped_column(String(40), default=DEFAULT_TEAM)
    priority: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default=EntryState.WAITING)
    brief: Mapped[dict[str, Any]] = mapped_column(default=dict)
    entered_at: Mapped[datetime] = mapped_column(default=now)
    ranked_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    preferred_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    offered_to: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    offered_until: Mapped[datetime | None]
    skipped: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    parked_at: Mapped[datetime | None]
    customer_seen_at: Mapped[datetime] = mapped_column(default=now)
    eta_seconds: Mapped[int | None]


class TransferState(StrEnum):
    """What became of a transfer to a colleague."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    EXPIRED = "expired"


class Transfer(Base):
    """An agent asks a colleague to take a conversation over; until that is accepted, it stays where it is."""

    __tablename__ = "transfers"
    __table_args__ = (Index("ix_transfers_pending", "state", "expires_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    from_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    to_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default=TransferState.PENDING)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class CalendarDay(Base):
    """A day that differs from its weekday: a holiday, a make-up day (调休上班), or other hours."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    open: Mapped[bool] = mapped_column(default=False, server_default=false())
    opens_at: Mapped[time | None]
    closes_at: Mapped[time | None]
