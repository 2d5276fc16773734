"""Turns of the bot and the tool effects that they had."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import new_id, now
from kefu.core.database import Base


class Turn(Base):
    """One turn. ``state``: running, done, dropped (its conversation changed owner while it was computed)."""

    __tablename__ = "turns"
    __table_args__ = (Index("ix_turns_conversation", "conversation_id", "started_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    epoch: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="running")
    outcome: Mapped[str] = mapped_column(String(20), default="")
    trace: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class ToolEffect(Base):
    """A tool's effect, at most one per turn and tool. ``state``: started, done, failed."""

    __tablename__ = "tool_effects"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    tool: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="started")
    command: Mapped[dict[str, Any]]
    receipt: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime] = mapped_column(default=now)
