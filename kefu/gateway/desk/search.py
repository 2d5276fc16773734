"""Finding conversations by what was said, who said it, an order's or ticket's number, or a tag; only what one may see."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, TypeVarTuple

from fastapi import APIRouter, Query
from sqlalchemy import ColumnElement, Select, Text, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kefu.accounts.models import Staff
from kefu.conversations.models import Conversation, Message, Note, Sender, State
from kefu.core.clock import now
from kefu.core.masking import veil
from kefu.customers.models import Customer
from kefu.gateway.deps import Agent, Parts
from kefu.gateway.desk import access, views
from kefu.gateway.desk import search_schemas as s
from kefu.tickets.models import Ticket

router = APIRouter(prefix="/desk", tags=["staff"])
MOST = 30  # conversations in an answer
AROUND = 24  # characters shown before the words that were found
SHOWN = 90  # characters of a found line
TAGS = 100


Columns = TypeVarTuple("Columns")
Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True)
class Hit:
    """Where in a conversation the words stand."""

    where: str
    text: str
    seq: int | None = None


Places = Iterator[tuple[str, Hit]]


@router.get("/search", operation_id="deskSearch")
def search(
    person: Agent,
    parts: Parts,
    q: Annotated[str, Query(max_length=80)] = "",
    tag: Annotated[str, Query(max_length=20)] = "",
    days: Annotated[int, Query(ge=1, le=3650)] = 365,
) -> s.Found:
    """Return the newest conversations in which the words stand, with the place."""
    words = q.strip()
    if not words and not tag:
        return s.Found(items=[])
    with parts.database.read() as session:
        found = find(session, person, words, tag.strip(), timedelta(days=days))
        shown = list(session.scalars(select(Conversation).where(Conversation.id.in_(found))))
        shown.sort(key=lambda row: row.last_activity_at, reverse=True)
        lines = views.items(session, shown)
        return s.Found(
            items=[
                s.FoundConversation(
                    conversation=line,
                    hits=[
                        s.HitView(where=hit.where, text=hit.text, seq=hit.seq) for hit in found[line.id][:3]
                    ],
                )
                for line in lines
            ]
        )


@router.get("/tags", operation_id="deskKnownTags")
def known_tags(person: Agent, parts: Parts) -> s.KnownTags:
    """Return the tags in use, the commonest first."""
    with parts.database.read() as session:
        counts: Counter[str] = Counter()
        for column in (Customer.tags, Conversation.tags):
            for tags in session.scalars(select(column).where(cast(column, Text) != "[]")):
                counts.update(tags)
        return s.KnownTags(items=[tag for tag, _ in counts.most_common(TAGS)])


def find(session: Session, person: Staff, words: str, tag: str, back: timedelta) -> dict[str, list[Hit]]:
    """Return the places by conversation, for the conversations with the newest activity."""
    hits: dict[str, list[Hit]] = {}
    sources = (_customers, _messages, _notes, _tickets) if words else (_tagged,)
    for source in sources:
        for conversation_id, hit in source(session, _mine(person, tag, back), words):
            hits.setdefault(conversation_id, []).append(hit)
    return hits


def _mine(person: Staff, tag: str, back: timedelta) -> Conditions:
    conditions: Conditions = [
        Conversation.state != State.NEW,
        access.visible(person),
        Conversation.last_activity_at >= now() - back,
    ]
    if tag:
        customers = select(Customer.id).where(_holds(Customer.tags, tag))
        conditions.append(or_(_holds(Conversation.tags, tag), Conversation.customer_id.in_(customers)))
    return conditions


def _holds(column: InstrumentedAttribute[list[str]], tag: str) -> ColumnElement[bool]:
    return cast(column, Text).contains(json.dumps(tag), autoescape=True)


def _newest(query: Select[*Columns], conditions: Conditions) -> Select[*Columns]:
    return query.where(*conditions).order_by(Conversation.last_activity_at.desc()).limit(MOST)


def _tagged(session: Session, conditions: Conditions, _words: str) -> Places:
    for conversation_id in session.scalars(_newest(select(Conversation.id), conditions)):
        yield conversation_id, Hit("tag", "")


def _customers(session: Session, conditions: Conditions, words: str) -> Places:
    named = or_(
        Customer.name.icontains(words, autoescape=True),
        Customer.external_id == words,
        Customer.id.startswith(words.lower(), autoescape=True),
        *((Customer.phone.endswith(words, autoescape=True),) if re.fullmatch(r"\d{4,11}", words) else ()),
    )
    query = select(Conversation.id, Customer.name).join(Customer, Customer.id == Conversation.customer_id)
    for conversation_id, name in session.execute(_newest(query.where(named), conditions)):
        yield conversation_id, Hit("customer", name)
    query = select(Conversation.id, Conversation.summary)
    said = Conversation.summary.icontains(words, autoescape=True)
    for conversation_id, summary in session.execute(_newest(query.where(said), conditions)):
        yield conversation_id, Hit("summary", _around(summary, words))


def _messages(session: Session, conditions: Conditions, words: str) -> Places:
    # The stored JSON is compared as it was written, without reading it: that is what makes a long history quick.
    written = cast(Message.content, Text).icontains(json.dumps(words)[1:-1], autoescape=True)
    newest = (
        select(Message.conversation_id, func.max(Message.seq).label("seq"))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(written, Message.recalled_at.is_(None), *conditions)
        .group_by(Message.conversation_id, Conversation.last_activity_at)
        .order_by(Conversation.last_activity_at.desc())
        .limit(MOST * 2)
        .subquery()
    )
    same = (Message.conversation_id == newest.c.conversation_id) & (Message.seq == newest.c.seq)
    for message in session.scalars(select(Message).join(newest, same)):
        text = next((text for text in _strings(message.content) if words.lower() in text.lower()), None)
        if text is not None:
            text = veil(text) if message.sender == Sender.CUSTOMER else text
            yield message.conversation_id, Hit("message", _around(text, words), message.seq)


def _notes(session: Session, conditions: Conditions, words: str) -> Places:
    query = select(Note.conversation_id, Note.text).join(
        Conversation, Conversation.id == Note.conversation_id
    )
    said = Note.text.icontains(words, autoescape=True)
    for conversation_id, text in session.execute(_newest(query.where(said), conditions)):
        yield conversation_id, Hit("note", _around(text, words))


def _tickets(session: Session, conditions: Conditions, words: str) -> Places:
    query = select(Conversation.id, Ticket.number).join(Ticket, Ticket.conversation_id == Conversation.id)
    named = (Ticket.number == words.upper()) | (Ticket.order_no == words.upper())
    for conversation_id, number in session.execute(_newest(query.where(named), conditions)):
        yield conversation_id, Hit("ticket", number)


def _strings(value: Any) -> Iterator[str]:
    """Return every text inside a message's content that a person can read; signed ids are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            if name not in {"id", "option_id", "upload_id"}:
                yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _around(text: str, words: str) -> str:
    """Return the part of a text around the words."""
    at = max(0, text.lower().find(words.lower()))
    begin = max(0, at - AROUND)
    shown = " ".join(text[begin : begin + SHOWN].split())
    return ("…" if begin else "") + shown + ("…" if begin + SHOWN < len(text) else "")
