"""Erasing a customer: everything that says who they were and what they said, so that nothing can bring it back.

What stays is what the shop needs for its own work and says nothing of a person: that there was a conversation, when,
who served it, of which kind it was, and the numbers of tickets. Orders, payments and invoices are the shop's own and
are kept as long as the law demands; they never lie here.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kefu.analytics import gaps
from kefu.analytics.models import GoodReply
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, Feedback, Message, Note, Rating, Sender, State, Upload
from kefu.core.clock import now
from kefu.core.outbox import EventRow
from kefu.customers import service as customers
from kefu.customers.models import Customer
from kefu.dialogue.models import ToolEffect, Turn
from kefu.nlu.models import HeldOut, HeldOutLabel
from kefu.privacy.belongings import conversations_of
from kefu.promises.models import OPEN, Commitment
from kefu.promises.models import State as Promised
from kefu.routing import service as routing
from kefu.routing.models import QueueEntry, Transfer
from kefu.tickets.models import Ticket, TicketKind, TicketState

ERASED = "［已按客户要求删除］"


def erase(session: Session, customer: Customer, pictures: Path) -> dict[str, int]:
    """Erase a customer whom no agent talks with, inside the caller's transaction; returns how much of what went.

    Files go before the transaction ends: a crash in between leaves the request open, and it is carried out again.
    """
    found = [conversations.lock(session, one.id) for one in conversations_of(session, customer.id)]
    for conversation in found:
        _end(session, conversation)
    ids = [conversation.id for conversation in found]
    people = customers.erase(session, customer)
    counts = {
        "conversations": len(ids),
        "messages": _messages(session, ids),
        "pictures": _pictures(session, people, pictures),
        "turns": _turns(session, ids),
        "analysed": gaps.forget(session, ids) + _held_out(session, ids),
        "tickets": _tickets(session, people),
    }
    _remarks(session, ids)
    # Last: ending a conversation has told of it too.
    session.flush()
    gone = EventRow.conversation_id.in_(ids) | EventRow.customer_id.in_(people)
    counts["events"] = _count(session.execute(delete(EventRow).where(gone)))
    return counts


def _end(session: Session, conversation: Conversation) -> None:
    routing.end_wait(session, conversation)
    if conversation.state != State.CLOSED:
        conversations.close(session, conversation, survey=False)
    conversation.memory, conversation.summary, conversation.tags = {}, "", []
    if conversation.wrap_up:
        conversation.wrap_up = conversation.wrap_up | {"cause": ""}


def _count(result: Any) -> int:
    return int(result.rowcount)


def _messages(session: Session, ids: Sequence[str]) -> int:
    own = Message.conversation_id.in_(ids)
    session.flush()
    blank = {"content": {"text": ERASED}, "fingerprint": None, "provenance": None, "turn_id": None}
    told = update(Message).where(own, Message.sender == Sender.SYSTEM).values(kind="notice", **blank)
    said = update(Message).where(own, Message.sender != Sender.SYSTEM).values(kind="text", **blank)
    return sum(_count(session.execute(one)) for one in (told, said))


def _remarks(session: Session, ids: Sequence[str]) -> None:
    """What customers and agents wrote beside the conversation; scores and clicks stay."""
    own = select(Message.id).where(Message.conversation_id.in_(ids))
    session.execute(update(Feedback).where(Feedback.message_id.in_(own)).values(comment=""))
    session.execute(update(Rating).where(Rating.conversation_id.in_(ids)).values(comment=""))
    session.execute(update(Note).where(Note.conversation_id.in_(ids)).values(text=ERASED, mentions=[]))
    session.execute(update(QueueEntry).where(QueueEntry.conversation_id.in_(ids)).values(brief={}))
    own_commitments = Commitment.conversation_id.in_(ids)
    session.execute(update(Commitment).where(own_commitments).values(text="", note=""))
    dropped = update(Commitment).where(own_commitments, Commitment.state.in_(OPEN))
    session.execute(dropped.values(state=Promised.DROPPED, ended_at=now()))
    session.execute(update(Transfer).where(Transfer.conversation_id.in_(ids)).values(note="", answer=""))


def _pictures(session: Session, people: Sequence[str], directory: Path) -> int:
    found = list(session.scalars(select(Upload).where(Upload.customer_id.in_(people))))
    for upload in found:
        (directory / upload.id).unlink(missing_ok=True)
        session.delete(upload)
    return len(found)


def _turns(session: Session, ids: Sequence[str]) -> int:
    """Traces hold what was typed; a turn under way is dropped, so that it writes nothing any more."""
    own = Turn.conversation_id.in_(ids)
    effects = ToolEffect.turn_id.in_(select(Turn.id).where(own))
    session.execute(update(ToolEffect).where(effects).values(command={}, receipt={}))
    session.execute(update(Turn).where(own, Turn.state == "running").values(state="dropped", ended_at=now()))
    return _count(session.execute(update(Turn).where(own).values(trace={})))


def _held_out(session: Session, ids: Sequence[str]) -> int:
    """Messages that judge models had their personal data taken out, but they were this customer's words."""
    own = HeldOut.conversation_id.in_(ids)
    session.execute(delete(GoodReply).where(GoodReply.conversation_id.in_(ids)))
    session.execute(delete(HeldOutLabel).where(HeldOutLabel.held_out_id.in_(select(HeldOut.id).where(own))))
    return _count(session.execute(delete(HeldOut).where(own)))


def _tickets(session: Session, people: Sequence[str]) -> int:
    """Tickets keep their number, kind and times; what is not done yet cannot be done for somebody unknown."""
    own = (Ticket.customer_id.in_(people), Ticket.kind != TicketKind.PRIVACY_ERASURE)
    waiting = update(Ticket).where(*own, Ticket.state == TicketState.OPEN)
    session.execute(waiting.values(state=TicketState.WITHDRAWN, done_at=now()))
    blank = update(Ticket).where(*own).values(summary="", payload={}, order_no=None)
    return _count(session.execute(blank))
