"""Articles and their revisions, topics with their readings, named documents, and what customers chose."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import new_id, now
from kefu.core.database import Base


class Article(Base):
    """One knowledge article: a key that stays, and the revision that customers see."""

    __tablename__ = "articles"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    category: Mapped[str] = mapped_column(String(40), index=True)
    published_revision: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Revision(Base):
    """One immutable version of an article."""

    __tablename__ = "article_revisions"
    __table_args__ = (UniqueConstraint("article_key", "number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    article_key: Mapped[str] = mapped_column(ForeignKey("articles.key"))
    number: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    similar: Mapped[list[str]]
    answer: Mapped[str] = mapped_column(Text)
    related: Mapped[list[str]]
    order_states: Mapped[list[str]]
    tool: Mapped[str | None] = mapped_column(String(40))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class TopicRow(Base):
    """One vague topic: its words and the readings that it may have."""

    __tablename__ = "topics"

    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]
    words: Mapped[list[str]]
    readings: Mapped[list[Any]]


class Document(Base):
    """A named piece of content that is read as a whole: policies, small talk, the hall's items."""

    __tablename__ = "documents"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    body: Mapped[dict[str, Any]]


class ChoiceCount(Base):
    """How often a reading was shown and chosen, for one topic and order state."""

    __tablename__ = "choice_counts"

    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    order_state: Mapped[str] = mapped_column(String(20), primary_key=True)
    shown: Mapped[int] = mapped_column(default=0)
    chosen: Mapped[int] = mapped_column(default=0)
