"""Entering, claiming and leaving the queue. Every function runs inside the caller's transaction.

Whoever changes an entry holds its conversation's lock first (:func:`kefu.conversations.service.lock`); the offers of
:mod:`kefu.routing.matching` alone touch entries without it, and are conditional on the entry still waiting.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, case, func, select, update
from sqlalchemy.orm import Session

from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, has
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, State
from kefu.core import outbox
from kefu.core.clock import new_id, now
from kefu.core.errors import Conflict
from kefu.core.settings import Settings
from kefu.customers.models import Customer
from kefu.routing import teams
from kefu.routing.estimate import Place, outlook
from kefu.routing.models import EntryState, QueueEntry

VIP_POINTS = 5  # per step of the levels that come first
TAKEN = "这个会话已由其他坐席接入，或客户已离开排队。"


def enqueue(
    session: Session,
    conversation: Conversation,
    settings: Settings,
    *,
    reason: str,
    priority: int,
    brief: dict[str, Any],
    team: str | None = None,
    passed_by: str | None = None,
) -> Place:
    """Put a conversation into the queue of a team (the one whose skills fit, unless named); returns its place.

    ``passed_by`` is an agent who must not get it back at once.
    """
    conversation.team = team or teams.choose(session, conversation)
    points = priority + _vip_points(session, conversation, settings)
    moment = now()
    entry = QueueEntry(
        conversation_id=conversation.id,
        team=conversation.team,
        reason=reason,
        priority=points,
        brief=brief,
        entered_at=moment,
        ranked_at=moment - timedelta(seconds=points * settings.ageing_seconds),
        customer_seen_at=moment,
        preferred_id=_earlier_agent(session, conversation, settings),
        skipped=_skipping({}, passed_by, moment, settings),
    )
    return _enter(session, conversation, entry, settings)


def requeue(session: Session, conversation: Conversation, settings: Settings, *, reason: str) -> None:
    """Put a conversation back whose agent is gone or silent: it keeps its time of entry, and so its place."""
    last, lost_by = last_entry(session, conversation.id), conversation.agent_id
    moment = now()
    entry = QueueEntry(
        conversation_id=conversation.id,
        team=conversation.team,
        reason=reason,
        priority=last.priority if last else 0,
        brief=last.brief if last else {},
        entered_at=last.entered_at if last else moment,
        ranked_at=last.ranked_at if last else moment,
        customer_seen_at=moment,
        skipped=_skipping({}, lost_by, moment, settings),
    )
    _enter(session, conversation, entry, settings)


def _enter(session: Session, conversation: Conversation, entry: QueueEntry, settings: Settings) -> Place:
    conversations.transition(session, conversation, State.QUEUED)
    entry.id = new_id()
    found = place(session, entry, settings)
    entry.eta_seconds = found.eta_seconds
    session.add(entry)
    tell_staff(session, conversation.team)
    return found


def _vip_points(session: Session, conversation: Conversation, settings: Settings) -> int:
    level = session.get_one(Customer, conversation.customer_id).level
    return VIP_POINTS * (settings.vip_levels.index(level) + 1) if level in settings.vip_levels else 0


def _earlier_agent(session: Session, conversation: Conversation, settings: Settings) -> str | None:
    """Return who served this customer last, if that was not long ago; else who took this case first."""
    query = (
        select(QueueEntry.agent_id)
        .join(Conversation, Conversation.id == QueueEntry.conversation_id)
        .where(
            Conversation.customer_id == conversation.customer_id,
            QueueEntry.state == EntryState.CLAIMED,
            QueueEntry.ended_at >= now() - timedelta(days=settings.sticky_days),
        )
        .order_by(QueueEntry.ended_at.desc())
        .limit(1)
    )
    return session.scalar(query) or conversation.first_owner_id


def _skipping(
    skipped: dict[str, Any], agent_id: str | None, moment: datetime, settings: Settings
) -> dict[str, Any]:
    until = moment + timedelta(seconds=settings.skip_seconds)
    return skipped | ({agent_id: until.isoformat()} if agent_id else {})


def waiting(session: Session, conversation_id: str) -> QueueEntry | None:
    """Return the entry with which a conversation waits."""
    query = select(QueueEntry).where(
        QueueEntry.conversation_id == conversation_id, QueueEntry.state == EntryState.WAITING
    )
    return session.scalar(query)


def place(session: Session, entry: QueueEntry, settings: Settings) -> Place:
    """Return where an entry stands in the queue."""
    before = (QueueEntry.ranked_at < entry.ranked_at) | (
        (QueueEntry.ranked_at == entry.ranked_at) & (QueueEntry.id < entry.id)
    )
    count = select(func.count()).where(
        QueueEntry.state == EntryState.WAITING, QueueEntry.parked_at.is_(None), before
    )
    return outlook(session, settings).place(session.scalar(count) or 0)


def claim(session: Session, conversation_id: str, agent: Staff) -> Conversation:
    """Give a waiting conversation to this agent, if nobody was faster. Losing the race is normal: 409."""
    conversation = conversations.lock(session, conversation_id)
    entry = waiting(session, conversation_id)
    if entry is None:
        raise Conflict("already_assigned", "会话已被接起", TAKEN)
    if entry.offered_to not in {None, agent.id} and not has(agent, Right.SUPERVISE):
        raise Conflict("offered_to_another", "正在等待其他坐席接起", "这个会话刚分配给了另一位坐席。")
    if not take(session, conversation, entry.id, agent):
        raise Conflict("already_assigned", "会话已被接起", TAKEN)
    return conversation


def take(session: Session, conversation: Conversation, entry_id: str, agent: Staff) -> bool:
    """Give a locked conversation to an agent if its entry still waits; tell the customer who it is."""
    won = session.execute(
        update(QueueEntry)
        .where(QueueEntry.id == entry_id, QueueEntry.state == EntryState.WAITING)
        .values(
            state=EntryState.CLAIMED, agent_id=agent.id, ended_at=now(), offered_to=None, offered_until=None
        )
    )
    assert isinstance(won, CursorResult)  # noqa: S101 - an UPDATE gives one
    if won.rowcount != 1:
        return False
    assign(session, conversation, agent)
    told = f"人工客服 {agent.name}（工号 {agent.number}）已接入，正在查看您之前的对话，您不用重复描述。"
    conversations.tell(session, conversation, told)
    tell_staff(session, conversation.team)
    return True


def assign(session: Session, conversation: Conversation, agent: Staff) -> None:
    """Make this agent the owner; the first one stays responsible (首接责任)."""
    person = {"id": agent.id, "name": agent.name, "number": agent.number}
    conversations.transition(session, conversation, State.HUMAN, agent=person)
    conversation.first_owner_id = conversation.first_owner_id or agent.id


def decline(session: Session, conversation_id: str, agent_id: str, settings: Settings) -> None:
    """Let an offered conversation pass; the next agent is asked. Raises ``not_offered``."""
    conversation = conversations.lock(session, conversation_id)
    entry = waiting(session, conversation_id)
    if entry is None or entry.offered_to != agent_id:
        raise Conflict("not_offered", "这个会话没有分配给您", "可能已经超时，分给了别的坐席。")
    withdraw(entry, settings)
    tell_staff(session, conversation.team)


def withdraw(entry: QueueEntry, settings: Settings) -> None:
    """Take back an offer; the agent is not asked again for a while."""
    entry.skipped = _skipping(entry.skipped, entry.offered_to, now(), settings)
    entry.offered_to = entry.offered_until = None


def end_wait(session: Session, conversation: Conversation) -> bool:
    """End a conversation's wait without an agent; False when it did not wait."""
    entry = waiting(session, conversation.id)
    if entry is None:
        return False
    entry.state, entry.ended_at = EntryState.LEFT, now()
    entry.offered_to = entry.offered_until = None
    tell_staff(session, conversation.team)
    return True


