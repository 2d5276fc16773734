"""What is kept of one customer, as JSON that a person can read and a program can take over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.analytics.models import Miss
from kefu.conversations.models import Conversation, Feedback, Message, Rating, Upload
from kefu.customers.models import Customer
from kefu.tickets.models import Ticket, TicketKind, TicketState

Json = dict[str, Any]


def moment(time: datetime | None) -> str | None:
    """Return a time as RFC 3339 in UTC, to the second."""
    return time.isoformat(timespec="seconds").replace("+00:00", "Z") if time else None


def conversations_of(session: Session, customer_id: str) -> list[Conversation]:
    """Return all conversations of a customer, oldest first; those from before signing in have moved along."""
    query = select(Conversation).where(Conversation.customer_id == customer_id)
    return list(session.scalars(query.order_by(Conversation.created_at, Conversation.id)))


def messages_of(session: Session, customer_id: str) -> list[Message]:
    """Return every message of a customer's conversations, in order."""
    query = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.customer_id == customer_id)
        .order_by(Conversation.created_at, Message.conversation_id, Message.seq)
    )
    return list(session.scalars(query))


def collect(session: Session, customer: Customer, orders: Sequence[Json] = ()) -> Json:
    """Return everything: profile, consent, conversations, ratings, tickets, pictures, and what is analysed.

    ``orders`` is what the shop shows us of the customer's orders; they are the shop's and are not erased here.
    """
    found = conversations_of(session, customer.id)
    ids = [one.id for one in found]
    return {
        "profile": _profile(customer),
        "conversations": [_conversation(session, one) for one in found],
        "tickets": [_ticket(one) for one in session.scalars(_of(Ticket, customer.id))],
        "pictures": [
            {"id": one.id, "media_type": one.media_type, "bytes": one.size, "at": moment(one.created_at)}
            for one in session.scalars(_of(Upload, customer.id))
        ],
        "analysed": [
            {"text": one.text, "reason": one.reason, "at": moment(one.at)}
            for one in session.scalars(
                select(Miss).where(Miss.conversation_id.in_(ids)).order_by(Miss.at)
            )
        ],
        "orders": list(orders),
    }  # fmt: skip


def _of(table: Any, customer_id: str) -> Any:
    return select(table).where(table.customer_id == customer_id).order_by(table.created_at)


def _profile(customer: Customer) -> Json:
    return {
        "customer_id": customer.id,
        "inbox": customer.inbox,
        "external_id": customer.external_id,
        "name": customer.name,
        "level": customer.level,
        "phone": customer.phone,
        "tags": customer.tags,
        "context": customer.context,
        "privacy_version": customer.privacy_version,
        "privacy_at": moment(customer.privacy_at),
        "created_at": moment(customer.created_at),
    }


def _conversation(session: Session, conversation: Conversation) -> Json:
    messages = session.scalars(
        select(Message).where(Message.conversation_id == conversation.id).order_by(Message.seq)
    )
    said = [_message(session, one) for one in messages]
    rating = session.get(Rating, conversation.id)
    return {
        "id": conversation.id,
        "state": conversation.state,
        "created_at": moment(conversation.created_at),
        "closed_at": moment(conversation.closed_at),
        "rating": {
            "score": rating.score, "resolved": rating.resolved, "tags": rating.tags, "comment": rating.comment,
        } if rating else None,
        "messages": said,
    }  # fmt: skip


def _message(session: Session, message: Message) -> Json:
    shown: Json = {
        "at": moment(message.created_at),
        "sender": message.sender,
        "kind": message.kind,
        "content": _readable(message.content),
    }
    if message.recalled_at is not None:
        shown["recalled_at"] = moment(message.recalled_at)
    feedback = session.get(Feedback, message.id) if message.kind == "answer" else None
    if feedback is not None:
        shown["feedback"] = {
            "useful": feedback.useful,
            "reason": feedback.reason,
            "comment": feedback.comment,
        }
    return shown


def _readable(value: Any) -> Any:
    """Options without their signed ids, which are good for nothing in a file."""
    if isinstance(value, list):
        return [_readable(one) for one in value]
    if isinstance(value, dict):
        if {"id", "title", "target"} <= value.keys():
            return {"title": value["title"]}
        return {name: _readable(one) for name, one in value.items() if name != "option_id"}
    return value


def _ticket(ticket: Ticket) -> Json:
    return {
        "number": ticket.number,
        "kind": TicketKind(ticket.kind).text,
        "state": TicketState(ticket.state).text,
        "summary": ticket.summary,
        "payload": ticket.payload,
        "order_no": ticket.order_no,
        "created_at": moment(ticket.created_at),
    }
