"""Follows the event log and writes down what customers did: with articles, with topics, and where we failed them.

Everything is keyed by message, so that reading an event twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from kb_index.text import normalise
from kefu.analytics import gaps
from kefu.analytics.models import Clarification, ProjectionCursor
from kefu.conversations.models import Message
from kefu.core.outbox import FEEDBACK_GIVEN, EventRow
from kefu.dialogue.models import Turn
from kefu.dialogue.signals import ordinal
from kefu.knowledge.models import ArticleCount, ArticleUse

NAME = "editors"
BATCH = 25  # events in one transaction, which must not keep those waiting who write a message
MATTERS = (EventRow.type == FEEDBACK_GIVEN) | (
    (EventRow.type == "message.created") & EventRow.agent_id.is_(None)
)
"""Which events tell of the bot's answers; what customers and agents say to each other does not."""
FAILED = {"not_understood": "unanswered", "rephrase": "unanswered", "decline": "unanswered"}
ESCALATED = {"not_understood", "none_of_these", "not_useful", "asked_for_human"}
REWORDED = 60.0
"""Likeness (0 to 100) from which a question that follows another counts as the same in other words."""


@dataclass(frozen=True)
class _Seen:
    """One message of the log."""

    id: str
    conversation_id: str
    seq: int
    sender: str
    kind: str
    content: dict[str, Any]
    turn_id: str | None
    at: datetime


def follow(session: Session) -> int:
    """Read on from where the last call ended, inside the caller's transaction; returns how many events."""
    cursor = session.get(ProjectionCursor, NAME) or ProjectionCursor(name=NAME, event_id=0)
    session.add(cursor)
    query = select(EventRow).where(EventRow.event_id > cursor.event_id, MATTERS)
    rows = list(session.scalars(query.order_by(EventRow.event_id).limit(BATCH)))
    if not rows:
        return 0
    batch = _Batch.of(session, rows)
    touched: set[tuple[str, int]] = set()
    for row in rows:
        touched |= _feedback(session, row) if row.type == FEEDBACK_GIVEN else _message(batch, _seen(row))
    session.flush()
    _recount(session, touched)
    cursor.event_id = rows[-1].event_id
    return len(rows)


@dataclass(frozen=True)
class _Batch:
    """What the events of one batch need of the database, read at once."""

    session: Session
    turns: dict[str, Turn]
    used: frozenset[str]
    """The messages whose answer has been noted."""
    watching: bool
    """Whether some kind of question waits to be answered."""

    @classmethod
    def of(cls, session: Session, rows: Sequence[EventRow]) -> "_Batch":
        messages = [row.data["id"] for row in rows if row.type != FEEDBACK_GIVEN]
        turn_ids = {row.data.get("trace_id") for row in rows} - {None}
        turns = session.scalars(select(Turn).where(Turn.id.in_(turn_ids)))
        used = session.scalars(select(ArticleUse.message_id).where(ArticleUse.message_id.in_(messages)))
        return cls(session, {turn.id: turn for turn in turns}, frozenset(used), gaps.watching(session))


def _seen(row: EventRow) -> _Seen:
    data = row.data
    return _Seen(
        data["id"], row.conversation_id, int(data["seq"]), data["sender"], data["kind"], data["content"],
        data.get("trace_id"), row.created_at,
    )  # fmt: skip


def _message(batch: _Batch, seen: _Seen) -> set[tuple[str, int]]:
    session = batch.session
    if seen.sender == "customer":
        _customer(session, seen)
    elif seen.kind == "answer" and seen.content.get("source"):
        return _answer(batch, seen)
    elif seen.kind == "clarify":
        _clarify(session, seen)
    elif seen.kind == "fallback":
        _fallback(batch, seen)
    elif seen.kind == "handoff":
        return _handoff(session, seen)
    return set()


def _answer(batch: _Batch, seen: _Seen) -> set[tuple[str, int]]:
    turn = batch.turns.get(seen.turn_id or "")
    typed = turn is None or turn.trace.get("kind") == "text"
    source = seen.content["source"]
    pair = (str(source["article_key"]), int(source["revision"]))
    if seen.id not in batch.used:
        batch.session.add(
            ArticleUse(
                message_id=seen.id, conversation_id=seen.conversation_id, seq=seen.seq, article_key=pair[0],
                revision=pair[1], clicked=not typed, at=seen.at,
            )
        )  # fmt: skip
        question = _question(batch.session, seen) if typed and batch.watching else None
        if question is not None:
            gaps.answered(batch.session, question)
    return {pair}


def _clarify(session: Session, seen: _Seen) -> None:
    options = seen.content.get("options", [])
    topics = [one["target"]["key"] for one in options if one["target"]["kind"] == "none"]
    if session.get(Clarification, seen.id) is None:
        session.add(
            Clarification(
                message_id=seen.id, conversation_id=seen.conversation_id, seq=seen.seq,
                topic=(topics[0] if topics else "") or "",
                options=[one["target"]["key"] for one in options if one["target"]["kind"] == "article"],
                at=seen.at,
            )
        )  # fmt: skip


def _customer(session: Session, seen: _Seen) -> None:
    if seen.seq == 1:  # nothing was said before
        return
    open_one = _open_clarification(session, seen)
    if open_one is not None:
        _end(session, open_one, seen)
    elif seen.kind == "text":
        before = _question(session, seen)
        if before is not None and _reworded(before, seen):
            gaps.miss(session, before, "rephrased")


