"""What happens when nobody does anything: offers lapse, agents are gone or silent, customers leave or fall silent.

Each ``*_due`` reads what may be due; each step checks again under the conversation's lock and writes one transaction.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Presence, Staff
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, State
from kefu.core.clock import now
from kefu.core.settings import Settings
from kefu.routing import service as routing
from kefu.routing import teams, transfers
from kefu.routing.models import EntryState, QueueEntry, Transfer, TransferState

Step = Callable[[Session, Settings], None]
"""Writes one change, if it is still due."""
Present = Callable[[str], bool]
"""Whether a customer (by id) has a page open."""

IDLE_WORDS = (
    "请问您还在吗？有其他问题可以继续告诉我。",
    "您已有一段时间没有回复，稍后会话将自动结束；需要时请继续发送消息。",
)
SEEN_EVERY = 0.25  # of the time to parking: how often a waiting customer's presence is written down


def due(session: Session, settings: Settings, present: Present) -> list[Step]:
    """Return everything that is due now."""
    moment = now()
    return [
        *_offers_due(session, moment),
        *_agents_due(session, settings, moment),
        *_silent_due(session, settings, moment),
        *_transfers_due(session, moment),
        *_queue_due(session, settings, moment, present),
        *_idle_due(session, settings, moment),
    ]


def _offers_due(session: Session, moment: datetime) -> list[Step]:
    query = select(QueueEntry.conversation_id).where(
        QueueEntry.state == EntryState.WAITING, QueueEntry.offered_until < moment
    )
    return [_offer_lapsed(conversation_id) for conversation_id in session.scalars(query)]


def _offer_lapsed(conversation_id: str) -> Step:
    def step(session: Session, settings: Settings) -> None:
        conversation = conversations.lock(session, conversation_id)
        entry = routing.waiting(session, conversation_id)
        if entry is None or entry.offered_until is None or entry.offered_until >= now():
            return
        missed = session.get_one(Staff, entry.offered_to)
        routing.withdraw(entry, settings)
        if missed.presence == Presence.ONLINE:  # who does not answer is not there: no more until they say so
            accounts.set_presence(session, missed, Presence.BUSY, None, why="missed")
        routing.tell_staff(session, conversation.team)

    return step


def _agents_due(session: Session, settings: Settings, moment: datetime) -> list[Step]:
    since = moment - timedelta(seconds=settings.agent_gone_seconds)
    holding = select(Conversation.agent_id).where(Conversation.state == State.HUMAN)
    offered = select(QueueEntry.offered_to).where(
        QueueEntry.state == EntryState.WAITING, QueueEntry.offered_to.is_not(None)
    )
    query = select(Staff.id).where(
        or_(Staff.seen_at.is_(None), Staff.seen_at < since),
        (Staff.presence != Presence.OFFLINE) | Staff.id.in_(holding) | Staff.id.in_(offered),
    )
    return [step for agent_id in session.scalars(query) for step in _agent_gone(session, agent_id)]


def _agent_gone(session: Session, agent_id: str) -> list[Step]:
    """Return the steps for an agent who went away: the presence, then each conversation for itself."""

    def is_gone(session: Session, settings: Settings) -> bool:
        since = now() - timedelta(seconds=settings.agent_gone_seconds)
        seen = session.scalar(select(Staff.seen_at).where(Staff.id == agent_id))
        return seen is None or seen < since

    def sign_off(session: Session, settings: Settings) -> None:
        agent = session.get_one(Staff, agent_id)
        if is_gone(session, settings) and agent.presence != Presence.OFFLINE:
            accounts.set_presence(session, agent, Presence.OFFLINE, None, why="gone")

    def hand_on(conversation_id: str) -> Step:
        def step(session: Session, settings: Settings) -> None:
            conversation = conversations.lock(session, conversation_id)
            if not is_gone(session, settings):
                return
            entry = routing.waiting(session, conversation_id)
            if entry is not None and entry.offered_to == agent_id:
                routing.withdraw(entry, settings)
                routing.tell_staff(session, conversation.team)
            elif conversation.state == State.HUMAN and conversation.agent_id == agent_id:
                reassign(session, conversation, settings, "agent_gone")

        return step

    held = select(Conversation.id).where(Conversation.state == State.HUMAN, Conversation.agent_id == agent_id)
    asked = select(QueueEntry.conversation_id).where(
        QueueEntry.state == EntryState.WAITING, QueueEntry.offered_to == agent_id
    )
    return [sign_off, *(hand_on(found) for query in (held, asked) for found in session.scalars(query))]


def reassign(session: Session, conversation: Conversation, settings: Settings, reason: str) -> None:
    """Put a conversation back to its place because its agent is gone or silent; the customer is told."""
    transfers.drop(session, conversation)
    routing.requeue(session, conversation, settings, reason=reason)
    conversations.tell(session, conversation, "正在为您换一位客服，您的位置不变，之前的对话对方都能看到。")


def _silent_due(session: Session, settings: Settings, moment: datetime) -> list[Step]:
    since = moment - timedelta(seconds=settings.agent_silent_seconds)
    query = select(Conversation.id).where(
        Conversation.state == State.HUMAN, Conversation.awaiting_since < since
    )
    return [_agent_silent(conversation_id) for conversation_id in session.scalars(query)]


def _agent_silent(conversation_id: str) -> Step:
    def step(session: Session, settings: Settings) -> None:
        conversation = conversations.lock(session, conversation_id)
        moment = now()
        since = moment - timedelta(seconds=settings.agent_silent_seconds)
        waits = conversation.awaiting_since
        if conversation.state != State.HUMAN or waits is None or waits >= since:
            return
        agents = teams.present(session, moment, settings)
        others = (
            seat
            for seat in teams.free_seats(session, moment, agents)
            if seat.agent_id != conversation.agent_id and conversation.team in seat.teams
        )
        if any(others):  # without another, the customer would only lose the one there is
            reassign(session, conversation, settings, "agent_silent")

    return step


def _transfers_due(session: Session, moment: datetime) -> list[Step]:
    query = select(Transfer.conversation_id).where(
        Transfer.state == TransferState.PENDING, Transfer.expires_at < moment
    )

    def lapse(conversation_id: str) -> Step:
        def step(session: Session, _settings: Settings) -> None:
            conversation = conversations.lock(session, conversation_id)
            transfer = transfers.pending(session, conversation_id)
            if transfer is not None and transfer.expires_at < now():
                transfers.drop(session, conversation)

        return step

    return [lapse(conversation_id) for conversation_id in session.scalars(query)]


def _queue_due(session: Session, settings: Settings, moment: datetime, present: Present) -> list[Step]:
    steps: list[Step] = []
    park_after = timedelta(seconds=settings.queue_park_seconds)
    keep = timedelta(minutes=settings.queue_keep_minutes)
    query = (
        select(
            QueueEntry.id,
            QueueEntry.conversation_id,
            QueueEntry.parked_at,
            QueueEntry.customer_seen_at,
            Conversation.customer_id,
            Conversation.last_activity_at,
        )
        .join(Conversation, Conversation.id == QueueEntry.conversation_id)
        .where(QueueEntry.state == EntryState.WAITING)
    )
    for row in session.execute(query):
        unseen = moment - row.customer_seen_at
        if present(row.customer_id) or row.last_activity_at > row.customer_seen_at:
            if row.parked_at is not None or unseen > park_after * SEEN_EVERY:
                steps.append(_customer_here(row.id))
        elif row.parked_at is None and unseen > park_after:
            steps.append(_park(row.id))
        elif row.parked_at is not None and moment - row.parked_at > keep:
            steps.append(_give_up(row.conversation_id))
    return steps


def _customer_here(entry_id: str) -> Step:
    def step(session: Session, _settings: Settings) -> None:
        still = (QueueEntry.id == entry_id, QueueEntry.state == EntryState.WAITING)
        session.execute(update(QueueEntry).where(*still).values(customer_seen_at=now(), parked_at=None))

    return step


def _park(entry_id: str) -> Step:
    """An offered one is not parked: an agent is about to look."""

    def step(session: Session, _settings: Settings) -> None:
        still = (
            QueueEntry.id == entry_id,
            QueueEntry.state == EntryState.WAITING,
            QueueEntry.offered_to.is_(None),
        )
        session.execute(update(QueueEntry).where(*still).values(parked_at=now()))

    return step


def _give_up(conversation_id: str) -> Step:
    def step(session: Session, _settings: Settings) -> None:
        conversation = conversations.lock(session, conversation_id)
        entry = routing.waiting(session, conversation_id)
        if entry is not None and entry.parked_at is not None and routing.leave(session, conversation):
            told = "您离开了一段时间，排队已为您取消。智能客服继续为您服务，需要时可以随时再转人工。"
            conversations.tell(session, conversation, told)

    return step


def _idle_due(session: Session, settings: Settings, moment: datetime) -> list[Step]:
    with_people = (
        (Conversation.state == State.HUMAN)
        & Conversation.awaiting_since.is_(None)
        & (Conversation.last_activity_at < moment - timedelta(seconds=settings.idle_seconds))
    )
    with_bot = (Conversation.state == State.BOT) & (
        Conversation.last_activity_at < moment - timedelta(hours=settings.bot_idle_hours)
    )
    query = select(Conversation.id).where(with_people | with_bot)
    return [_customer_silent(conversation_id) for conversation_id in session.scalars(query)]


def _customer_silent(conversation_id: str) -> Step:
    def step(session: Session, settings: Settings) -> None:
        conversation = conversations.lock(session, conversation_id)
        quiet = now() - conversation.last_activity_at
        if conversation.state == State.BOT and quiet > timedelta(hours=settings.bot_idle_hours):
            conversations.close(session, conversation, survey=False)
        elif (
            conversation.state == State.HUMAN
            and conversation.awaiting_since is None
            and quiet > timedelta(seconds=settings.idle_seconds)
        ):
            _next_idle_step(session, conversation)

    return step


def _next_idle_step(session: Session, conversation: Conversation) -> None:
    told = conversation.idle_step
    if told < len(IDLE_WORDS):
        conversations.tell(session, conversation, IDLE_WORDS[told])
        conversation.idle_step = told + 1
    else:
        transfers.drop(session, conversation)
        conversations.tell(session, conversation, "由于长时间没有收到您的回复，本次会话已结束。")
        conversations.close(session, conversation, survey=True)
