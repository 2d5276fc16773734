"""What a turn reads and writes: its beginning and its end, each one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, Message, State
from kefu.conversations.schemas import Reply, wire
from kefu.core import outbox
from kefu.core.clock import new_id, now
from kefu.core.outbox import EventRow
from kefu.core.settings import Settings
from kefu.customers.models import Customer
from kefu.dialogue import effects
from kefu.dialogue.brief import make_brief
from kefu.dialogue.decision import Decision, ToolCall
from kefu.dialogue.memory import RECENT_TURNS, Memory
from kefu.dialogue.models import ToolEffect, Turn
from kefu.routing import hours
from kefu.routing import service as routing
from kefu.tickets import service as tickets
from kefu.tickets.models import TicketKind

# The action by which Rasa's stories know what was shown in the end, whatever was named at first.
SHOWN = {"clarify": "action_clarify_topic", "answer": "action_answer_knowledge", "handoff": "action_handoff"}


@dataclass(frozen=True)
class Batch:
    """The messages of one turn and what the turn starts from."""

    turn_id: str
    conversation_id: str
    epoch: int
    customer_id: str
    external_id: str | None
    memory: Memory
    kind: str
    content: dict[str, Any]
    text: str
    message_ids: tuple[str, ...]
    triggers: tuple[int, ...]
    received_at: datetime
    interrupted: tuple[ToolCall, str] | None = None
    channel: str = ""
    order_no: str | None = None  # of the order that the customer's page of the shop shows


Waiting = tuple[EventRow, Message]
"""A message that waits for the bot, with its trigger."""


def begin(session: Session, conversation_id: str) -> Batch | None:
    """Open a turn for the messages that wait for one; None when nothing does."""
    conversation = conversations.lock(session, conversation_id)
    triggers = outbox.open_work(session, outbox.TURN_REQUESTED, conversation_id)
    if conversation.state != State.BOT:
        outbox.finish_work(session, [row.event_id for row in triggers])
        return None
    waiting = [(row, session.get_one(Message, row.data["message_id"])) for row in triggers]
    return open_turn(session, conversation, waiting) if waiting else None


def open_turn(session: Session, conversation: Conversation, waiting: list[Waiting]) -> Batch:
    """Open a turn for the first of the messages that wait; the caller has locked the conversation.

    Texts that arrived together make one turn; an option, a form or a picture is a turn of its own. A turn that
    a crash left running is taken up again under its own id, so that its effect cannot happen twice.
    """
    chosen = _together(waiting)
    messages = [message for _, message in chosen]
    turn, resumed = _turn(session, conversation, messages)
    customer = session.get_one(Customer, conversation.customer_id)
    memory = Memory.model_validate(conversation.memory)
    session.flush()  # the triggers have their numbers from here on
    return Batch(
        turn_id=turn.id,
        conversation_id=conversation.id,
        epoch=turn.epoch,
        customer_id=customer.id,
        external_id=customer.external_id,
        memory=memory,
        kind=messages[0].kind,
        content=messages[0].content,
        text="，".join(str(message.content.get("text", "")) for message in messages),
        message_ids=tuple(message.id for message in messages),
        triggers=tuple(trigger.event_id for trigger, _ in chosen),
        received_at=messages[0].created_at,
        interrupted=effects.unfinished(session, turn.id) if resumed else None,
        channel=conversation.inbox,
        order_no=customer.context.get("order_no"),
    )


def _together(waiting: list[Waiting]) -> list[Waiting]:
    if waiting[0][1].kind != "text":
        return waiting[:1]
    texts = 0
    while texts < len(waiting) and waiting[texts][1].kind == "text":
        texts += 1
    return waiting[:texts]


def _turn(session: Session, conversation: Conversation, messages: list[Message]) -> tuple[Turn, bool]:
    """Return the messages' turn, and whether it is one that was left running."""
    left = next((message.turn_id for message in messages if message.turn_id), None)
    turn = session.get(Turn, left) if left else None
    resumed = turn is not None and turn.state == "running"
    if turn is None or not resumed:
        turn = Turn(
            id=new_id(),
            conversation_id=conversation.id,
            customer_id=conversation.customer_id,
            epoch=conversation.epoch,
        )
        session.add(turn)
    for message in messages:
        message.turn_id = turn.id
    return turn, resumed


@dataclass(frozen=True)
class Outcome:
    """How a turn ended, the messages that it wrote, and in which state it left the conversation."""

    state: str
    messages: tuple[dict[str, Any], ...]
    conversation_state: str


