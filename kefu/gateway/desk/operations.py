"""What agents do to conversations; each is one transaction that checks first."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Role, Staff
from kefu.accounts.rights import RIGHTS, Right
from kefu.bootstrap.container import Container
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, Message, Note, State
from kefu.conversations.schemas import ImageContent, Reply, fingerprint, wire
from kefu.core.errors import Conflict, Forbidden, NotFound
from kefu.dialogue.memory import Memory
from kefu.gateway.desk import schemas as s
from kefu.routing import service as routing


def claim(parts: Container, person: Staff, conversation_id: str) -> s.StateAnswer:
    """Take a waiting conversation; the loser of a race gets 409 ``already_assigned``."""
    with parts.database.write() as session:
        conversation = routing.claim(session, conversation_id, person, parts.settings)
        told = f"人工客服 {person.name}（工号 {person.number}）已接入，正在查看您之前的对话，您不用重复描述。"
        conversations.append(session, conversation, Reply("notice", {"text": told}, "system"))
        return s.StateAnswer(id=conversation.id, state=conversation.state)


def _held(session: Session, person: Staff, conversation_id: str) -> Conversation:
    """Return a conversation that this person holds (or may supervise), locked."""
    conversation = conversations.lock(session, conversation_id)
    if conversation.state != State.HUMAN:
        raise Conflict("state_not_allowed", "会话不在人工接待中", "请先接入会话。")
    if conversation.agent_id != person.id and Right.SUPERVISE not in RIGHTS[Role(person.role)]:
        raise Forbidden("not_your_conversation", "这个会话由其他坐席接待")
    return conversation


def send(parts: Container, person: Staff, conversation_id: str, body: s.AgentMessage) -> dict[str, object]:
    """Write an agent's message once."""
    with parts.database.write() as session:
        content = body.content.model_dump()
        kind = "image" if isinstance(body.content, ImageContent) else "text"
        digest = fingerprint(kind, content, body.quote_id)
        query = select(Message).where(
            Message.author_id == person.id, Message.client_msg_id == body.client_msg_id
        )
        seen = session.scalar(query)
        if seen is not None:
            if seen.fingerprint != digest or seen.conversation_id != conversation_id:
                raise Conflict("client_msg_id_reused", "这个消息编号已被另一条消息使用")
            return wire(seen)
        conversation = _held(session, person, conversation_id)
        if isinstance(body.content, ImageContent):
            parts.pictures.find(session, body.content.upload_id, conversation.customer_id)
        quote = conversations.quote(session, conversation.customer_id, body.quote_id)
        message = conversations.append(
            session,
            conversation,
            Reply(kind, content | quote, "agent"),
            author_id=person.id,
            client_msg_id=body.client_msg_id,
            digest=digest,
        )
        conversations.mark_read(session, conversation, "agent", conversation.last_seq)
        return wire(message)


def recall(parts: Container, person: Staff, conversation_id: str, message_id: str) -> dict[str, object]:
    """Take an own message back."""
    with parts.database.write() as session:
        conversation = _held(session, person, conversation_id)
        message = session.get(Message, message_id)
        if message is None or message.conversation_id != conversation_id or message.author_id != person.id:
            raise NotFound("message_not_found", "没有这条消息")
        within = timedelta(seconds=parts.settings.recall_seconds)
        return wire(conversations.recall(session, conversation, message, within))


def store_picture(parts: Container, person: Staff, conversation_id: str, data: bytes) -> str:
    """Store a picture to be sent in a conversation that this person holds; returns its id."""
    with parts.database.write() as session:
        conversation = _held(session, person, conversation_id)
        return parts.pictures.store(session, conversation.customer_id, data, person.id)


def note(parts: Container, person: Staff, conversation_id: str, text: str) -> s.NoteView:
    """Write a private note."""
    from kefu.gateway.desk.views import rfc3339

    with parts.database.write() as session:
        if session.get(Conversation, conversation_id) is None:
            raise NotFound("conversation_not_found", "没有这个会话")
        row = Note(conversation_id=conversation_id, author_id=person.id, text=text)
        session.add(row)
        session.flush()
        return s.NoteView(id=row.id, author=person.name, text=text, created_at=rfc3339(row.created_at))


def transfer(parts: Container, person: Staff, conversation_id: str, body: s.TransferRequest) -> s.StateAnswer:
    """Give a conversation to a colleague who is online, or back to the queue."""
    with parts.database.write() as session:
        conversation = _held(session, person, conversation_id)
        if body.note:
            session.add(Note(conversation_id=conversation_id, author_id=person.id, text=f"转接：{body.note}"))
        if body.agent_id is not None:
            colleague = session.get(Staff, body.agent_id)
            if colleague is None or Right.SERVE not in RIGHTS[Role(colleague.role)]:
                raise NotFound("agent_not_found", "没有这位坐席")
            if colleague.presence != "online":
                raise Conflict("agent_not_online", "对方不在线", "请选择在线的坐席，或转回队列。")
            conversations.transition(session, conversation, State.QUEUED)
            routing.assign(session, conversation, colleague)
            told = f"已为您转接给 {colleague.name}（工号 {colleague.number}），之前的对话对方都能看到。"
        else:
            brief = {"wanted": body.note, "reason": "坐席转接", "tried": [], "mood": "平静", "entities": []}
            routing.enqueue(
                session, conversation, parts.settings, reason="transfer", priority=15, brief=brief
            )
            told = "正在为您转接其他客服，请稍候，您不用重复描述。"
        conversations.append(session, conversation, Reply("notice", {"text": told}, "system"))
        accounts.audit(session, person, "transfer", conversation_id, to=body.agent_id or "queue")
        return s.StateAnswer(id=conversation.id, state=conversation.state)


def return_to_bot(parts: Container, person: Staff, conversation_id: str, text: str) -> s.StateAnswer:
    """Hand a conversation back to the bot, which keeps its context."""
    with parts.database.write() as session:
        conversation = _held(session, person, conversation_id)
        conversations.transition(session, conversation, State.BOT)
        memory = Memory.model_validate(conversation.memory)
        memory.failures, memory.offered, memory.rejected = 0, [], []
        conversation.memory = memory.model_dump()
        if text:
            session.add(
                Note(conversation_id=conversation_id, author_id=person.id, text=f"交回机器人：{text}")
            )
        told = "人工服务已结束，智能客服继续为您服务；需要时可以随时再转人工。"
        conversations.append(session, conversation, Reply("notice", {"text": told}, "system"))
        return s.StateAnswer(id=conversation.id, state=conversation.state)


def close(parts: Container, person: Staff, conversation_id: str, summary: str) -> s.StateAnswer:
    """End a conversation and ask the customer how it was."""
    with parts.database.write() as session:
        conversation = _held(session, person, conversation_id)
        questions = [{"name": "score", "label": "请评价本次服务", "type": "stars"}]
        conversations.append(
            session, conversation, Reply("survey", {"survey": "csat", "questions": questions}, "system")
        )
        conversation.summary = summary
        conversations.transition(session, conversation, State.CLOSED)
        return s.StateAnswer(id=conversation.id, state=conversation.state)