def leave(session: Session, conversation: Conversation) -> bool:
    """Take a conversation out of the queue, back to the bot; False when it was not waiting."""
    if conversation.state != State.QUEUED or not end_wait(session, conversation):
        return False
    conversations.transition(session, conversation, State.BOT)
    return True


def listing(session: Session, names: frozenset[str] | None = None) -> list[tuple[QueueEntry, Conversation]]:
    """Return who waits (for these teams), in the order in which they will be served."""
    query = (
        select(QueueEntry, Conversation)
        .join(Conversation, Conversation.id == QueueEntry.conversation_id)
        .where(QueueEntry.state == EntryState.WAITING)
        .order_by(QueueEntry.ranked_at, QueueEntry.id)
    )
    if names is not None:
        query = query.where(QueueEntry.team.in_(names))
    return [(entry, conversation) for entry, conversation in session.execute(query)]


def in_line(session: Session) -> list[tuple[str, str, str]]:
    """Return entry, conversation and customer of everyone who keeps a place, in order."""
    query = (
        select(QueueEntry.id, Conversation.id, Conversation.customer_id)
        .join(Conversation, Conversation.id == QueueEntry.conversation_id)
        .where(QueueEntry.state == EntryState.WAITING, QueueEntry.parked_at.is_(None))
        .order_by(QueueEntry.ranked_at, QueueEntry.id)
    )
    return [(entry, conversation, customer) for entry, conversation, customer in session.execute(query)]


def last_entry(session: Session, conversation_id: str) -> QueueEntry | None:
    """Return the newest entry of a conversation, the waiting one first."""
    order = case((QueueEntry.state == EntryState.WAITING, 0), else_=1)
    query = select(QueueEntry).where(QueueEntry.conversation_id == conversation_id)
    return session.scalar(query.order_by(order, QueueEntry.ended_at.desc()).limit(1))


def priorities(session: Session, conversation_ids: Collection[str]) -> dict[str, int]:
    """Return the priority of the last wait of each conversation that ever waited."""
    waits = case((QueueEntry.state == EntryState.WAITING, 1), else_=0)
    query = select(QueueEntry.conversation_id, QueueEntry.priority)
    query = query.where(QueueEntry.conversation_id.in_(conversation_ids)).order_by(waits, QueueEntry.ended_at)
    return {row.conversation_id: row.priority for row in session.execute(query)}


def tell_staff(session: Session, team: str) -> None:
    """Let the desks and the router know that the queue has changed."""
    outbox.announce(session, outbox.Event("queue.updated", "", {}, audience="staff", team=team))
