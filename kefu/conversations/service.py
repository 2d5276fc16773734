"""The only code that writes conversations and messages. Every function runs inside the caller's transaction."""

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from kefu.conversations.models import Conversation, Message, Note, Sender, State, Upload
from kefu.conversations.schemas import InboundMessage, Reply, excerpt, fingerprint, wire
from kefu.core import outbox
from kefu.core.clock import new_id, now
from kefu.core.errors import Conflict, NotFound

# Which state may follow which. A closed conversation never reopens: a new one is linked to it.
NEXT: dict[State, frozenset[State]] = {
    State.NEW: frozenset({State.BOT, State.QUEUED, State.HUMAN, State.CLOSED}),
    State.BOT: frozenset({State.QUEUED, State.HUMAN, State.CLOSED}),
    State.QUEUED: frozenset({State.HUMAN, State.BOT, State.CLOSED}),
    State.HUMAN: frozenset({State.QUEUED, State.BOT, State.HUMAN, State.CLOSED}),
    State.CLOSED: frozenset(),
}


_LOCK = (
    select(Conversation)
    .where(Conversation.id == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_CURRENT = (
    select(Conversation)
    .where(Conversation.customer_id == bindparam("customer_id"), Conversation.state != State.CLOSED)
    .order_by(Conversation.created_at.desc())
    .limit(1)
)
_CURRENT_LOCKED = _CURRENT.with_for_update().execution_options(populate_existing=True)
_SENT = select(Message).where(
    Message.author_id == bindparam("author_id"), Message.client_msg_id == bindparam("client_msg_id")
)


def lock(session: Session, conversation_id: str) -> Conversation:
    """Return the conversation, its row locked until the transaction ends (FOR UPDATE on PostgreSQL).

    It is read anew: what this session saw before the lock may be another's past. Who needs the rows of its queue or
    of its messages too locks the conversation first, so that no two transactions wait for each other.
    """
    conversation = session.scalar(_LOCK, {"id": conversation_id})
    if conversation is None:
        raise NotFound("conversation_not_found", "没有这个会话")
    return conversation


def current(session: Session, customer_id: str, *, lock: bool = False) -> Conversation | None:
    """Return the customer's conversation that is not closed; with ``lock`` as :func:`lock` does."""
    query = _CURRENT_LOCKED if lock else _CURRENT
    return session.scalar(query, {"customer_id": customer_id})


def open_for(session: Session, customer_id: str, inbox: str, *, lock: bool = False) -> Conversation:
    """Return the customer's open conversation; begin one, linked to the last, when there is none."""
    found = current(session, customer_id, lock=lock)
    if found is not None:
        return found
    last = select(Conversation.id).where(Conversation.customer_id == customer_id)
    conversation = Conversation(
        customer_id=customer_id,
        inbox=inbox,
        state=State.NEW,
        previous_id=session.scalar(last.order_by(Conversation.created_at.desc()).limit(1)),
    )
    session.add(conversation)
    session.flush()
    return conversation


def owned(session: Session, customer_id: str, conversation_id: str) -> Conversation:
    """Return a conversation if it is this customer's; otherwise it does not exist for the caller."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or conversation.customer_id != customer_id:
        raise NotFound("conversation_not_found", "没有这个会话")
    return conversation


def move_history(session: Session, from_customer: str, to_customer: str) -> None:
    """Give one customer's conversations to another (an anonymous visitor has signed in)."""
    query = select(Conversation).where(Conversation.customer_id == from_customer)
    for conversation in session.scalars(query):
        conversation.customer_id = to_customer
    session.execute(update(Message).where(Message.author_id == from_customer).values(author_id=to_customer))
    session.execute(update(Upload).where(Upload.customer_id == from_customer).values(customer_id=to_customer))


class Stored(NamedTuple):
    """A customer's message, whether it is new, and what asks the bot for a turn where it does."""

    message: Message
    fresh: bool
    trigger: outbox.EventRow | None = None


def receive(
    session: Session,
    conversation: Conversation,
    author_id: str,
    inbound: InboundMessage,
    shown: dict[str, Any],
) -> Stored:
    """Store a customer's message once, and with it the trigger of the bot's turn.

    The same ``client_msg_id`` with another body is a conflict. ``shown`` is added to the content for display (an
    option's title).
    """
    body = inbound.content.model_dump()
    digest = fingerprint(inbound.kind, body, inbound.quote_id)
    seen = session.scalar(_SENT, {"author_id": author_id, "client_msg_id": inbound.client_msg_id})
    if seen is not None:
        if seen.fingerprint != digest:
            raise Conflict("client_msg_id_reused", "这个消息编号已被另一条消息使用")
        return Stored(seen, fresh=False)
    if conversation.state == State.NEW:
        transition(session, conversation, State.BOT)
    message = append(
        session,
        conversation,
        Reply(inbound.kind, body | shown, Sender.CUSTOMER),
        author_id=author_id,
        client_msg_id=inbound.client_msg_id,
        digest=digest,
    )
    trigger = None
    if conversation.state == State.BOT:
        trigger = request_turn(session, conversation, message)
    return Stored(message, fresh=True, trigger=trigger)


def request_turn(session: Session, conversation: Conversation, message: Message) -> outbox.EventRow:
    """Write the trigger of a bot's turn for this message."""
    return outbox.emit(
        session,
        outbox.TURN_REQUESTED,
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        data={"message_id": message.id},
        seq=message.seq,
        audience="internal",
    )


def append(
    session: Session,
    conversation: Conversation,
    reply: Reply,
    *,
    author_id: str | None = None,
    client_msg_id: str | None = None,
    digest: str | None = None,
    in_reply_to: str | None = None,
    part: int | None = None,
) -> Message:
    """Write a message with the next ``seq`` of its conversation, and its event."""
    conversation.last_seq += 1
    conversation.last_activity_at = now()
    _note_who_waits(conversation, reply.sender)
    message = Message(
        id=new_id(),
        created_at=conversation.last_activity_at,
        conversation_id=conversation.id,
        seq=conversation.last_seq,
        sender=reply.sender,
        author_id=author_id,
        kind=reply.kind,
        content=reply.content,
        client_msg_id=client_msg_id,
        fingerprint=digest,
        in_reply_to=in_reply_to,
        part=part,
        provenance=reply.provenance or None,
    )
    session.add(message)
    _emit(session, conversation, "message.created", wire(message), seq=message.seq)
    return message


def _note_who_waits(conversation: Conversation, sender: str) -> None:
    """Keep since when the customer waits for the agent's word; whoever speaks ends a silence."""
    if sender == Sender.SYSTEM:
        return
    conversation.idle_step = 0
    if sender == Sender.AGENT:
        conversation.awaiting_since = None
    elif sender == Sender.CUSTOMER and conversation.state == State.HUMAN:
        conversation.awaiting_since = conversation.awaiting_since or conversation.last_activity_at


def transition(
    session: Session, conversation: Conversation, to: State, *, agent: dict[str, Any] | None = None
) -> None:
    """Change the state; every change of owner bumps the epoch, so that late replies of the old owner drop."""
    state, before = conversation.state, conversation.agent_id
    if to not in NEXT[State(conversation.state)]:
        raise Conflict("state_not_allowed", "会话当前状态不能这样操作", f"{conversation.state} → {to}")
    conversation.state = to
    conversation.epoch += 1
    conversation.agent_id = agent["id"] if agent else None
    conversation.awaiting_since = now() if to == State.HUMAN else None
    conversation.idle_step = 0
    if to == State.CLOSED:
        conversation.closed_at = now()
    data: dict[str, Any] = {"state": to.value, "before": state}
    if agent:
        data["agent"] = {"name": agent["name"], "number": agent["number"]}
    _emit(session, conversation, "state.changed", data)
    if before not in {None, conversation.agent_id}:  # who lost it must learn of it, whatever the team
        lost = outbox.Event("state.changed", conversation.id, data, audience="staff", agent_id=before)
        outbox.announce(session, lost)


def close(session: Session, conversation: Conversation, *, survey: bool) -> None:
    """End a conversation; with ``survey`` the customer is asked how it was."""
    if survey:
        questions = [{"name": "score", "label": "请评价本次服务", "type": "stars"}]
        append(session, conversation, Reply("survey", {"survey": "csat", "questions": questions}, "system"))
    transition(session, conversation, State.CLOSED)


def tell(session: Session, conversation: Conversation, text: str) -> Message:
    """Write a line of the system that both sides see."""
    return append(session, conversation, Reply("notice", {"text": text}, Sender.SYSTEM))


def add_note(
    session: Session, conversation: Conversation, author_id: str, text: str, mentions: list[str] | None = None
) -> Note:
    """Write a private note; the colleagues that it mentions (@) learn of it wherever they are."""
    note = Note(conversation_id=conversation.id, author_id=author_id, text=text, mentions=mentions or [])
    session.add(note)
    session.flush()
    data = {"id": note.id, "text": text, "author_id": author_id, "mentions": note.mentions}
    _emit(session, conversation, "note.created", data, audience="staff")
    for person in note.mentions:
        called = outbox.Event("mentioned", conversation.id, data, audience="staff", agent_id=person)
        outbox.announce(session, called)
    return note


def typing(conversation: Conversation, sender: str) -> outbox.Event:
    """Return the event that tells the other side of somebody's typing; it is announced, never kept."""
    audience = "customer" if sender == Sender.AGENT else "staff"
    return outbox.Event(
        "typing",
        conversation.id,
        {"sender": sender},
        customer_id=conversation.customer_id,
        audience=audience,
        team=conversation.team,
        agent_id=conversation.agent_id,
    )


def quote(session: Session, customer_id: str, message_id: str | None) -> dict[str, Any]:
    """Return what a message shows of the one it answers: nothing without a ``message_id``."""
    if message_id is None:
        return {}
    quoted = session.get(Message, message_id)
    if quoted is None or quoted.recalled_at is not None:
        raise NotFound("quote_not_found", "引用的消息不存在", "它可能已被撤回。")
    owned(session, customer_id, quoted.conversation_id)
    return {"quote": {"message_id": quoted.id, "sender": quoted.sender, "text": excerpt(quoted)}}


def recall(session: Session, conversation: Conversation, message: Message, within: timedelta) -> Message:
    """Take a message back: both sides see that there was one, nobody what. The row keeps it for disputes.

    The caller has locked the conversation and checked whose message it is.
    """
    if message.recalled_at is not None:
        return message
    by_bot = message.turn_id is not None or conversation.state in {State.BOT, State.CLOSED}
    if message.kind not in {"text", "image"} or (message.sender == Sender.CUSTOMER and by_bot):
        raise Conflict("recall_not_possible", "这条消息不能撤回", "只能撤回发给人工客服的文字和图片。")
    if now() - message.created_at > within:
        minutes = int(within.total_seconds() // 60)
        raise Conflict("recall_too_late", "已超过撤回时限", f"发出 {minutes} 分钟内可以撤回。")
    message.recalled_at = now()
    outbox.redact(session, conversation.id, message.seq, wire(message))
    _emit(session, conversation, "message.updated", wire(message), seq=message.seq)
    for later in messages(session, conversation.id, message.seq):
        if later.content.get("quote", {}).get("message_id") == message.id:
            later.content = later.content | {"quote": later.content["quote"] | {"text": excerpt(message)}}
            outbox.redact(session, conversation.id, later.seq, wire(later))
            _emit(session, conversation, "message.updated", wire(later), seq=later.seq)
    return message


def mark_read(session: Session, conversation: Conversation, side: str, seq: int) -> None:
    """Record how far a side (``customer`` or ``agent``) has read; never backwards."""
    column = f"{side}_read_seq"
    seq = min(seq, conversation.last_seq)
    if seq > getattr(conversation, column):
        setattr(conversation, column, seq)
        _emit(session, conversation, "read", {"side": side, "seq": seq})


def _emit(
    session: Session,
    conversation: Conversation,
    type_: str,
    data: dict[str, Any],
    *,
    seq: int | None = None,
    audience: str = "both",
) -> None:
    outbox.emit(
        session,
        type_,
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        data=data,
        seq=seq,
        audience=audience,
        team=conversation.team,
        agent_id=conversation.agent_id,
    )


def newest(
    session: Session, conversation_id: str, before_seq: int | None = None, limit: int = 100
) -> list[Message]:
    """Return the last messages (before ``before_seq``), in order."""
    query = select(Message).where(Message.conversation_id == conversation_id)
    if before_seq is not None:
        query = query.where(Message.seq < before_seq)
    return list(session.scalars(query.order_by(Message.seq.desc()).limit(limit)))[::-1]


def messages(session: Session, conversation_id: str, after_seq: int = 0, limit: int = 200) -> list[Message]:
    """Return messages behind ``after_seq``, in order."""
    query = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq > after_seq)
        .order_by(Message.seq)
        .limit(limit)
    )
    return list(session.scalars(query))


def replies_to(session: Session, turn_id: str) -> list[Message]:
    """Return what a turn answered."""
    query = select(Message).where(Message.in_reply_to == turn_id).order_by(Message.part)
    return list(session.scalars(query))
