"""Requests to take along or to erase what is kept of a customer: each is a ticket, so that none is forgotten."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, State
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import Conflict, NotFound
from kefu.customers.models import Customer
from kefu.privacy.erasure import erase
from kefu.tickets import service as tickets
from kefu.tickets.models import Ticket, TicketKind, TicketState


def open_erasure(session: Session, customer_id: str) -> Ticket | None:
    """Return the customer's request to be erased that has not been carried out."""
    return session.scalar(_open().where(Ticket.customer_id == customer_id).limit(1))


def waiting(session: Session) -> list[Ticket]:
    """Return every request to be erased that has not been carried out, the most pressing first."""
    return list(session.scalars(_open()))


def _open() -> Select[Ticket]:
    query = select(Ticket).where(Ticket.kind == TicketKind.PRIVACY_ERASURE, Ticket.state == TicketState.OPEN)
    return query.order_by(Ticket.due_at, Ticket.number)


def ask_erasure(
    session: Session, customer: Customer, conversation: Conversation, within: timedelta
) -> Ticket:
    """Note that a customer wants to be erased, with the deadline; asking again is the same request."""
    ticket = open_erasure(session, customer.id)
    if ticket is None:
        ticket = tickets.create(
            session,
            kind=TicketKind.PRIVACY_ERASURE,
            customer_id=customer.id,
            conversation_id=conversation.id,
            summary="客户要求删除个人信息",
        )
        ticket.due_at = now() + within
        day = ticket.due_at.astimezone(tickets.CHINA)
        told = f"已收到您删除个人信息的申请，编号 {ticket.number}，最迟 {day:%Y-%m-%d} 前完成。在那之前可以撤回。"
        conversations.tell(session, conversation, told)
    return ticket


def withdraw(session: Session, customer: Customer, conversation: Conversation) -> Ticket:
    """Take a request back. Raises ``erasure_not_found``."""
    ticket = open_erasure(session, customer.id)
    if ticket is None:
        raise NotFound("erasure_not_found", "没有待处理的删除申请", "它可能已经完成或撤回。")
    ticket.state, ticket.done_at = TicketState.WITHDRAWN, now()
    conversations.tell(session, conversation, f"已撤回删除个人信息的申请，编号 {ticket.number}。")
    return ticket


def note_export(session: Session, customer: Customer, conversation_id: str) -> Ticket:
    """Keep on record that a customer took a copy along."""
    ticket = tickets.create(
        session,
        kind=TicketKind.PRIVACY_EXPORT,
        customer_id=customer.id,
        conversation_id=conversation_id,
        summary="客户导出个人信息",
    )
    ticket.state, ticket.done_at = TicketState.DONE, now()
    return ticket


def carry_out(
    session: Session, number: str, pictures: Path, person: Staff | None, by: str = ""
) -> dict[str, int]:
    """Erase the customer who asked; returns how much of what went. ``by`` says who does it where nobody is signed in.

    Raises ``erasure_not_found``, and ``conversation_with_agent`` while an agent talks with the customer.
    """
    ticket = session.scalar(_open().where(Ticket.number == number))
    if ticket is None:
        raise NotFound(
            "erasure_not_found", "没有待处理的删除申请", "请核对编号；它可能已经完成或被客户撤回。"
        )
    talking = select(Conversation.id).where(
        Conversation.customer_id == ticket.customer_id, Conversation.state == State.HUMAN
    )
    if session.scalar(talking.limit(1)) is not None:
        raise Conflict("conversation_with_agent", "客户正在和人工客服对话", "请先结束会话，再执行删除。")
    counts = erase(session, session.get_one(Customer, ticket.customer_id), pictures)
    ticket.state, ticket.done_at, ticket.payload = TicketState.DONE, now(), {"erased": counts}
    accounts.audit(session, person, "privacy_erased", number, by=by, **counts)
    return counts


def carry_out_due(database: Database, pictures: Path) -> int:
    """Erase everybody whose deadline has come, each in a transaction of its own; returns how many.

    Who talks with an agent just then comes next time.
    """
    with database.read() as session:
        due = [one.number for one in waiting(session) if one.due_at is not None and one.due_at <= now()]
    done = 0
    for number in due:
        with suppress(Conflict, NotFound), database.write() as session:
            carry_out(session, number, pictures, None, by="deadline")
            done += 1
    return done
