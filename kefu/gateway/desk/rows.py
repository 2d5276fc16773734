"""What the lines of a page of conversations need, read for all of them at once: a page costs the same queries as a line."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kefu.accounts.models import Staff
from kefu.conversations.models import Conversation, Message, Sender
from kefu.core.clock import now
from kefu.customers.models import Customer
from kefu.gateway.desk import schemas as s
from kefu.gateway.desk import veiling
from kefu.promises import service as promises
from kefu.promises.models import Commitment, Kind


def people(session: Session, ids: Iterable[str | None]) -> dict[str, s.AgentView]:
    """Return the members of staff with these ids."""
    wanted = {one for one in ids if one}
    query = select(Staff.id, Staff.name, Staff.number).where(Staff.id.in_(wanted))
    found = session.execute(query) if wanted else ()
    return {id_: s.AgentView(id=id_, name=name, number=number) for id_, name, number in found}


def customers(session: Session, rows: Sequence[Conversation]) -> dict[str, Customer]:
    """Return the customers of these conversations, by id."""
    query = select(Customer).where(Customer.id.in_({row.customer_id for row in rows}))
    return {customer.id: customer for customer in session.scalars(query)} if rows else {}


def last_lines(session: Session, ids: Collection[str], sender: str | None = None) -> dict[str, str]:
    """Return one line of the newest message (of a sender) of each conversation."""
    if not ids:
        return {}
    newest = select(Message.conversation_id, func.max(Message.seq).label("seq"))
    if sender is not None:
        newest = newest.where(Message.sender == sender)
    newest_of = newest.where(Message.conversation_id.in_(ids)).group_by(Message.conversation_id).subquery()
    query = select(Message).join(
        newest_of,
        (Message.conversation_id == newest_of.c.conversation_id) & (Message.seq == newest_of.c.seq),
    )
    return {message.conversation_id: veiling.line(message) for message in session.scalars(query)}


def due(session: Session, ids: Collection[str]) -> dict[str, s.DueView]:
    """Return what is due first in each conversation that has anything."""
    return {conversation_id: _due(one) for conversation_id, one in promises.running(session, ids).items()}


def _due(one: Commitment) -> s.DueView:
    assert one.due_at is not None  # noqa: S101 - it runs
    missed = one.missed_at is not None or one.due_at <= now()
    soon = one.warn_at is not None and one.warn_at <= now()
    return s.DueView(
        kind=one.kind,
        title=one.text or Kind(one.kind).text,
        due_at=s.rfc3339(one.due_at),
        state="missed" if missed else "soon" if soon else "fine",
    )


def commitments(session: Session, found: Sequence[Commitment]) -> list[s.CommitmentView]:
    """Return commitments as they are shown."""
    agents = people(session, (one.staff_id for one in found))
    return [
        s.CommitmentView(
            id=one.id,
            kind=one.kind,
            title=Kind(one.kind).text,
            text=one.text,
            agent=agents.get(one.staff_id or ""),
            state=one.state,
            due_at=s.maybe_rfc3339(one.due_at),
            left_seconds=one.left_seconds,
            soon=one.warn_at is not None and one.warn_at <= now(),
            missed=one.missed_at is not None
            or (one.due_at is not None and one.due_at < (one.ended_at or now())),
            note=one.note,
        )
        for one in found
    ]


def unread(session: Session, ids: Collection[str]) -> dict[str, int]:
    """Return how many of the customer's messages the agent has not seen, of each conversation that has any."""
    if not ids:
        return {}
    query = (
        select(Message.conversation_id, func.count().label("number"))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.id.in_(ids),
            Message.sender == Sender.CUSTOMER,
            Message.seq > Conversation.agent_read_seq,
        )
        .group_by(Message.conversation_id)
    )
    return {row.conversation_id: row.number for row in session.execute(query)}
