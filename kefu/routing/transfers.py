"""Handing a conversation to a colleague: asked, then accepted or returned. Until then it stays where it is."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts.models import Presence, Staff
from kefu.accounts.rights import Right, has
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, State
from kefu.core import outbox
from kefu.core.clock import now
from kefu.core.errors import Conflict, NotFound
from kefu.routing import service as routing
from kefu.routing.models import Transfer, TransferState

ANSWER_SECONDS = 60
WORDS = {TransferState.RETURNED: "退回", TransferState.EXPIRED: "没有接起"}


def colleague(session: Session, staff_id: str) -> Staff:
    """Return an agent who can be given a conversation. Raises ``agent_not_found``, ``agent_not_online``."""
    person = session.get(Staff, staff_id)
    if person is None or not has(person, Right.SERVE):
        raise NotFound("agent_not_found", "没有这位坐席")
    if person.presence != Presence.ONLINE:
        raise Conflict("agent_not_online", "对方不在线", "请选择在线的坐席，或转回队列。")
    return person


def ask(session: Session, conversation: Conversation, sender: Staff, to_id: str, note: str) -> Transfer:
    """Ask a colleague to take over a conversation. Raises ``transfer_pending`` while another is open."""
    person = colleague(session, to_id)
    if person.id == conversation.agent_id:
        raise Conflict("transfer_to_self", "会话已经在这位坐席名下")
    if pending(session, conversation.id) is not None:
        raise Conflict("transfer_pending", "正在等待上一次转接的答复")
    transfer = Transfer(
        conversation_id=conversation.id,
        from_id=sender.id,
        to_id=person.id,
        note=note,
        expires_at=now() + timedelta(seconds=ANSWER_SECONDS),
    )
    session.add(transfer)
    session.flush()
    _tell(session, transfer, "transfer.asked", person.id)
    return transfer


def pending(session: Session, conversation_id: str) -> Transfer | None:
    """Return the transfer of a conversation that waits for its answer."""
    query = select(Transfer).where(
        Transfer.conversation_id == conversation_id, Transfer.state == TransferState.PENDING
    )
    return session.scalar(query)


def waiting_for(session: Session, staff_id: str) -> list[Transfer]:
    """Return the transfers that wait for this person's answer."""
    query = select(Transfer).where(Transfer.to_id == staff_id, Transfer.state == TransferState.PENDING)
    return list(session.scalars(query.order_by(Transfer.created_at)))


def _asked(session: Session, conversation: Conversation, person: Staff) -> Transfer:
    transfer = pending(session, conversation.id)
    if transfer is None or transfer.to_id != person.id:
        raise Conflict("no_transfer", "没有等待您答复的转接", "可能已经超时或被撤回。")
    return transfer


def accept(session: Session, conversation_id: str, person: Staff) -> Conversation:
    """Take over what a colleague handed on; the customer learns who is there now."""
    conversation = conversations.lock(session, conversation_id)
    transfer = _asked(session, conversation, person)
    if conversation.state != State.HUMAN or conversation.agent_id != transfer.from_id:
        raise Conflict("state_not_allowed", "会话当前状态不能这样操作")
    transfer.state = TransferState.ACCEPTED
    routing.assign(session, conversation, person)
    told = f"已为您转接给 {person.name}（工号 {person.number}），之前的对话对方都能看到。"
    conversations.tell(session, conversation, told)
    return conversation


def give_back(session: Session, conversation_id: str, person: Staff, answer: str) -> Conversation:
    """Return a transfer; the conversation stays with the sender, who learns why."""
    conversation = conversations.lock(session, conversation_id)
    _end(session, conversation, _asked(session, conversation, person), TransferState.RETURNED, answer)
    return conversation


def drop(session: Session, conversation: Conversation) -> None:
    """End an open transfer of a conversation that has gone another way or was not answered."""
    transfer = pending(session, conversation.id)
    if transfer is not None:
        _end(session, conversation, transfer, TransferState.EXPIRED, "")


def _end(
    session: Session, conversation: Conversation, transfer: Transfer, state: TransferState, answer: str
) -> None:
    transfer.state, transfer.answer = state, answer
    text = f"转接被{WORDS[state]}" + (f"：{answer}" if answer else "")
    conversations.add_note(session, conversation, transfer.to_id, text)
    _tell(session, transfer, "transfer.ended", transfer.from_id)
    _tell(session, transfer, "transfer.ended", transfer.to_id)


def _tell(session: Session, transfer: Transfer, type_: str, staff_id: str) -> None:
    data = {
        "state": transfer.state,
        "note": transfer.note,
        "answer": transfer.answer,
        "to_id": transfer.to_id,
    }
    told = outbox.Event(type_, transfer.conversation_id, data, audience="staff", agent_id=staff_id)
    outbox.announce(session, told)
