"""Releases: which index and which model serve. To roll back is to release the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import new_id, now
from kefu.core.database import Base


class Release(Base):
    """What serves since when: the newest active row of a kind.

    ``kind`` is ``index`` or ``model`` (a build artefact at ``path``), or ``knowledge`` (an article was published,
    rolled back or withdrawn; the index in memory follows it).
    """

    __tablename__ = "releases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10), index=True)
    version: Mapped[str] = mapped_column(String(80))
    path: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
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


class BotFile(Base):
    """One version of one of the bot's training files (``data/``); the newest serves. An empty text: removed."""

    __tablename__ = "bot_files"

    path: Mapped[str] = mapped_column(String(120), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
