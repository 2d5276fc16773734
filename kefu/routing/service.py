"""Entering, claiming and leaving the queue. Every function runs inside the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, case, func, or_, select, update
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, State
from kefu.core import outbox
from kefu.core.clock import now
from kefu.core.errors import Conflict, NotFound
from kefu.core.settings import Settings
from kefu.routing.models import QueueEntry

MEASURED = 50  # finished conversations that the estimate looks back on


@dataclass(frozen=True)
class Place:
    """Where a conversation stands: how many are ahead, and about how long it takes (None: nobody on duty)."""

    position: int
    ahead: int
    eta_seconds: int | None

    def wire(self) -> dict[str, Any]:
        """The JSON object that clients receive."""
        return {"position": self.position, "ahead": self.ahead, "eta_seconds": self.eta_seconds}


def enqueue(
    session: Session,
    conversation: Conversation,
    settings: Settings,
    *,
    reason: str,
    priority: int,
    brief: dict[str, Any],
) -> QueueEntry:
    """Put a conversation into the queue and give it to nobody until somebody claims it."""
    conversations.transition(session, conversation, State.QUEUED)
    entry = QueueEntry(conversation_id=conversation.id, reason=reason, priority=priority, brief=brief)
    session.add(entry)
    session.flush()
    tell_waiting(session, settings)
    return entry


def waiting(session: Session, conversation_id: str) -> QueueEntry | None:
    """Return the entry with which a conversation waits."""
    query = select(QueueEntry).where(
        QueueEntry.conversation_id == conversation_id, QueueEntry.state == "waiting"
    )
    return session.scalar(query)


@dataclass(frozen=True)
class Outlook:
    """What the estimate of a wait is made of, read once. ``places`` is 0 when nobody takes conversations."""

    places: int
    busy: int
    handling_seconds: float

    def eta_seconds(self, ahead: int) -> int | None:
        """Return the seconds until it is the turn of one with ``ahead`` before it; None when nobody is on duty."""
        if self.places == 0:
            return None
        rounds = max(0, ahead + 1 - max(0, self.places - self.busy)) / self.places
        return round(rounds * self.handling_seconds) + 15


def outlook(session: Session, settings: Settings) -> Outlook:
    """Return places on duty, conversations held, and the measured handling time."""
    places = accounts.on_duty(session) if is_open(now(), settings) else 0
    busy = session.scalar(
        select(func.count()).select_from(Conversation).where(Conversation.state == State.HUMAN)
    )
    return Outlook(places, busy or 0, _handling_seconds(session, settings))


def place(session: Session, entry: QueueEntry, settings: Settings) -> Place:
    """Return where an entry stands in the queue."""
    before = or_(
        QueueEntry.priority > entry.priority,
        (QueueEntry.priority == entry.priority) & (QueueEntry.entered_at < entry.entered_at),
    )
    count = select(func.count()).select_from(QueueEntry).where(QueueEntry.state == "waiting", before)
    ahead = session.scalar(count) or 0
    return Place(ahead + 1, ahead, outlook(session, settings).eta_seconds(ahead))


def _handling_seconds(session: Session, settings: Settings) -> float:
    query = (
        select(QueueEntry.ended_at, Conversation.closed_at)
        .join(Conversation, Conversation.id == QueueEntry.conversation_id)
        .where(QueueEntry.state == "claimed", Conversation.closed_at.is_not(None))
        .order_by(Conversation.closed_at.desc())
        .limit(MEASURED)
    )
    spans = [
        (closed - claimed).total_seconds() for claimed, closed in session.execute(query) if claimed and closed
    ]
    return sum(spans) / len(spans) if len(spans) >= 5 else float(settings.handling_seconds)


def is_open(moment: datetime, settings: Settings) -> bool:
    """Whether people work at this moment."""
    local = moment.astimezone(settings.zone).time()
    if settings.opens_at == settings.closes_at:
        return True
    if settings.opens_at < settings.closes_at:
        return settings.opens_at <= local < settings.closes_at
    return local >= settings.opens_at or local < settings.closes_at


def reopens_at(moment: datetime, settings: Settings) -> datetime:
    """Return when people work again."""
    local = moment.astimezone(settings.zone)
    opening = local.replace(
        hour=settings.opens_at.hour, minute=settings.opens_at.minute, second=0, microsecond=0
    )
    return opening if opening > local else opening + timedelta(days=1)


def claim(session: Session, conversation_id: str, agent: Staff, settings: Settings) -> Conversation:
    """Give a waiting conversation to this agent, if nobody was faster. Losing the race is normal: 409."""
    won = session.execute(
        update(QueueEntry)
        .where(QueueEntry.conversation_id == conversation_id, QueueEntry.state == "waiting")
        .values(state="claimed", agent_id=agent.id, ended_at=now())
    )
    assert isinstance(won, CursorResult)  # noqa: S101 - an UPDATE gives one
    if won.rowcount != 1:
        if session.get(Conversation, conversation_id) is None:
            raise NotFound("conversation_not_found", "没有这个会话")
        raise Conflict("already_assigned", "会话已被接起", "这个会话已由其他坐席接入，或客户已离开排队。")
    conversation = conversations.lock(session, conversation_id)
    assign(session, conversation, agent)
    tell_waiting(session, settings)
    return conversation


def assign(session: Session, conversation: Conversation, agent: Staff) -> None:
    """Make this agent the owner; the first one stays responsible (首接责任)."""
    person = {"id": agent.id, "name": agent.name, "number": agent.number}
    conversations.transition(session, conversation, State.HUMAN, agent=person)
    conversation.first_owner_id = conversation.first_owner_id or agent.id


def leave(session: Session, conversation: Conversation, settings: Settings) -> bool:
    """Take a conversation out of the queue, back to the bot; False when it was not waiting."""
    entry = waiting(session, conversation.id)
    if entry is None or conversation.state != State.QUEUED:
        return False
    entry.state, entry.ended_at = "left", now()
    conversations.transition(session, conversation, State.BOT)
    tell_waiting(session, settings)
    return True


def listing(session: Session) -> list[tuple[QueueEntry, Conversation]]:
    """Return who waits, in the order in which they will be served."""
    query = (
        select(QueueEntry, Conversation)
        .join(Conversation, Conversation.id == QueueEntry.conversation_id)
        .where(QueueEntry.state == "waiting")
        .order_by(QueueEntry.priority.desc(), QueueEntry.entered_at)
    )
    return [(entry, conversation) for entry, conversation in session.execute(query)]


def last_entry(session: Session, conversation_id: str) -> QueueEntry | None:
    """Return the newest entry of a conversation, the waiting one first."""
    order = case((QueueEntry.state == "waiting", 0), else_=1)
    query = select(QueueEntry).where(QueueEntry.conversation_id == conversation_id)
    return session.scalar(query.order_by(order, QueueEntry.entered_at.desc()).limit(1))


def tell_waiting(session: Session, settings: Settings) -> None:
    """Tell everybody who waits where they stand now; staff learn that the queue has changed."""
    session.flush()
    view = outlook(session, settings)
    for ahead, (_, conversation) in enumerate(listing(session)):
        data = Place(ahead + 1, ahead, view.eta_seconds(ahead)).wire()
        outbox.announce(
            session,
            outbox.Event(
                "queue.updated",
                conversation.id,
                data,
                customer_id=conversation.customer_id,
                audience="customer",
            ),
        )
    outbox.announce(session, outbox.Event("queue.updated", "", {}, audience="staff"))
