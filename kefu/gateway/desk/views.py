"""Reading the lists that the desk shows."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, has
from kefu.commerce.cards import mask_phone
from kefu.conversations.models import Conversation, Sender, State
from kefu.core.masking import veil
from kefu.customers.models import Customer
from kefu.dialogue import signals
from kefu.gateway.desk import access, callbacks, rows
from kefu.gateway.desk import schemas as s
from kefu.routing import service as routing
from kefu.routing import transfers
from kefu.routing.models import QueueEntry

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


def queue(session: Session, person: Staff) -> list[s.QueueItem]:
    """Return who waits for this person's teams, with what they wrote last."""
    waiting = routing.listing(session, None if has(person, Right.SUPERVISE) else person.teams)
    conversations = [conversation for _, conversation in waiting]
    customers = rows.customers(session, conversations)
    texts = rows.last_lines(session, [one.id for one in conversations], Sender.CUSTOMER)
    asked = rows.people(session, (entry.offered_to for entry, _ in waiting))
    due = rows.due(session, [one.id for one in conversations])
    return [
        s.QueueItem(
            conversation_id=conversation.id,
            customer=customer_view(customers[conversation.customer_id]),
            waiting_since=s.rfc3339(entry.entered_at),
            position=place,
            reason=str(entry.brief.get("reason") or entry.reason),
            team=entry.team,
            priority=entry.priority,
            last_text=_words(entry, texts.get(conversation.id, "")),
            parked=entry.parked_at is not None,
            due=due.get(conversation.id),
            offered=asked.get(entry.offered_to or ""),
            offered_until=s.maybe_rfc3339(entry.offered_until),
        )
        for place, (entry, conversation) in enumerate(waiting, start=1)
    ]


def _words(entry: QueueEntry, last: str) -> str:
    """Return what one who waits wrote last, or what they wanted where that only asks for a person."""
    only_asks = signals.find(last) is signals.Signal.ASKED
    return veil(str(entry.brief.get("wanted") or last)) if only_asks else last


def _list_condition(person: Staff, name: s.ListName) -> ColumnElement[bool]:
    """Return which conversations a list holds, among those that the person may see."""
    if name == "mine":
        return (Conversation.agent_id == person.id) & (Conversation.state == State.HUMAN)
    if name == "team":
        return (Conversation.state == State.HUMAN) & Conversation.team.in_(person.teams)
    if name == "responsible":
        return (Conversation.first_owner_id == person.id) & Conversation.discharged_at.is_(None)
    if name == "callbacks":
        return callbacks.waits()
    if name == "closed":
        return Conversation.state == State.CLOSED
    if name == "all":
        return Conversation.state != State.CLOSED
    return true()


def listing(
    session: Session, person: Staff, name: s.ListName | None, state: str | None, cursor: str | None
) -> s.Conversations:
    """Return a page of conversations, newest activity first; who waits to be called back, longest first."""
    query = select(Conversation).where(Conversation.state != State.NEW, access.visible(person))
    if name is not None:
        query = query.where(_list_condition(person, name))
    if state is not None:
        query = query.where(Conversation.state == state)
    active, oldest_first = Conversation.last_activity_at, name == "callbacks"
    if cursor is not None:
        moment = datetime.fromisoformat(cursor)
        query = query.where(active > moment if oldest_first else active < moment)
    query = query.order_by(active if oldest_first else active.desc())
    found = list(session.scalars(query.limit(PAGE + 1)))
    shown = found[:PAGE]
    asked: list[str] = []
    if name == "mine" and cursor is None:
        asked = [transfer.conversation_id for transfer in transfers.waiting_for(session, person.id)]
        shown = [*session.scalars(select(Conversation).where(Conversation.id.in_(asked))), *shown]
    following = found[PAGE - 1].last_activity_at.isoformat() if len(found) > PAGE else None
    return s.Conversations(items=items(session, shown, asked), next_cursor=following)


def items(
    session: Session, shown: Sequence[Conversation], asked: Collection[str] = ()
) -> list[s.ConversationItem]:
    """Return conversations as lines of a list; ``asked`` are those that a colleague hands to this person."""
    ids = [row.id for row in shown]
    customers, texts = rows.customers(session, shown), rows.last_lines(session, ids)
    people = rows.people(session, (one for row in shown for one in (row.agent_id, row.first_owner_id)))
    unread, due = rows.unread(session, ids), rows.due(session, ids)
    return [
        s.ConversationItem(
            id=row.id,
            state=row.state,
            customer=customer_view(customers[row.customer_id]),
            agent=people.get(row.agent_id or ""),
            last_message=texts.get(row.id, ""),
            last_activity_at=s.rfc3339(row.last_activity_at),
            unread=unread.get(row.id, 0),
            team=row.team,
            responsible=None if row.discharged_at else people.get(row.first_owner_id or ""),
            awaiting_since=s.maybe_rfc3339(row.awaiting_since),
            due=due.get(row.id),
            transfer_to_me=row.id in asked,
        )
        for row in shown
    ]


def counts(session: Session, person: Staff) -> s.ListCounts:
    """Return how many conversations each list holds."""

    def count(*conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(Conversation)
        query = query.where(Conversation.state != State.NEW, access.visible(person), *conditions)
        return session.scalar(query) or 0

    mine = _list_condition(person, "mine")
    own = list(session.scalars(select(Conversation.id).where(mine)))
    return s.ListCounts(
        mine=count(mine) + len(transfers.waiting_for(session, person.id)),
        queue=count(Conversation.state == State.QUEUED),
        team=count(_list_condition(person, "team")),
        responsible=count(_list_condition(person, "responsible")),
        callbacks=count(_list_condition(person, "callbacks")),
        all=count(_list_condition(person, "all")),
        closed=count(_list_condition(person, "closed")),
        unread=sum(rows.unread(session, own).values()),
    )
