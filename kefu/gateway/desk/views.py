"""Reading the lists that the desk shows."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, has
from kefu.commerce.cards import mask_phone
from kefu.conversations.models import Conversation, Message, State
from kefu.conversations.schemas import excerpt
from kefu.customers.models import Customer
from kefu.gateway.desk import access
from kefu.gateway.desk import schemas as s
from kefu.routing import service as routing
from kefu.routing import transfers

PAGE = 50


def customer_view(customer: Customer) -> s.CustomerView:
    """Return a customer with personal data masked."""
    return s.CustomerView(
        id=customer.id,
        name=customer.name or f"访客 {customer.id[:6]}",
        level=customer.level,
        phone_masked=mask_phone(customer.phone) if customer.phone else "",
        verified=customer.verified,
        tags=customer.tags,
    )


def agent_view(session: Session, agent_id: str | None) -> s.AgentView | None:
    """Return a member of staff."""
    person = session.get(Staff, agent_id) if agent_id else None
    return s.AgentView(id=person.id, name=person.name, number=person.number) if person else None


def text_of(message: Message | None) -> str:
    """Return one line of a message for a list."""
    return excerpt(message) if message else ""


def _last(session: Session, conversation: Conversation, sender: str | None = None) -> Message | None:
    query = select(Message).where(Message.conversation_id == conversation.id)
    if sender is not None:
        query = query.where(Message.sender == sender)
    return session.scalar(query.order_by(Message.seq.desc()).limit(1))


def queue(session: Session, person: Staff) -> list[s.QueueItem]:
    """Return who waits for this person's teams, with what they wrote last."""
    names = None if has(person, Right.SUPERVISE) else person.teams
    return [
        s.QueueItem(
            conversation_id=conversation.id,
            customer=customer_view(session.get_one(Customer, conversation.customer_id)),
            waiting_since=s.rfc3339(entry.entered_at),
            position=place,
            reason=str(entry.brief.get("reason") or entry.reason),
            team=entry.team,
            priority=entry.priority,
            last_text=text_of(_last(session, conversation, "customer")),
            parked=entry.parked_at is not None,
            offered=agent_view(session, entry.offered_to),
            offered_until=s.maybe_rfc3339(entry.offered_until),
        )
        for place, (entry, conversation) in enumerate(routing.listing(session, names), start=1)
    ]


def _list_condition(person: Staff, name: s.ListName) -> ColumnElement[bool]:
    """Return which conversations a list holds, among those that the person may see."""
    if name == "mine":
        return (Conversation.agent_id == person.id) & (Conversation.state == State.HUMAN)
    if name == "team":
        return (Conversation.state == State.HUMAN) & Conversation.team.in_(person.teams)
    if name == "responsible":
        return (Conversation.first_owner_id == person.id) & Conversation.discharged_at.is_(None)
    if name == "closed":
        return Conversation.state == State.CLOSED
    if name == "all":
        return Conversation.state != State.CLOSED
    return true()


def listing(
    session: Session, person: Staff, name: s.ListName | None, state: str | None, cursor: str | None
) -> s.Conversations:
    """Return a page of conversations, newest activity first."""
    query = select(Conversation).where(Conversation.state != State.NEW, access.visible(person))
    if name is not None:
        query = query.where(_list_condition(person, name))
    if state is not None:
        query = query.where(Conversation.state == state)
    if cursor is not None:
        query = query.where(Conversation.last_activity_at < datetime.fromisoformat(cursor))
    rows = list(session.scalars(query.order_by(Conversation.last_activity_at.desc()).limit(PAGE + 1)))
    items = [_item(session, row) for row in rows[:PAGE]]
    if name == "mine" and cursor is None:
        asked = transfers.waiting_for(session, person.id)
        items = [_asked(session, transfer.conversation_id) for transfer in asked] + items
    following = rows[PAGE - 1].last_activity_at.isoformat() if len(rows) > PAGE else None
    return s.Conversations(items=items, next_cursor=following)


def _asked(session: Session, conversation_id: str) -> s.ConversationItem:
    item = _item(session, session.get_one(Conversation, conversation_id))
    item.transfer_to_me = True
    return item


def _unread(row: type[Conversation] | Conversation) -> ColumnElement[bool]:
    return (
        (Message.conversation_id == row.id)
        & (Message.sender == "customer")
        & (Message.seq > row.agent_read_seq)
    )


def _item(session: Session, row: Conversation) -> s.ConversationItem:
    return s.ConversationItem(
        id=row.id,
        state=row.state,
        customer=customer_view(session.get_one(Customer, row.customer_id)),
        agent=agent_view(session, row.agent_id),
        last_message=text_of(_last(session, row)),
        last_activity_at=s.rfc3339(row.last_activity_at),
        unread=session.scalar(select(func.count()).where(_unread(row))) or 0,
        team=row.team,
        responsible=agent_view(session, None if row.discharged_at else row.first_owner_id),
        awaiting_since=s.maybe_rfc3339(row.awaiting_since),
    )


def counts(session: Session, person: Staff) -> s.ListCounts:
    """Return how many conversations each list holds."""

    def count(*conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(Conversation)
        query = query.where(Conversation.state != State.NEW, access.visible(person), *conditions)
        return session.scalar(query) or 0

    mine = _list_condition(person, "mine")
    unread = select(func.count()).select_from(Message).join(Conversation, _unread(Conversation)).where(mine)
    return s.ListCounts(
        mine=count(mine) + len(transfers.waiting_for(session, person.id)),
        queue=count(Conversation.state == State.QUEUED),
        team=count(_list_condition(person, "team")),
        responsible=count(_list_condition(person, "responsible")),
        all=count(_list_condition(person, "all")),
        closed=count(_list_condition(person, "closed")),
        unread=session.scalar(unread) or 0,
    )
