"""Training runs and what they made, releases, and the messages that are held out to judge them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import new_id, now
from kefu.core.database import Base


class Release(Base):
    """What serves since when: the newest active row of a kind.

    ``kind`` is ``index`` or ``model`` (a build artefact at ``path``), or ``knowledge`` (an article was published,
    rolled back or withdrawn; the index in memory follows it). To roll back is to release the one before.
    While a model is tried on customers, ``trial`` is the share of conversations that it serves, in percent.
    """

    __tablename__ = "releases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10), index=True)
    version: Mapped[str] = mapped_column(String(80))
    path: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    trial: Mapped[int | None]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)


class TryCase(Base):
    """A message with what it must lead to, kept by an editor; all can be tried again after a change."""

    __tablename__ = "try_cases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    text: Mapped[str] = mapped_column(Text)
    order_state: Mapped[str | None] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    keys: Mapped[list[str]]
    author_id: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(default=now)


class TrainingRun(Base):
    """A candidate on its way: trained, compared with what serves, released or not.

    ``kind``: model or index. ``state``: running, ready (compared, to be decided on), trial (serves a share of the
    conversations), released, rolled_back, withdrawn, outdated (another went live first), failed, cancelled. ``share`` is how much of the work is done, 0 to 1. ``path``
    is inside the data directory. ``compared_with`` are the releases (ids, by kind) that served during the comparison.
    """

    __tablename__ = "training_runs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12), default="running", index=True)
    phase: Mapped[str] = mapped_column(String(40), default="")
    share: Mapped[float] = mapped_column(default=0.0)
    version: Mapped[str] = mapped_column(String(80), default="")
    path: Mapped[str] = mapped_column(Text, default="")
    passed: Mapped[bool | None]
    failure_code: Mapped[str] = mapped_column(String(40), default="")
    failure: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    compared_with: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    release_id: Mapped[str | None] = mapped_column(String(32))
    author_id: Mapped[str] = mapped_column(String(32))
    began_at: Mapped[datetime] = mapped_column(default=now, index=True)
    ended_at: Mapped[datetime | None]


class HeldOut(Base):
    """A real message, personal data taken out, that judges candidates and is never trained on.

    ``state``: waiting (for a first label), labelled, agreed (two people say the same, or one decided between them), disputed
    (they do not), dropped. ``label`` is what counts; see :mod:`kefu.nlu.held_out` for its shape.
    """

    __tablename__ = "held_out"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    text: Mapped[str] = mapped_column(Text)
    normalised: Mapped[str] = mapped_column(String(500), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    label: Mapped[dict[str, Any] | None]
    origin: Mapped[str] = mapped_column(String(12))
    conversation_id: Mapped[str | None] = mapped_column(String(32))
    message_id: Mapped[str | None] = mapped_column(String(32), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=now, index=True)


class HeldOutLabel(Base):
    """What one person says that a held-out message should lead to."""

    __tablename__ = "held_out_labels"
    __table_args__ = (UniqueConstraint("held_out_id", "person_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    held_out_id: Mapped[str] = mapped_column(ForeignKey("held_out.id"), index=True)
    person_id: Mapped[str] = mapped_column(String(32))
    label: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=now)


class BotFile(Base):
    """One version of one of the bot's training files (``data/``); the newest serves. An empty text: removed."""

    __tablename__ = "bot_files"

    path: Mapped[str] = mapped_column(String(120), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
