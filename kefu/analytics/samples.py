"""Real messages proposed for the held-out set: a fair sample, personal data taken out."""

from collections.abc import Callable

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from kb_index.text import normalise
from kefu.analytics.models import Miss
from kefu.conversations.models import Message
from kefu.core.masking import mask
from kefu.nlu.held_out import Guard, is_short
from kefu.nlu.models import HeldOut

WAITING = 30
"""So many messages at most wait for a label."""
LOOKED_AT = 5000
LONGEST = 200


def propose(session: Session, taken: Callable[[str], object]) -> int:
    """Put first messages of conversations on the list, up to ``WAITING``; returns how many were added.

    First messages stand alone. Their ids are random, so that the order of ids is a fair draw; ``taken`` says whether
    training, or the set itself, already has a text in nearly the same words.
    """
    waiting = list(session.scalars(select(HeldOut).where(HeldOut.state == "waiting")))
    room, known = WAITING - len(waiting), Guard([one.text for one in waiting])
    if room <= 0:
        return 0
    there = set(session.scalars(select(HeldOut.normalised)))
    added = 0
    for message in session.scalars(_first_messages().execution_options(yield_per=200)):
        text = mask(" ".join(str(message.content.get("text", "")).split()))[:LONGEST]
        plain = normalise(text)
        if is_short(text) or plain in there or taken(text) or known.find(text):
            continue
        there.add(plain)
        missed = session.get(Miss, message.id)
        session.add(
            HeldOut(
                text=text, normalised=plain, origin=missed.reason if missed else "sample",
                conversation_id=message.conversation_id, message_id=message.id, asked_at=message.created_at,
            )
        )  # fmt: skip
        added += 1
        if added == room:
            break
    return added


def _first_messages() -> Select[Message]:
    earlier = aliased(Message)
    said = (Message.sender == "customer", Message.kind == "text")
    before = exists().where(
        earlier.conversation_id == Message.conversation_id,
        earlier.sender == "customer",
        earlier.seq < Message.seq,
    )
    used = exists().where(HeldOut.message_id == Message.id)
    return (
        select(Message)
        .where(*said, Message.turn_id.is_not(None), ~before, ~used)
        .order_by(Message.id)
        .limit(LOOKED_AT)
    )