def _reworded(before: Message, seen: _Seen) -> bool:
    one, other = normalise(str(before.content.get("text", ""))), normalise(str(seen.content.get("text", "")))
    return one != other and len(one) > 3 and fuzz.ratio(one, other) >= REWORDED


def _open_clarification(session: Session, seen: _Seen) -> Clarification | None:
    query = select(Clarification).where(
        Clarification.conversation_id == seen.conversation_id,
        Clarification.seq < seen.seq,
        Clarification.end.is_(None),
    )
    return session.scalar(query.order_by(Clarification.seq.desc()).limit(1))


def _end(session: Session, open_one: Clarification, seen: _Seen) -> None:
    place: int | None = None
    if seen.kind == "option":
        shown = session.get_one(Message, open_one.message_id).content.get("options", [])
        ids = [one["id"] for one in shown]
        place = ids.index(seen.content["option_id"]) if seen.content.get("option_id") in ids else None
    elif seen.kind == "text":
        place = ordinal(str(seen.content.get("text", "")), len(open_one.options))
    question = _question(session, seen)
    if place is not None and place < len(open_one.options):
        open_one.end, open_one.rank = "chosen", place + 1
    elif place is not None:
        open_one.end = "none"
        if question is not None:
            gaps.miss(session, question, "none")
    else:
        open_one.end = "retyped"
        if question is not None and seen.kind == "text":
            gaps.miss(session, question, "rephrased")


def _fallback(batch: _Batch, seen: _Seen) -> None:
    turn = batch.turns.get(seen.turn_id or "")
    reason = FAILED.get(turn.outcome) if turn is not None else None
    question = _question(batch.session, seen)
    if turn is None or reason is None or question is None:
        return
    gaps.miss(batch.session, question, reason, declined=turn.outcome == "decline")


def _handoff(session: Session, seen: _Seen) -> set[tuple[str, int]]:
    _escalate(session, seen)
    if seen.content.get("reason") not in ESCALATED:
        return set()
    query = select(ArticleUse).where(
        ArticleUse.conversation_id == seen.conversation_id, ArticleUse.seq < seen.seq
    )
    last = session.scalar(query.order_by(ArticleUse.seq.desc()).limit(1))
    question = _question(session, seen, before_asking=seen.content["reason"] == "asked_for_human")
    if question is not None:
        gaps.miss(session, question, "escalated")
    if last is None:
        return set()
    last.handed_over = True
    return {(last.article_key, last.revision)}


def _escalate(session: Session, seen: _Seen) -> None:
    """A narrowing that was followed by nothing but the customer's own words, and then a person, did not help."""
    query = select(Clarification).where(
        Clarification.conversation_id == seen.conversation_id, Clarification.seq < seen.seq
    )
    last = session.scalar(query.order_by(Clarification.seq.desc()).limit(1))
    if last is None or last.end not in (None, "retyped"):
        return
    between = select(func.count()).where(
        Message.conversation_id == seen.conversation_id,
        Message.sender == "bot",
        Message.seq > last.seq,
        Message.seq < seen.seq,
    )
    if not session.scalar(between):
        last.end = "escalated"


def _question(session: Session, seen: _Seen, *, before_asking: bool = False) -> Message | None:
    """The last thing that the customer typed before a message; ``before_asking`` passes over the call for a person."""
    query = select(Message).where(
        Message.conversation_id == seen.conversation_id,
        Message.sender == "customer",
        Message.kind == "text",
        Message.seq < seen.seq,
    )
    found = list(session.scalars(query.order_by(Message.seq.desc()).limit(2)))
    if before_asking:
        found = found[1:]
    return found[0] if found else None


def _feedback(session: Session, row: EventRow) -> set[tuple[str, int]]:
    use = session.get(ArticleUse, row.data["message_id"])
    if use is None:
        return set()
    use.useful = bool(row.data["useful"])
    if not use.useful:
        message = session.get_one(Message, use.message_id)
        seen = _Seen(
            message.id, message.conversation_id, message.seq, message.sender, message.kind, message.content,
            None, row.created_at,
        )  # fmt: skip
        question = _question(session, seen)
        if question is not None:
            gaps.miss(session, question, "useless")
    return {(use.article_key, use.revision)}


def _recount(session: Session, touched: set[tuple[str, int]]) -> None:
    def total(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    articles = {key for key, _ in touched}
    counts = (
        select(
            ArticleUse.article_key,
            ArticleUse.revision,
            func.count(),
            total(ArticleUse.clicked.is_(True)),
            total(ArticleUse.useful.is_(True)),
            total(ArticleUse.useful.is_(False)),
            total(ArticleUse.handed_over.is_(True)),
        )
        .where(ArticleUse.article_key.in_(articles))
        .group_by(ArticleUse.article_key, ArticleUse.revision)
    )
    known = select(ArticleCount).where(ArticleCount.article_key.in_(articles))
    kept = {(one.article_key, one.revision): one for one in session.scalars(known)}
    for key, revision, *figures in session.execute(counts) if touched else ():
        if (key, revision) in touched:
            count = kept.get((key, revision)) or ArticleCount(article_key=key, revision=revision)
            count.hits, count.clicks, count.useful, count.useless, count.handoffs = figures
            session.add(count)
