"""Questions that were not understood, gathered by kind: collected, embedded, grouped, watched, closed and reopened."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kefu.analytics import clustering
from kefu.analytics.clustering import ALIKE, Floats
from kefu.analytics.models import Gap, Miss
from kefu.conversations.models import Message
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import Conflict, NotFound
from kefu.core.masking import mask


class Space(Protocol):
    """Where questions are compared. Raw vectors depend on the encoder alone, so they are what is kept."""

    @property
    def dimensions(self) -> int:
        """The length d of a vector."""
        ...

    def encode_all(self, texts: Sequence[str]) -> Floats:
        """(n texts) -> (n, d) raw vectors."""
        ...

    def place(self, raw: Floats) -> Floats:
        """(n, d) raw vectors -> unit vectors in which cosines mean likeness."""
        ...


COST = {"escalated": 5.0, "useless": 2.0, "none": 1.5, "unanswered": 1.2, "rephrased": 1.0}
"""What one question costs: minutes of an agent where one had to answer, else the dissatisfaction, in like minutes."""
DECLINED = 0.4
"""The same for a message that was turned away as none of the shop's business; most were."""
ANSWERED = "answered"
KEPT = timedelta(days=90)
AT_ONCE = 256
BYTES = 4
FEWEST = {500: 2, 5000: 3}
"""How many questions make a kind, by how many there are at most; beyond that five."""


def miss(session: Session, question: Message, reason: str, *, declined: bool = False) -> None:
    """Note that a question was not understood; a worse reason replaces a better one."""
    cost = COST[reason] * (DECLINED if declined else 1.0)
    there = session.get(Miss, question.id)
    if there is not None and there.reason != ANSWERED:
        if cost > there.cost:
            there.reason, there.cost = reason, cost
        return
    _note(session, question, reason, cost)


def watching(session: Session) -> bool:
    """Whether some kind of question waits to be answered."""
    return session.scalar(select(Gap.id).where(Gap.state == "watching").limit(1)) is not None


def answered(session: Session, question: Message) -> None:
    """Note an answered question; it is wanted while some kind of question is watched."""
    if session.get(Miss, question.id) is None:
        _note(session, question, ANSWERED, 0.0)


def _note(session: Session, question: Message, reason: str, cost: float) -> None:
    text = mask(str(question.content.get("text", "")))[:500]
    session.merge(
        Miss(
            message_id=question.id, conversation_id=question.conversation_id, text=text, reason=reason,
            vector=b"", cost=cost, at=question.created_at,
        )
    )  # fmt: skip


def embed_new(database: Database, space: Space) -> int:
    """Give the new questions their vectors and their kind; encodes outside of any transaction. Returns how many."""
    with database.read() as session:
        # Those of another encoder count as new.
        query = select(Miss).where(func.length(Miss.vector) != space.dimensions * BYTES)
        query = query.order_by(Miss.at).limit(AT_ONCE)
        fresh = [(one.message_id, one.text) for one in session.scalars(query)]
    if not fresh:
        return 0
    raw = space.encode_all([text for _, text in fresh])
    placed = space.place(raw)
    with database.write() as session:
        known = list(session.scalars(select(Gap).where(func.length(Gap.centre) == space.dimensions * BYTES)))
        likeness = placed @ space.place(rows([gap.centre for gap in known])).T if known else None
        for at, (message_id, _) in enumerate(fresh):
            found = session.get_one(Miss, message_id)
            found.vector = raw[at].astype(np.float32).tobytes()
            best = int(likeness[at].argmax()) if likeness is not None else -1
            near = likeness is not None and likeness[at, best] >= ALIKE
            _place(session, found, known[best] if near else None)
        session.flush()
        ids = [message_id for message_id, _ in fresh]
        touched = session.scalars(
            select(Miss.gap_id).where(Miss.message_id.in_(ids), Miss.gap_id.is_not(None))
        )
        _resize(session, {str(one) for one in touched})
    return len(fresh)


def rows(stored: Sequence[bytes]) -> Floats:
    """(n stored vectors) -> (n, d)."""
    return np.array([np.frombuffer(one, np.float32) for one in stored])


def _place(session: Session, found: Miss, gap: Gap | None) -> None:
    if found.reason == ANSWERED:
        if gap is not None and gap.state == "watching" and gap.handled_at and found.at > gap.handled_at:
            gap.answered_since += 1
            gap.state = "closed"
        session.delete(found)
        return
    if gap is None:
        return
    found.gap_id = gap.id
    after = gap.handled_at is None or found.at > gap.handled_at
    if gap.state in ("watching", "closed") and after:
        gap.state, gap.answered_since = "open", 0


def _resize(session: Session, ids: Collection[str]) -> None:
    query = select(Miss.gap_id, func.count(), func.sum(Miss.cost), func.max(Miss.at))
    for gap_id, size, cost, last in session.execute(query.where(Miss.gap_id.in_(ids)).group_by(Miss.gap_id)):
        gap = session.get_one(Gap, gap_id)
        gap.size, gap.cost, gap.last_at = size, cost, last


