"""Reading everything about one conversation."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts.models import Staff
from kefu.bootstrap.container import Container
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, Note
from kefu.core import outbox
from kefu.core.errors import NotFound
from kefu.core.masking import veil
from kefu.customers.models import Customer
from kefu.dialogue import store
from kefu.dialogue.explain import Explanation, Grounds, explain
from kefu.dialogue.models import Turn
from kefu.dialogue.on_behalf import OUTCOME, Owner, owner_of
from kefu.gateway.desk import access, callbacks, rows, veiling
from kefu.gateway.desk import schemas as s
from kefu.gateway.desk.views import agent_view, customer_view
from kefu.gateway.visitor.schemas import Message
from kefu.promises import service as promises
from kefu.routing import service as routing
from kefu.routing import transfers

TRANSCRIPT = 100
MOST = 5000  # messages in one answer
EARLIER = 10


def read_conversation(
    parts: Container, person: Staff, conversation_id: str
) -> tuple[dict[str, Any], Owner | None]:
    """Return everything the database holds about one conversation, and whose orders belong to it."""
    with parts.database.read() as session:
        row = access.seen(session, person, conversation_id)
        customer = session.get_one(Customer, row.customer_id)
        shown = _facts(session, row) | _wait(session, parts, row)
        shown["customer"] = customer_view(customer)
        return shown, owner_of(session, row)


def _facts(session: Session, row: Conversation) -> dict[str, Any]:
    page = transcript(session, row.id, None)
    return {
        "id": row.id,
        "state": row.state,
        "agent": agent_view(session, row.agent_id),
        "transcript": page.items,
        "older": page.older,
        "trace": _trace(session, row.id),
        "notes": _notes(session, row.id),
        "team": row.team,
        "tags": row.tags,
        "responsible": agent_view(session, row.first_owner_id),
        "discharged": row.discharged_at is not None,
        "awaiting_since": s.maybe_rfc3339(row.awaiting_since),
        "transfer": _transfer(session, row.id),
        "earlier": _earlier(session, row),
        "commitments": rows.commitments(session, promises.of(session, row.id)),
        "callback": callbacks.view(session, row),
        "read_seq": row.customer_read_seq,
        "summary": row.summary,
        "wrap_up": row.wrap_up,
        "event_id": outbox.latest(session),
    }


def _wait(session: Session, parts: Container, row: Conversation) -> dict[str, Any]:
    entry = routing.last_entry(session, row.id)
    if entry is None:
        return {"brief": None, "queue": None}
    waits = entry.state == "waiting"
    return {
        "brief": _brief(parts, entry.brief),
        "queue": routing.place(session, entry, parts.settings).wire() if waits else None,
        "offered_to": agent_view(session, entry.offered_to),
        "offered_until": s.maybe_rfc3339(entry.offered_until),
    }


def _brief(parts: Container, brief: dict[str, Any]) -> dict[str, Any]:
    """Return a brief that calls a topic, or an article's category, by its Chinese name."""
    knowledge = parts.brain.brain.knowledge

    def named(entity: dict[str, Any]) -> dict[str, Any]:
        value = entity["value"]
        topic = knowledge.topics.get(value) if entity["name"] == "话题" else None
        name = topic.words[0] if topic and topic.words else knowledge.categories.get(value, value)
        return entity | {"value": name}

    veiled: dict[str, Any] = veiling.everywhere(brief)
    return veiled | {"entities": [named(entity) for entity in brief.get("entities", ())]}


def transcript(
    session: Session, conversation_id: str, before_seq: int | None, from_seq: int | None = None
) -> s.Transcript:
    """Return the newest messages (before ``before_seq``; all from ``from_seq`` on), and whether there are older ones."""
    page = TRANSCRIPT if from_seq is None or before_seq is None else min(MOST, max(1, before_seq - from_seq))
    found = conversations.newest(session, conversation_id, before_seq, page + 1)
    shown = found[-page:]
    return s.Transcript(
        items=[Message.model_validate(veiling.of(message)) for message in shown], older=len(found) > page
    )


def _transfer(session: Session, conversation_id: str) -> s.TransferView | None:
    pending = transfers.pending(session, conversation_id)
    if pending is None:
        return None
    sender, to = agent_view(session, pending.from_id), agent_view(session, pending.to_id)
    assert sender is not None  # noqa: S101 - foreign keys
    assert to is not None  # noqa: S101
    return s.TransferView(sender=sender, to=to, note=pending.note, expires_at=s.rfc3339(pending.expires_at))


def _earlier(session: Session, row: Conversation) -> list[s.EarlierView]:
    query = (
        select(Conversation)
        .where(Conversation.customer_id == row.customer_id, Conversation.id != row.id)
        .order_by(Conversation.created_at.desc())
        .limit(EARLIER)
    )
    found = list(session.scalars(query))
    people = rows.people(session, (one.first_owner_id for one in found))
    return [
        s.EarlierView(
            id=one.id,
            state=one.state,
            created_at=s.rfc3339(one.created_at),
            summary=one.summary,
            agent=people.get(one.first_owner_id or ""),
            solved=(one.wrap_up or {}).get("solved"),
        )
        for one in found
    ]


def _trace(session: Session, conversation_id: str) -> list[s.TraceView]:
    return [
        s.TraceView(
            trace_id=turn.id,
            turn=number,
            text=veil(str(turn.trace.get("text", ""))),
            intent=turn.trace.get("intent"),
            outcome=turn.outcome,
            article_key=turn.trace.get("article_key"),
            confidence=turn.trace.get("confidence"),
            degraded=bool(turn.trace.get("degraded")),
            total_ms=round(sum(turn.trace.get("timings", {}).values()), 1),
        )
        for number, turn in enumerate(_bots(session, conversation_id), start=1)
    ]


def _bots(session: Session, conversation_id: str) -> list[Turn]:
    """Return the bot's own turns; what agents did for the customer stands in the transcript."""
    return [turn for turn in store.traces(session, conversation_id) if turn.outcome != OUTCOME]


def explain_turn(parts: Container, person: Staff, conversation_id: str, trace_id: str) -> Explanation:
    """Return why the bot did in one turn what it did."""
    with parts.database.read() as session:
        access.seen(session, person, conversation_id)
        turn = session.get(Turn, trace_id)
        if turn is None or turn.conversation_id != conversation_id:
            raise NotFound("trace_not_found", "没有这一轮的轨迹")
        trace, outcome = veiling.everywhere(turn.trace), turn.outcome
    grounds = Grounds.of_trace(trace, outcome, parts.brain.brain.knowledge.articles)
    return explain(grounds, parts.settings)


def _notes(session: Session, conversation_id: str) -> list[s.NoteView]:
    query = select(Note, Staff.name).join(Staff, Staff.id == Note.author_id)
    rows = session.execute(query.where(Note.conversation_id == conversation_id).order_by(Note.created_at))
    return [s.NoteView.of(note, name) for note, name in rows]
