"""What is counted and collected out of the event log; everything here can be made again from it."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import new_id, now
from kefu.core.database import Base


class ProjectionCursor(Base):
    """How far a reader of the event log has come."""

    __tablename__ = "projection_cursors"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger, default=0)


class Clarification(Base):
    """One narrowing and how it ended. ``end``: chosen, retyped, none, escalated; None while it is open.

    ``rank`` is the place of the chosen option, from 1.
    """

    __tablename__ = "clarifications"

    message_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(32), index=True)
    seq: Mapped[int]
    topic: Mapped[str] = mapped_column(String(40), index=True)
    options: Mapped[list[str]]
    rank: Mapped[int | None]
    end: Mapped[str | None] = mapped_column(String(10))
    at: Mapped[datetime]


class Gap(Base):
    """A kind of question that was not understood. ``state``: open, drafted, watching, closed, ignored.

    Once an article is being written for it, or (without ``article_key``) examples of an intent, it is drafted; from the
    release of that article, or of a model, on it is watched, closes when a later question of its kind is answered and opens again when one is not. ``centre`` is the mean of its questions' raw vectors, (d,) float32.
    """

    __tablename__ = "gaps"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    size: Mapped[int] = mapped_column(default=0)
    cost: Mapped[float] = mapped_column(default=0.0)
    centre: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(Text, default="")
    article_key: Mapped[str | None] = mapped_column(String(80))
    answered_since: Mapped[int] = mapped_column(default=0)
    handled_by: Mapped[str | None] = mapped_column(String(32))
    handled_at: Mapped[datetime | None]
    last_at: Mapped[datetime] = mapped_column(default=now)


class Miss(Base):
    """One question that was not understood, personal data taken out; its id is that of the customer's message.

    ``reason``: unanswered, none, useless, rephrased, escalated. ``vector`` is what the encoder gave, (d,) float32.
    """

    __tablename__ = "misses"

    message_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(32), index=True)
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(12))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    gap_id: Mapped[str | None] = mapped_column(ForeignKey("gaps.id"), index=True)
    cost: Mapped[float] = mapped_column(default=0.0)
    at: Mapped[datetime] = mapped_column(index=True)


class GoodReply(Base):
    """What an agent wrote to a question before the customer was content, personal data taken out; its id is the agent's message.

    ``state``: open, drafted, ignored. ``vector`` is that of the question, (d,) float32, empty until it is encoded.
    """

    __tablename__ = "good_replies"

    message_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(32), index=True)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    sign: Mapped[str] = mapped_column(String(12))
    vector: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    article_key: Mapped[str | None] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(index=True)
