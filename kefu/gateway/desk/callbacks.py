"""Customers who came off hours, or when nobody was there, and wait to be called back."""

from fastapi import APIRouter
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.commerce.cards import mask_phone
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation
from kefu.core.errors import NotFound
from kefu.core.masking import veil
from kefu.customers.models import Customer
from kefu.gateway.deps import Agent, Parts
from kefu.gateway.desk import access
from kefu.gateway.desk import schemas as s
from kefu.tickets import service as tickets
from kefu.tickets.models import Ticket, TicketKind, TicketState

router = APIRouter(prefix="/desk/conversations/{conversation_id}", tags=["staff"])


def waits() -> ColumnElement[bool]:
    """Return the condition on conversations whose customer is still to be called back."""
    return Conversation.id.in_(
        select(Ticket.conversation_id).where(
            Ticket.kind == TicketKind.CALLBACK, Ticket.state == TicketState.OPEN
        )
    )


def phone(session: Session, conversation: Conversation) -> str:
    """Return the number to call: the one left for this, else the customer's own, else nothing."""
    return _number(session, conversation, tickets.open_callback(session, conversation.id))


def _number(session: Session, conversation: Conversation, ticket: Ticket | None) -> str:
    left = str(ticket.payload.get("phone", "")) if ticket else ""
    return left or session.get_one(Customer, conversation.customer_id).phone


def view(session: Session, conversation: Conversation) -> s.CallbackView | None:
    """Return the call back that is still to be made, with the number masked."""
    ticket = tickets.open_callback(session, conversation.id)
    if ticket is None:
        return None
    number = _number(session, conversation, ticket)
    return s.CallbackView(
        number=ticket.number,
        phone_masked=mask_phone(number) if number else "",
        text=veil(str(ticket.payload.get("text") or ticket.summary)),
        created_at=s.rfc3339(ticket.created_at),
    )


def end(session: Session, person: Staff, conversation: Conversation) -> list[str]:
    """Note that the customer was called back, or got the answer another way; returns the numbers that this ends."""
    numbers = tickets.called_back(session, conversation.id)
    if numbers:
        accounts.audit(session, person, "callback_done", conversation.id, numbers=numbers)
        conversations.add_note(session, conversation, person.id, f"已联系客户，回电 {numbers[0]} 办结")
    return numbers


@router.post("/callback/done", operation_id="deskCallbackDone")
def done(conversation_id: str, person: Agent, parts: Parts) -> s.StateAnswer:
    """Say that the customer was called back, or got the answer another way."""
    with parts.database.write() as session:
        conversation = access.sees(session, person, conversations.lock(session, conversation_id))
        if not end(session, person, conversation):
            raise NotFound("callback_not_found", "没有待回电的登记", "可能同事已经处理了。")
        return s.StateAnswer(id=conversation.id, state=conversation.state)