def forget(session: Session, conversation_ids: Collection[str]) -> int:
    """Delete the questions of these conversations; a kind that nobody else asked about goes too. Returns how many."""
    own = select(Miss).where(Miss.conversation_id.in_(conversation_ids))
    found = list(session.scalars(own))
    touched = {one.gap_id for one in found if one.gap_id}
    for one in found:
        session.delete(one)
    session.flush()
    _resize(session, touched)
    others = select(Miss.gap_id).where(Miss.gap_id.in_(touched))
    session.execute(delete(Gap).where(Gap.id.in_(touched), Gap.state == "open", Gap.id.not_in(others)))
    return len(found)


def total(database: Database) -> int:
    """Return how many questions are kept."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Miss)) or 0


def regroup(database: Database, space: Space) -> int:
    """Find the kinds anew among open questions; returns how many kinds are open. Computes outside of transactions."""
    with database.read() as session:
        query = select(Miss).outerjoin(Gap, Gap.id == Miss.gap_id)
        query = query.where(
            func.length(Miss.vector) == space.dimensions * BYTES,
            Miss.at > now() - KEPT,
            (Gap.id.is_(None)) | (Gap.state == "open"),
        )
        found = list(session.scalars(query.order_by(Miss.at)))
    if not found:
        return 0
    raw = rows([one.vector for one in found])
    smallest = next((least for most, least in FEWEST.items() if len(found) <= most), 5)
    labels = clustering.cluster(space.place(raw), smallest)
    if len(found) <= min(FEWEST):
        # Where there are few, one question alone is worth an editor's look.
        alone = np.flatnonzero(labels < 0)
        labels[alone] = labels.max(initial=-1) + 1 + np.arange(len(alone))
    titles = clustering.names([one.text for one in found], labels)
    with database.write() as session:
        return _write(session, found, raw, labels, titles)


def _write(
    session: Session, found: list[Miss], raw: Floats, labels: NDArray[np.int64], titles: dict[int, str]
) -> int:
    kept: set[str] = set()
    for label in range(int(labels.max(initial=-1)) + 1):
        own = np.flatnonzero(labels == label)
        members = [found[at] for at in own.tolist()]
        gap = _successor(session, members, kept)
        name = titles.get(label) or members[0].text[:40]
        if gap is None:
            gap = Gap(name=name[:80], centre=b"")
            session.add(gap)
            session.flush()
        gap.name, gap.centre = name[:80], raw[own].mean(axis=0).astype(np.float32).tobytes()
        kept.add(gap.id)
        ids = [one.message_id for one in members]
        for start in range(0, len(ids), 500):
            chunk = ids[start : start + 500]
            session.execute(update(Miss).where(Miss.message_id.in_(chunk)).values(gap_id=gap.id))
        gap.size, gap.last_at = len(members), members[-1].at
        gap.cost = sum(one.cost for one in members)
    session.flush()
    stale = select(Gap.id).where(Gap.state == "open", Gap.id.not_in(kept))
    session.execute(update(Miss).where(Miss.gap_id.in_(stale)).values(gap_id=None))
    session.execute(delete(Gap).where(Gap.state == "open", Gap.id.not_in(kept)))
    return len(kept)


def _successor(session: Session, members: Sequence[Miss], taken: set[str]) -> Gap | None:
    """The kind that most of these questions were in before, so that it keeps its identity."""
    before: dict[str, int] = {}
    for one in members:
        if one.gap_id and one.gap_id not in taken:
            before[one.gap_id] = before.get(one.gap_id, 0) + 1
    best = max(before, key=lambda gap_id: before[gap_id], default=None)
    return session.get(Gap, best) if best else None


def get(session: Session, gap_id: str) -> Gap:
    """Return a kind of question. Raises ``gap_not_found``."""
    found = session.get(Gap, gap_id)
    if found is None:
        raise NotFound("gap_not_found", "没有这一类问题", "它可能已并入另一类，请刷新。")
    return found


def handle(
    session: Session, gap_id: str, state: str, person_id: str, *, reason: str = "", key: str | None = None
) -> Gap:
    """Record what was done about a kind: ``drafted`` for an article, ``ignored`` with a reason, or ``open`` again."""
    gap = get(session, gap_id)
    if state == "drafted" and gap.state == "ignored":
        raise Conflict("gap_ignored", "这一类已被忽略", "请先重新打开。")
    gap.state, gap.reason, gap.answered_since = state, reason, 0
    gap.article_key = key if key is not None else gap.article_key
    gap.handled_by, gap.handled_at = person_id, now()
    session.flush()
    return gap


def published(session: Session, key: str) -> None:
    """The article that was written for some kinds is live: from now on they are watched."""
    query = update(Gap).where(Gap.article_key == key, Gap.state == "drafted")
    session.execute(query.values(state="watching", handled_at=now(), answered_since=0))


def trained(session: Session) -> None:
    """A model is live that was trained on the examples written for some kinds: from now on they are watched."""
    query = update(Gap).where(Gap.article_key.is_(None), Gap.state == "drafted")
    session.execute(query.values(state="watching", handled_at=now(), answered_since=0))


def discarded(session: Session, key: str) -> None:
    """The draft that was begun for some kinds was thrown away: they are open again."""
    query = update(Gap).where(Gap.article_key == key, Gap.state == "drafted")
    session.execute(query.values(state="open", article_key=None))


def examples(session: Session, gap_id: str, limit: int = 20) -> list[Miss]:
    """Return questions of a kind, newest first."""
    query = select(Miss).where(Miss.gap_id == gap_id).order_by(Miss.at.desc()).limit(limit)
    return list(session.scalars(query))
