"""Saying what runs out and what was missed; reading, adding and ending commitments; today's figures."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, has
from kefu.conversations.models import Conversation
from kefu.core import outbox
from kefu.core.clock import now
from kefu.core.database import Database, in_batches
from kefu.core.errors import Conflict, Forbidden, Invalid, NotFound
from kefu.core.settings import Settings
from kefu.promises import keeping
from kefu.promises.models import OPEN, Commitment, Kind, State

MOST = 100  # promises in a list


class Keeper:
    """Keeps the commitments up to the event log and the clock; harmless to run twice at once."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def run_once(self) -> None:
        """Read what has happened and say what is due."""
        in_batches(self._follow, keeping.BATCH)
        with self._database.read() as session:
            ids = _due(session, now())
        if ids:
            with self._database.write() as session:
                for one in ids:
                    say(session, one, now())

    def _follow(self) -> int:
        with self._database.read() as session:
            if not keeping.behind(session):
                return 0
        with self._database.write() as session:
            return keeping.follow(session, self._settings)


def _due(session: Session, moment: datetime) -> list[str]:
    running = select(Commitment.id).where(Commitment.state == State.RUNNING)
    warning = running.where(Commitment.warn_at <= moment, Commitment.warned_at.is_(None))
    missed = running.where(Commitment.due_at <= moment, Commitment.missed_at.is_(None))
    return list(dict.fromkeys([*session.scalars(warning), *session.scalars(missed)]))


def say(session: Session, commitment_id: str, moment: datetime) -> None:
    """Record and tell that a commitment runs out, or was missed, if that is so and was not said."""
    one = session.get(Commitment, commitment_id, with_for_update=True)
    if one is None or one.state != State.RUNNING or one.due_at is None:
        return
    if one.due_at <= moment and one.missed_at is None:
        one.missed_at, one.warned_at = moment, one.warned_at or moment
        _tell(session, one, "commitment.missed")
    elif one.warn_at is not None and one.warn_at <= moment and one.warned_at is None:
        one.warned_at = moment
        _tell(session, one, "commitment.due")


def _tell(session: Session, one: Commitment, type_: str) -> None:
    conversation = session.get_one(Conversation, one.conversation_id)
    outbox.emit(
        session,
        type_,
        conversation_id=one.conversation_id,
        customer_id=conversation.customer_id,
        data={
            "id": one.id,
            "kind": one.kind,
            "text": one.text or Kind(one.kind).text,
            "due_at": one.due_at.isoformat() if one.due_at else None,
        },
        audience="staff",
        team=one.team,
        agent_id=one.staff_id,
    )


def running(session: Session, conversation_ids: Collection[str]) -> dict[str, Commitment]:
    """Return what is due first in each of these conversations."""
    query = select(Commitment).where(
        Commitment.conversation_id.in_(conversation_ids), Commitment.state == State.RUNNING
    )
    found: dict[str, list[Commitment]] = {}
    for one in session.scalars(query) if conversation_ids else ():
        found.setdefault(one.conversation_id, []).append(one)
    urgent = {conversation_id: keeping.urgent(ones) for conversation_id, ones in found.items()}
    return {conversation_id: one for conversation_id, one in urgent.items() if one is not None}


def of(session: Session, conversation_id: str) -> list[Commitment]:
    """Return a conversation's commitments that are open, and all its promises, in the order in which they are due."""
    query = select(Commitment).where(
        Commitment.conversation_id == conversation_id,
        Commitment.state.in_(OPEN) | (Commitment.kind == Kind.PROMISE),
    )
    found = session.scalars(query.order_by(Commitment.opened_at))
    return sorted(
        found, key=lambda one: (one.state not in OPEN, one.due_at is None, one.due_at or one.opened_at)
    )


def promises_of(session: Session, person: Staff) -> list[Commitment]:
    """Return the promises that a person still has to keep, the next one first."""
    query = select(Commitment).where(
        Commitment.staff_id == person.id, Commitment.kind == Kind.PROMISE, Commitment.state == State.RUNNING
    )
    return list(session.scalars(query.order_by(Commitment.due_at).limit(MOST)))


def promise(
    session: Session, conversation: Conversation, person: Staff, text: str, due_at: datetime
) -> Commitment:
    """Write down a promise by hand."""
    moment = now()
    if due_at <= moment:
        raise Invalid("promise_in_the_past", "承诺的时间已经过去", "请选择将来的时间。")
    made = keeping.promised(conversation.id, conversation.team, person.id, text, due_at, moment)
    session.add(made)
    session.flush()
    return made


def finish(session: Session, person: Staff, commitment_id: str, *, kept: bool, note: str) -> Commitment:
    """Say that a promise was kept, or (with the reason) that it is none."""
    one = session.get(Commitment, commitment_id, with_for_update=True)
    if one is None or one.kind != Kind.PROMISE:
        raise NotFound("promise_not_found", "没有这个承诺")
    if one.staff_id != person.id and not has(person, Right.SUPERVISE):
        raise Forbidden("not_your_promise", "这是其他坐席的承诺")
    if one.state != State.RUNNING:
        raise Conflict("promise_ended", "这个承诺已经了结")
    if not kept and not note.strip():
        raise Invalid("reason_missing", "请说明为什么作废")
    keeping.end(one, now(), done=kept)
    one.note = note.strip()
    return one


@dataclass
class Line:
    """One kind's figures; ``missed`` counts those done late and those still open past their time."""

    kind: str
    title: str
    kept: int = 0
    missed: int = 0
    soon: int = 0
    open: int = 0


@dataclass
class Figures:
    """How commitments were kept since a moment: by kind, and misses by team and by agent; means in seconds."""

    lines: list[Line]
    missed_by_team: dict[str, int]
    missed_by_agent: dict[str, int]
    kept_by_team: dict[str, int]
    first_reply_by_agent: dict[str, float]


def figures(session: Session, since: datetime) -> Figures:
    """Count the commitments that were opened since a moment, and those that are open still."""
    lines = {kind: Line(kind, kind.text) for kind in Kind}
    missed: dict[str, Counter[str]] = {"team": Counter(), "agent": Counter()}
    kept: Counter[str] = Counter()
    replies: dict[str, list[float]] = {}
    query = select(Commitment).where((Commitment.opened_at >= since) | Commitment.state.in_(OPEN))
    for one in session.scalars(query):
        line = lines[Kind(one.kind)]
        if one.kind == Kind.FIRST and one.staff_id and one.ended_at and one.state != State.DROPPED:
            replies.setdefault(one.staff_id, []).append((one.ended_at - one.opened_at).total_seconds())
        if one.missed_at is not None:
            line.missed += 1
            missed["team"][one.team] += 1
            missed["agent"][one.staff_id or ""] += 1
        elif one.state == State.KEPT:
            line.kept += 1
            kept[one.team] += 1
        elif one.state in OPEN:
            line.open += 1
            line.soon += one.warned_at is not None and one.state == State.RUNNING
    means = {staff_id: round(sum(spans) / len(spans), 1) for staff_id, spans in replies.items()}
    return Figures(list(lines.values()), dict(missed["team"]), dict(missed["agent"]), dict(kept), means)
