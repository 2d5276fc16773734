"""Opening, pausing and ending commitments as conversations go: the event log is read on, each event exactly once.

First and next response run from the moment when the customer begins to wait for a person until a person speaks. The
resolution runs from the handover to the end, and stands still while the customer is to speak. What an agent promises
runs by the clock on the wall.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.conversations.models import Conversation, Message, Sender
from kefu.conversations.models import State as Owner
from kefu.core import outbox
from kefu.core.clock import now
from kefu.core.outbox import EventRow
from kefu.core.settings import Settings
from kefu.promises import phrases, targets
from kefu.promises.models import OPEN, Commitment, Kind, PromiseCursor, State, Target
from kefu.routing import hours
from kefu.routing import service as routing
from kefu.routing.hours import Schedule

NAME = "promises"
BATCH = 40  # events in one transaction, which must not keep those waiting who write a message
MATTERS = (EventRow.type == "state.changed") | (
    EventRow.type.in_(("message.created", "message.updated")) & EventRow.agent_id.is_not(None)
)
"""Which events may concern a commitment; what the bot and its customers say does not."""
PASSED_OVER = 1000
RESPONSES = (Kind.FIRST, Kind.NEXT)
WARN_SHARE = 0.25  # of the time: how early it is said that it runs out
WARN_AT_MOST = timedelta(minutes=30)


@dataclass
class Book:
    """The commitments of the conversations that a batch of events touches."""

    session: Session
    schedule: Schedule
    targets: Sequence[Target]
    priorities: Mapping[str, int] = field(default_factory=dict)
    rows: dict[str, list[Commitment]] = field(default_factory=dict)

    def open(self, conversation_id: str, *kinds: Kind) -> list[Commitment]:
        """Return what is open in a conversation, of these kinds."""
        return [one for one in self.rows.get(conversation_id, ()) if one.state in OPEN and one.kind in kinds]

    def begin(self, event: EventRow, kind: Kind, *, team: str, staff_id: str | None) -> None:
        """Open a commitment that comes from a target, unless such a one is open."""
        if self.open(event.conversation_id, kind):
            return
        target = targets.of(self.priorities.get(event.conversation_id, 0), self.targets)
        span = timedelta(seconds=targets.seconds(target, kind))
        made = Commitment(
            conversation_id=event.conversation_id,
            kind=kind,
            level=target.level,
            team=team,
            staff_id=staff_id,
            state=State.RUNNING,
            opened_at=event.created_at,
        )
        run(made, event.created_at, span, self.schedule)
        self.add(made)

    def add(self, made: Commitment) -> None:
        """Keep a new commitment."""
        self.session.add(made)
        self.rows.setdefault(made.conversation_id, []).append(made)


def run(one: Commitment, moment: datetime, span: timedelta, schedule: Schedule) -> None:
    """Let a commitment run for a span of working time from a moment on."""
    one.state, one.left_seconds = State.RUNNING, None
    one.due_at = schedule.after(moment, span)
    one.warn_at = schedule.after(moment, span - min(span * WARN_SHARE, WARN_AT_MOST))


def pause(one: Commitment, moment: datetime, schedule: Schedule) -> None:
    """Stop the clock of a commitment that runs."""
    if one.state == State.RUNNING and one.due_at is not None:
        if moment > one.due_at:
            one.missed_at = one.missed_at or one.due_at
        one.left_seconds = schedule.between(moment, one.due_at).total_seconds()
        one.state, one.due_at, one.warn_at = State.PAUSED, None, None


def resume(one: Commitment, moment: datetime, schedule: Schedule) -> None:
    """Let a commitment that stands still run on."""
    if one.state == State.PAUSED:
        run(one, moment, timedelta(seconds=one.left_seconds or 0.0), schedule)


def end(one: Commitment, moment: datetime, *, done: bool) -> None:
    """End a commitment: done in time or late, or dropped. Done late is a miss, said or not."""
    late = one.due_at is not None and moment > one.due_at
    one.ended_at, one.warn_at = moment, None
    one.state = (State.LATE if late else State.KEPT) if done else State.DROPPED
    if one.state == State.LATE:
        one.missed_at = one.missed_at or one.due_at


def follow(session: Session, settings: Settings) -> int:
    """Read on from where the last call ended, inside the caller's transaction; returns how many events."""
    cursor = session.get(PromiseCursor, NAME)
    if cursor is None:  # what was before the first start is nobody's commitment
        session.add(PromiseCursor(name=NAME, event_id=outbox.latest(session)))
        return 0
    latest = outbox.latest(session)
    query = select(EventRow).where(EventRow.event_id > cursor.event_id, MATTERS)
    rows = list(session.scalars(query.order_by(EventRow.event_id).limit(BATCH)))
    last = rows[-1].event_id if rows else latest
    cursor.event_id = last if len(rows) == BATCH else max(last, latest)
    if not rows:
        return 0
    with_people = {row.conversation_id for row in rows}
    book = Book(
        session,
        hours.schedule(session, settings),
        targets.everyone(session),
        routing.priorities(session, with_people),
    )
    for one in session.scalars(select(Commitment).where(Commitment.conversation_id.in_(with_people))):
        book.rows.setdefault(one.conversation_id, []).append(one)
    for row in rows:
        _read(book, row)
    return len(rows)