def apply(
    session: Session,
    settings: Settings,
    batch: Batch,
    decision: Decision,
    trace: dict[str, Any],
    receipt: dict[str, Any] | None,
) -> Outcome:
    """Write a decision, if the conversation still has the owner it had when the turn began.

    Too late means dropped, except for a tool effect that did happen: the customer is always told.
    """
    conversation = conversations.lock(session, batch.conversation_id)
    late = conversation.epoch != batch.epoch
    state = "dropped" if late else "done"
    if not _end(session, batch.turn_id, state, decision.outcome, trace):
        return Outcome("ended", (), conversation.state)
    outbox.finish_work(session, list(batch.triggers))
    provenance = {key: trace.get(key) for key in ("model", "index", "confidence", "timings")}
    replies = decision.replies if not late or receipt is not None else ()
    written = [
        conversations.append(
            session, conversation, _stamped(reply, provenance), in_reply_to=batch.turn_id, part=part
        )
        for part, reply in enumerate(replies)
    ]
    if late:
        return Outcome(state, tuple(wire(message) for message in written), conversation.state)
    memory = decision.memory
    shown = SHOWN.get(decision.outcome) or trace.get("action") or "action_answer_knowledge"
    memory.recent = [*memory.recent, (trace.get("intent") or "ask_knowledge", shown)][-RECENT_TURNS:]
    conversation.memory = memory.model_dump()
    if decision.handover is not None:
        written.append(_hand_over(session, settings, conversation, batch, decision, len(written)))
    return Outcome(state, tuple(wire(message) for message in written), conversation.state)


def _end(session: Session, turn_id: str, state: str, outcome: str, trace: dict[str, Any]) -> bool:
    """End a turn, once: False when it has ended before."""
    ended = (
        update(Turn)
        .where(Turn.id == turn_id, Turn.state == "running")
        .values(state=state, outcome=outcome, trace=trace, ended_at=now())
        .execution_options(synchronize_session=False)
    )
    return session.execute(ended).rowcount == 1  # type: ignore[attr-defined, no-any-return]


def _stamped(reply: Reply, provenance: dict[str, Any]) -> Reply:
    return Reply(reply.kind, reply.content, reply.sender, provenance | reply.provenance)


def _hand_over(
    session: Session,
    settings: Settings,
    conversation: Conversation,
    batch: Batch,
    decision: Decision,
    part: int,
) -> Message:
    handover = decision.handover
    assert handover is not None  # noqa: S101 - the caller looked
    brief = make_brief(decision.memory, handover.reason, batch.text)
    return queue(
        session, settings, conversation, handover.reason, handover.priority, brief, (batch.turn_id, part)
    )


def queue(
    session: Session,
    settings: Settings,
    conversation: Conversation,
    reason: str,
    priority: int,
    brief: dict[str, Any],
    in_reply_to: tuple[str, int] | None = None,
) -> Message:
    """Put a conversation into the queue and tell the customer where it stands; off hours, note a callback."""
    place = routing.enqueue(session, conversation, settings, reason=reason, priority=priority, brief=brief)
    content: dict[str, Any] = {"reason": reason, "team": conversation.team, "queue": place.wire()}
    moment = now()
    if not hours.is_open(session, moment, settings):
        reopens = hours.reopens_at(session, moment, settings)
        content["off_hours"] = {"reopens_at": reopens.isoformat() if reopens else None}
        ticket = tickets.create(
            session,
            kind=TicketKind.CALLBACK,
            customer_id=conversation.customer_id,
            conversation_id=conversation.id,
            summary=str(brief.get("wanted", "")),
        )
        content["callback"] = {"number": ticket.number}
    turn_id, part = in_reply_to or (None, None)
    return conversations.append(
        session, conversation, Reply("handoff", content, "system"), in_reply_to=turn_id, part=part
    )


def open_conversations(session: Session) -> list[str]:
    """Return the conversations with messages that still wait for their turn (after a restart)."""
    rows = outbox.open_work(session, outbox.TURN_REQUESTED)
    return list(dict.fromkeys(row.conversation_id for row in rows))


def traces(session: Session, conversation_id: str, limit: int = 50) -> list[Turn]:
    """Return the turns of a conversation, oldest first."""
    query = select(Turn).where(Turn.conversation_id == conversation_id).order_by(Turn.started_at).limit(limit)
    return list(session.scalars(query))


def effect_of(session: Session, turn_id: str) -> ToolEffect | None:
    """Return the tool effect of a turn."""
    return session.scalar(select(ToolEffect).where(ToolEffect.turn_id == turn_id))
