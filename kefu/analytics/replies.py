"""What agents wrote that settled a question: collected from closed conversations, personal data out, alike ones together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from rapidfuzz import fuzz
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kb_index.text import normalise
from kefu.analytics.gaps import AT_ONCE, BYTES, Space, rows
from kefu.analytics.models import GoodReply, ProjectionCursor
from kefu.conversations.models import Conversation, Message, Rating
from kefu.core.database import Database
from kefu.core.errors import NotFound
from kefu.core.masking import mask
from kefu.dialogue import signals

NAME = "good_replies"
BATCH = 50
SHORTEST_QUESTION, SHORTEST_ANSWER = 4, 15
SATISFIED = 4
ALIKE, WORDED = 0.8, 85.0
"""From which cosine two questions are one, and from which likeness of letters (0 to 100) two answers are."""
MOST = 300
_THANKS = ("谢谢", "多谢", "感谢", "解决了", "明白了", "搞定")


@dataclass(frozen=True)
class Group:
    """Replies that say nearly the same to nearly the same question; the first is the fullest."""

    replies: tuple[GoodReply, ...]

    @property
    def best(self) -> GoodReply:
        """The reply that says most."""
        return self.replies[0]


def collect(session: Session) -> int:
    """Read the conversations that closed since the last call, inside the caller's transaction; returns how many."""
    cursor = session.get(ProjectionCursor, NAME) or ProjectionCursor(name=NAME, event_id=0)
    session.add(cursor)
    since = datetime.fromtimestamp(cursor.event_id / 1e6, UTC)
    query = select(Conversation).where(
        Conversation.closed_at > since, Conversation.first_owner_id.is_not(None)
    )
    closed = list(session.scalars(query.order_by(Conversation.closed_at).limit(BATCH)))
    for conversation in closed:
        sign = _content(session, conversation)
        for message, question, answer in _pairs(session, conversation.id) if sign else ():
            session.merge(
                GoodReply(
                    message_id=message.id, conversation_id=conversation.id, question=mask(question)[:500],
                    answer=mask(answer)[:4000], sign=sign, at=message.created_at,
                )
            )  # fmt: skip
        if conversation.closed_at is not None:
            cursor.event_id = int(conversation.closed_at.timestamp() * 1e6) + 1
    session.flush()
    return len(closed)


def _content(session: Session, conversation: Conversation) -> str:
    """By which sign the customer was content: the agent's wrap-up, a rating, or thanks; empty without one."""
    rating = session.get(Rating, conversation.id)
    if rating is not None and (rating.score < SATISFIED or rating.resolved is False):
        return ""
    if rating is not None:
        return "rated"
    solved = (conversation.wrap_up or {}).get("solved")
    if solved is not None:
        return "solved" if solved else ""
    query = select(Message.content).where(
        Message.conversation_id == conversation.id, Message.sender == "customer", Message.kind == "text"
    )
    last = session.scalar(query.order_by(Message.seq.desc()).limit(1))
    said = str((last or {}).get("text", ""))
    return "thanked" if any(word in said for word in _THANKS) else ""


def _pairs(session: Session, conversation_id: str) -> Iterator[tuple[Message, str, str]]:
    query = select(Message).where(
        Message.conversation_id == conversation_id,
        Message.kind == "text",
        Message.sender.in_(("customer", "agent")),
        Message.recalled_at.is_(None),
    )
    question, answer, last = "", [], None
    for message in session.scalars(query.order_by(Message.seq)):
        text = str(message.content.get("text", "")).strip()
        if message.sender == "agent":
            answer.append(text)
            last = message
            continue
        if last is not None and question and _worth(answer):
            yield last, question, "\n".join(answer)
        if answer:
            question, answer, last = "", [], None
        if len(normalise(text)) >= SHORTEST_QUESTION and signals.find(text) is None:
            question = text
    if last is not None and question and _worth(answer):
        yield last, question, "\n".join(answer)


def _worth(answer: Sequence[str]) -> bool:
    said = "".join(answer)
    return len(said) >= SHORTEST_ANSWER and not said.rstrip("？?").endswith(
        ("请问有什么可以帮您", "您能详细说说吗")
    )


def embed_new(database: Database, space: Space) -> int:
    """Give new replies the vectors of their questions; encodes outside of any transaction. Returns how many."""
    with database.read() as session:
        query = (
            select(GoodReply).where(func.length(GoodReply.vector) != space.dimensions * BYTES).limit(AT_ONCE)
        )
        fresh = [(one.message_id, one.question) for one in session.scalars(query)]
    if not fresh:
        return 0
    raw = space.encode_all([question for _, question in fresh])
    with database.write() as session:
        for (message_id, _), vector in zip(fresh, raw, strict=True):
            session.get_one(GoodReply, message_id).vector = vector.astype(np.float32).tobytes()
    return len(fresh)


def groups(session: Session, space: Space) -> list[Group]:
    """Return the open replies, those that are alike together, the most frequent first."""
    query = select(GoodReply).where(
        GoodReply.state == "open", func.length(GoodReply.vector) == space.dimensions * BYTES
    )
    found = list(session.scalars(query.order_by(GoodReply.at.desc()).limit(MOST)))
    if not found:
        return []
    placed = space.place(rows([one.vector for one in found]))
    likeness = placed @ placed.T
    made: list[list[int]] = []
    for at, reply in enumerate(found):
        home = next(
            (
                group
                for group in made
                if likeness[at, group[0]] >= ALIKE
                or fuzz.ratio(reply.answer, found[group[0]].answer) >= WORDED
            ),
            None,
        )
        if home is None:
            made.append([at])
        else:
            home.append(at)
    joined = [
        Group(tuple(sorted((found[at] for at in group), key=lambda one: -len(one.answer)))) for group in made
    ]
    return sorted(joined, key=lambda group: -len(group.replies))


def handle(session: Session, ids: Sequence[str], state: str, key: str | None = None) -> None:
    """Record what was done about replies: ``drafted`` for an article, or ``ignored``. Raises ``reply_not_found``."""
    there = session.scalars(
        select(GoodReply.message_id).where(GoodReply.message_id.in_(ids), GoodReply.state == "open")
    )
    if set(there) != set(ids):
        raise NotFound("reply_not_found", "没有这条答复", "同事可能刚处理过它，请刷新。")
    session.execute(
        update(GoodReply).where(GoodReply.message_id.in_(ids)).values(state=state, article_key=key)
    )