def behind(session: Session) -> bool:
    """Whether there is anything new to read."""
    cursor = session.get(PromiseCursor, NAME)
    if cursor is None:
        return True
    newer = select(EventRow.event_id).where(EventRow.event_id > cursor.event_id, MATTERS).limit(1)
    # What does not matter is passed over now and then, so that it is not looked at every second.
    return session.scalar(newer) is not None or outbox.latest(session) - cursor.event_id > PASSED_OVER


def _read(book: Book, row: EventRow) -> None:
    if row.type == "state.changed":
        _owner_changed(book, row, str(row.data["state"]))
    elif row.data.get("recalled"):
        for one in book.open(row.conversation_id, Kind.PROMISE):
            if one.message_id == row.data["id"]:
                end(one, row.created_at, done=False)
    elif row.type == "message.created" and row.data["sender"] == Sender.AGENT:
        _agent_spoke(book, row, row.data)
    elif row.type == "message.created" and row.data["sender"] == Sender.CUSTOMER:
        _customer_spoke(book, row)


def _owner_changed(book: Book, row: EventRow, state: str) -> None:
    conversation_id, moment = row.conversation_id, row.created_at
    team = row.team or ""
    if state in {Owner.QUEUED, Owner.HUMAN}:
        answered = any(
            one.kind == Kind.FIRST and one.state in {State.KEPT, State.LATE}
            for one in book.rows.get(conversation_id, ())
        )
        if not book.open(conversation_id, *RESPONSES):
            book.begin(row, Kind.NEXT if answered else Kind.FIRST, team=team, staff_id=row.agent_id)
        book.begin(row, Kind.RESOLUTION, team=team, staff_id=row.agent_id)
        for one in book.open(conversation_id, *RESPONSES, Kind.RESOLUTION):
            one.team, one.staff_id = team, row.agent_id
            resume(one, moment, book.schedule)
        return
    for one in book.open(conversation_id, *RESPONSES):
        end(one, moment, done=False)
    for one in book.open(conversation_id, Kind.RESOLUTION):
        _settle(book, one, state, moment)


def _settle(book: Book, one: Commitment, state: str, moment: datetime) -> None:
    """End a resolution: closed it is kept; back at the bot it is dropped; closed as unsolved the first owner goes on."""
    conversation = book.session.get_one(Conversation, one.conversation_id)
    unsolved = (conversation.wrap_up or {}).get("solved") is False and conversation.discharged_at is None
    if state == Owner.CLOSED and unsolved:
        one.staff_id = conversation.first_owner_id
        resume(one, moment, book.schedule)
    else:
        end(one, moment, done=state == Owner.CLOSED)


def _agent_spoke(book: Book, row: EventRow, data: dict[str, Any]) -> None:
    for one in book.open(row.conversation_id, *RESPONSES):
        end(one, row.created_at, done=True)
    for one in book.open(row.conversation_id, Kind.RESOLUTION):
        pause(one, row.created_at, book.schedule)
    if data["kind"] != "text":
        return
    for found in phrases.find(str(data["content"].get("text", "")), row.created_at, book.schedule):
        message = book.session.get(Message, data["id"])
        author = message.author_id if message is not None else row.agent_id
        made = promised(row.conversation_id, row.team or "", author, found.text, found.due_at, row.created_at)
        made.message_id = data["id"]
        book.add(made)


def promised(
    conversation_id: str, team: str, staff_id: str | None, text: str, due_at: datetime, made_at: datetime
) -> Commitment:
    """Return a promise by the clock on the wall, with its reminder."""
    span = due_at - made_at
    return Commitment(
        conversation_id=conversation_id,
        kind=Kind.PROMISE,
        team=team,
        staff_id=staff_id,
        text=text,
        state=State.RUNNING,
        opened_at=made_at,
        due_at=due_at,
        warn_at=due_at - min(span * WARN_SHARE, WARN_AT_MOST),
    )


def _customer_spoke(book: Book, row: EventRow) -> None:
    """The customer waits again, since the first word after the agent's last."""
    if not book.open(row.conversation_id, *RESPONSES):
        book.begin(row, Kind.NEXT, team=row.team or "", staff_id=row.agent_id)
    for one in book.open(row.conversation_id, Kind.RESOLUTION):
        resume(one, row.created_at, book.schedule)


def discharged(session: Session, conversation_id: str) -> None:
    """The customer's reply is on record: what was closed unsolved is solved now."""
    query = select(Commitment).where(
        Commitment.conversation_id == conversation_id,
        Commitment.kind == Kind.RESOLUTION,
        Commitment.state.in_(OPEN),
    )
    closed = session.get_one(Conversation, conversation_id).state == Owner.CLOSED
    for one in session.scalars(query):
        if closed:
            end(one, now(), done=True)


def urgent(found: Iterable[Commitment]) -> Commitment | None:
    """Return the one that is due first among those that run."""
    running = [one for one in found if one.state == State.RUNNING and one.due_at is not None]
    return min(running, key=lambda one: one.due_at or now(), default=None)
