"""Reading what the desk shows."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kefu.accounts.models import Staff
from kefu.bootstrap.container import Container
from kefu.commerce.cards import mask_phone
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, Message, Note, State
from kefu.conversations.schemas import excerpt, wire
from kefu.core.errors import NotFound
from kefu.customers.models import Customer
from kefu.dialogue import store
from kefu.gateway.desk import schemas as s
from kefu.routing import service as routing

PAGE = 50
TRANSCRIPT = 1000


def rfc3339(moment: datetime) -> str:
    """Return a moment as the API writes it."""
    return moment.isoformat().replace("+00:00", "Z")


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
    """Return who holds a conversation."""
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


def queue(session: Session) -> list[s.QueueItem]:
    """Return who waits, with what they wrote last."""
    return [
        s.QueueItem(
            conversation_id=conversation.id,
            customer=customer_view(session.get_one(Customer, conversation.customer_id)),
            waiting_since=rfc3339(entry.entered_at),
            position=place,
            reason=str(entry.brief.get("reason") or entry.reason),
            team=entry.team,
            priority=entry.priority,
            last_text=text_of(_last(session, conversation, "customer")),
        )
        for place, (entry, conversation) in enumerate(routing.listing(session), start=1)
    ]


def listing(
    session: Session, person: Staff, state: str | None, mine: bool, cursor: str | None
) -> s.Conversations:
    """Return a page of conversations, newest activity first."""
    query = select(Conversation).where(Conversation.state != State.NEW)
    if state is not None:
        query = query.where(Conversation.state == state)
    if mine:
        query = query.where(Conversation.agent_id == person.id)
    if cursor is not None:
        query = query.where(Conversation.last_activity_at < datetime.fromisoformat(cursor))
    rows = list(session.scalars(query.order_by(Conversation.last_activity_at.desc()).limit(PAGE + 1)))
    items = [_item(session, row) for row in rows[:PAGE]]
    following = rows[PAGE - 1].last_activity_at.isoformat() if len(rows) > PAGE else None
    return s.Conversations(items=items, next_cursor=following)


def _item(session: Session, row: Conversation) -> s.ConversationItem:
    unread = select(func.count()).where(
        Message.conversation_id == row.id, Message.sender == "customer", Message.seq > row.agent_read_seq
    )
    return s.ConversationItem(
        id=row.id,
        state=row.state,
        customer=customer_view(session.get_one(Customer, row.customer_id)),
        agent=agent_view(session, row.agent_id),
        last_message=text_of(_last(session, row)),
        last_activity_at=rfc3339(row.last_activity_at),
        unread=session.scalar(unread) or 0,
    )


def read_conversation(parts: Container, conversation_id: str) -> tuple[dict[str, Any], Customer]:
    """Return everything the database holds about one conversation, and its customer."""
    with parts.database.read() as session:
        row = session.get(Conversation, conversation_id)
        if row is None:
            raise NotFound("conversation_not_found", "没有这个会话")
        customer = session.get_one(Customer, row.customer_id)
        entry = routing.last_entry(session, row.id)
        waits = entry is not None and entry.state == "waiting"
        shown = {
            "id": row.id,
            "state": row.state,
            "customer": customer_view(customer),
            "agent": agent_view(session, row.agent_id),
            "brief": entry.brief if entry else None,
            "queue": routing.place(session, entry, parts.settings).wire() if entry and waits else None,
            "transcript": [wire(m) for m in conversations.messages(session, row.id, limit=TRANSCRIPT)],
            "trace": _trace(session, row.id),
            "notes": _notes(session, row.id),
        }
        return shown, customer


def _trace(session: Session, conversation_id: str) -> list[s.TraceView]:
    return [
        s.TraceView(
            trace_id=turn.id,
            turn=number,
            text=str(turn.trace.get("text", "")),
            intent=turn.trace.get("intent"),
            outcome=turn.outcome,
            article_key=turn.trace.get("article_key"),
            confidence=turn.trace.get("confidence"),
            degraded=bool(turn.trace.get("degraded")),
            total_ms=round(sum(turn.trace.get("timings", {}).values()), 1),
        )
        for number, turn in enumerate(store.traces(session, conversation_id), start=1)
    ]


def _notes(session: Session, conversation_id: str) -> list[s.NoteView]:
    query = select(Note, Staff.name).join(Staff, Staff.id == Note.author_id)
    rows = session.execute(query.where(Note.conversation_id == conversation_id).order_by(Note.created_at))
    return [
        s.NoteView(id=note.id, author=name, text=note.text, created_at=rfc3339(note.created_at))
        for note, name in rows
    ]
