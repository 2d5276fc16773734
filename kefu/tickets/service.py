"""Opening tickets and finding a customer's."""

from secrets import randbelow
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from kefu.core.clock import now
from kefu.tickets.models import Ticket, TicketKind, TicketState

CHINA = ZoneInfo("Asia/Shanghai")


def create(
    session: Session,
    *,
    kind: TicketKind,
    customer_id: str,
    conversation_id: str,
    summary: str = "",
    order_no: str | None = None,
    first_owner_id: str | None = None,
    payload: dict[str, Any] | None = None,
) -> Ticket:
    """Open a ticket with a fresh number: ``GD``, the day in China as yymmdd, five digits."""
    ticket = Ticket(
        kind=kind,
        customer_id=customer_id,
        conversation_id=conversation_id,
        summary=summary[:500],
        order_no=order_no,
        first_owner_id=first_owner_id,
        payload=payload or {},
    )
    _add_numbered(session, ticket)
    return ticket


# The number is drawn, so it may be taken; the caller's transaction survives that behind a savepoint.
@retry(retry=retry_if_exception_type(IntegrityError), stop=stop_after_attempt(10), reraise=True)
def _add_numbered(session: Session, ticket: Ticket) -> None:
    ticket.number = f"GD{now().astimezone(CHINA):%y%m%d}{randbelow(100_000):05d}"
    with session.begin_nested():
        session.add(ticket)


def open_callbacks(session: Session, conversation_id: str) -> list[Ticket]:
    """Return the calls back that were noted for a conversation and have not happened yet, newest first."""
    query = select(Ticket).where(
        Ticket.conversation_id == conversation_id,
        Ticket.kind == TicketKind.CALLBACK,
        Ticket.state == TicketState.OPEN,
    )
    return list(session.scalars(query.order_by(Ticket.created_at.desc())))


def open_callback(session: Session, conversation_id: str) -> Ticket | None:
    """Return the newest of the calls back that have not happened yet."""
    return next(iter(open_callbacks(session, conversation_id)), None)


def called_back(session: Session, conversation_id: str) -> list[str]:
    """End the open calls back of a conversation; their numbers are returned, newest first."""
    ended = open_callbacks(session, conversation_id)
    for ticket in ended:
        ticket.state = TicketState.DONE
    return [ticket.number for ticket in ended]


def list_for(session: Session, customer_id: str) -> list[Ticket]:
    """Return a customer's tickets, newest first."""
    query = select(Ticket).where(Ticket.customer_id == customer_id)
    return list(session.scalars(query.order_by(Ticket.created_at.desc(), Ticket.number.desc())))


def move(session: Session, from_customer: str, to_customer: str) -> None:
    """Give one customer's tickets to another (an anonymous visitor has signed in)."""
    session.execute(update(Ticket).where(Ticket.customer_id == from_customer).values(customer_id=to_customer))


def card(ticket: Ticket) -> dict[str, str]:
    """Return ``{number, kind_text, state_text, created_at}`` as clients draw it."""
    return {
        "number": ticket.number,
        "kind_text": TicketKind(ticket.kind).text,
        "state_text": TicketState(ticket.state).text,
        "created_at": ticket.created_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
