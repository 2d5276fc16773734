"""Conversations, their messages, and what the customer and the agent have read."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import new_id, now
from kefu.core.database import Base


class State(StrEnum):
    """Who owns the conversation. The five states of WeChat customer service."""

    NEW = "new"
    BOT = "bot"
    QUEUED = "queued"
    HUMAN = "human"
    CLOSED = "closed"


class Sender(StrEnum):
    """Who speaks."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Conversation(Base):
    """One matter of one customer. ``epoch`` grows with every change of owner; ``memory`` is the dialogue state.

    ``first_owner_id`` stays responsible (首接责任) until ``discharged_at``: a reply to the customer is on record.
    ``awaiting_since`` is when the customer began to wait for the agent's next word; ``idle_step`` counts what a
    silent customer was told (1 asked, 2 reminded). ``wrap_up`` holds ``{topic, solved, cause}`` of the close.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_state_activity", "state", "last_activity_at"),
        Index("ix_conversations_closed", "closed_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    inbox: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default=State.NEW)
    epoch: Mapped[int] = mapped_column(default=0)
    last_seq: Mapped[int] = mapped_column(default=0)
    team: Mapped[str] = mapped_column(String(40), default="default", server_default="default")
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"), index=True)
    first_owner_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"), index=True)
    discharged_at: Mapped[datetime | None]
    memory: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    customer_read_seq: Mapped[int] = mapped_column(default=0)
    agent_read_seq: Mapped[int] = mapped_column(default=0)
    awaiting_since: Mapped[datetime | None]
    idle_step: Mapped[int] = mapped_column(default=0, server_default="0")
    tags: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    summary: Mapped[str] = mapped_column(Text, default="")
    wrap_up: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_activity_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]


class Message(Base):
    """One message. ``in_reply_to`` (a turn id) with ``part`` is unique: a turn answers once."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("author_id", "client_msg_id"),
        UniqueConstraint("in_reply_to", "part"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    sender: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[str | None] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[dict[str, Any]]
    client_msg_id: Mapped[str | None] = mapped_column(String(80))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    turn_id: Mapped[str | None] = mapped_column(String(32), index=True)
    in_reply_to: Mapped[str | None] = mapped_column(String(32))
    part: Mapped[int | None]
    provenance: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    recalled_at: Mapped[datetime | None]


class Feedback(Base):
    """有用 or 没用 of one answer; the last click counts."""

    __tablename__ = "feedback"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    useful: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(20), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Rating(Base):
    """How satisfied the customer was with a conversation."""

    __tablename__ = "ratings"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    score: Mapped[int]
    resolved: Mapped[bool | None]
    tags: Mapped[list[str]] = mapped_column(default=list)
    comment: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Upload(Base):
    """A picture of a customer's conversations, sent by either side; the file lies under the data directory."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Note(Base):
    """A private note of an agent; ``mentions`` holds the ids of the colleagues it calls (@)."""

    __tablename__ = "notes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Text)
    mentions: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    created_at: Mapped[datetime] = mapped_column(default=now)


class CannedReply(Base):
    """A ready phrase: of one agent (``owner_id``) or of a team. ``{{customer}}`` and the like are filled in at the desk."""

    __tablename__ = "canned_replies"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"), index=True)
    team: Mapped[str | None] = mapped_column(String(40), index=True)
    code: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
