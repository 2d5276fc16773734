"""Articles and their revisions, topics with their readings, named documents, and what customers chose."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import new_id, now
from kefu.core.database import Base


class Article(Base):
    """One knowledge article: a key that stays, and the revision that customers see.

    ``title`` and ``search_text`` (questions in normal form, pinyin, initials) follow what editors wrote last; they
    serve lists only.
    """

    __tablename__ = "articles"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    category: Mapped[str] = mapped_column(String(40), index=True)
    published_revision: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(200), default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[str | None] = mapped_column(String(32), index=True)
    review_date: Mapped[date | None]
    updated_at: Mapped[datetime] = mapped_column(default=now, index=True)
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
    variants: Mapped[dict[str, Any]] = mapped_column(default=dict)
    related: Mapped[list[str]]
    order_states: Mapped[list[str]]
    tool: Mapped[str | None] = mapped_column(String(40))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    author_id: Mapped[str | None] = mapped_column(String(32))
    approved_by: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Draft(Base):
    """What editors are writing for an article. ``version`` grows with every change, so that nobody overwrites unseen.

    ``state``: draft, review, refused. ``authors`` are all who wrote in it; none of them may approve it.
    """

    __tablename__ = "article_drafts"

    article_key: Mapped[str] = mapped_column(ForeignKey("articles.key"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    version: Mapped[int] = mapped_column(default=1)
    base_revision: Mapped[int | None]
    body: Mapped[dict[str, Any]]
    authors: Mapped[list[str]]
    updated_by: Mapped[str] = mapped_column(String(32))
    updated_at: Mapped[datetime] = mapped_column(default=now)


class ReviewNote(Base):
    """One step of an article's history. ``kind``: submit, comment, refuse, publish, rollback, withdraw."""

    __tablename__ = "review_notes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    article_key: Mapped[str] = mapped_column(ForeignKey("articles.key"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int | None]
    author_id: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ArticleUse(Base):
    """One time that an article was shown: by which way, and what the customer did then."""

    __tablename__ = "article_uses"
    __table_args__ = (Index("ix_article_uses_revision", "article_key", "revision"),)

    message_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(32), index=True)
    seq: Mapped[int]
    article_key: Mapped[str] = mapped_column(String(80))
    revision: Mapped[int]
    clicked: Mapped[bool]
    useful: Mapped[bool | None]
    handed_over: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]


class ArticleCount(Base):
    """The uses of one revision, summed up."""

    __tablename__ = "article_counts"

    article_key: Mapped[str] = mapped_column(String(80), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    hits: Mapped[int] = mapped_column(default=0)
    clicks: Mapped[int] = mapped_column(default=0)
    useful: Mapped[int] = mapped_column(default=0)
    useless: Mapped[int] = mapped_column(default=0)
    handoffs: Mapped[int] = mapped_column(default=0)


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


class ImportJob(Base):
    """One import of a table, so that it is known after a restart too what became of it.

    ``state``: checking, ready, importing, done, cancelled, failed, or interrupted (the process ended meanwhile).
    """

    __tablename__ = "import_jobs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(12), index=True)
    rows: Mapped[int] = mapped_column(default=0)
    written: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[str] = mapped_column(String(32))
    began_at: Mapped[datetime] = mapped_column(default=now, index=True)
    ended_at: Mapped[datetime | None]


class HallCount(Base):
    """How often an article stood on the service hall on one day, by the reason for which it was shown."""

    __tablename__ = "hall_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    reason: Mapped[str] = mapped_column(String(30), primary_key=True)
    shown: Mapped[int] = mapped_column(default=0)
