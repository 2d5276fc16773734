"""What agents do to conversations; each is one transaction that checks first."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, require
from kefu.bootstrap.container import Container
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, Message, State
from kefu.conversations.schemas import ImageContent, Reply, fingerprint, wire
from kefu.core.clock import now
from kefu.core.errors import Conflict, Invalid, NotFound
from kefu.customers.models import Customer
from kefu.dialogue.memory import Memory
from kefu.gateway.desk import access, callbacks
from kefu.gateway.desk import schemas as s
from kefu.promises import keeping
from kefu.routing import service as routing
from kefu.routing import teams, transfers


def _answer(conversation: Conversation) -> s.StateAnswer:
    return s.StateAnswer(id=conversation.id, state=conversation.state)


def claim(parts: Container, person: Staff, conversation_id: str) -> s.StateAnswer:
    """Take a waiting conversation; the loser of a race gets 409 ``already_assigned``."""
    with parts.database.write() as session:
        accounts.touch(session, person)
        access.seen(session, person, conversation_id)
        return _answer(routing.claim(session, conversation_id, person))


def decline(parts: Container, person: Staff, conversation_id: str) -> s.StateAnswer:
    """Let an offered conversation pass to the next agent."""
    with parts.database.write() as session:
        access.seen(session, person, conversation_id)
        routing.decline(session, conversation_id, person.id, parts.settings)
        return _answer(session.get_one(Conversation, conversation_id))


def take_over(parts: Container, person: Staff, conversation_id: str) -> s.StateAnswer:
    """Take a conversation from the bot, the queue or (supervisors) a colleague."""
    with parts.database.write() as session:
        conversation = access.sees(session, person, conversations.lock(session, conversation_id))
        if conversation.state != State.BOT:
            require(person, Right.SUPERVISE)
        _give_to(session, conversation, person)
        accounts.touch(session, person)
        accounts.audit(session, person, "take_over", conversation_id)
        told = f"人工客服 {person.name}（工号 {person.number}）来为您服务，之前的对话都能看到。"
        conversations.tell(session, conversation, told)
        return _answer(conversation)


def assign(parts: Container, person: Staff, conversation_id: str, agent_id: str) -> s.StateAnswer:
    """Give a conversation to an agent who is online, whoever has it now (supervisors)."""
    require(person, Right.SUPERVISE)
    with parts.database.write() as session:
        conversation = conversations.lock(session, conversation_id)
        agent = transfers.colleague(session, agent_id)
        _give_to(session, conversation, agent)
        accounts.audit(session, person, "assign", conversation_id, to=agent_id)
        told = f"人工客服 {agent.name}（工号 {agent.number}）来为您服务，之前的对话都能看到。"
        conversations.tell(session, conversation, told)
        return _answer(conversation)


def _give_to(session: Session, conversation: Conversation, agent: Staff) -> None:
    if conversation.agent_id == agent.id:
        raise Conflict("already_yours", "会话已经在这位坐席名下")
    routing.end_wait(session, conversation)
    transfers.drop(session, conversation)
    routing.assign(session, conversation, agent)


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
        conversation = access.held(session, person, conversation_id)
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
        accounts.touch(session, person)
        return wire(message)


def recall(parts: Container, person: Staff, conversation_id: str, message_id: str) -> dict[str, object]:
    """Take an own message back."""
    with parts.database.write() as session:
        conversation = access.held(session, person, conversation_id)
        message = session.get(Message, message_id)
        if message is None or message.conversation_id != conversation_id or message.author_id != person.id:
            raise NotFound("message_not_found", "没有这条消息")
        within = timedelta(seconds=parts.settings.recall_seconds)
        return wire(conversations.recall(session, conversation, message, within))


def store_picture(parts: Container, person: Staff, conversation_id: str, data: bytes) -> str:
    """Store a picture to be sent in a conversation that this person holds; returns its id."""
    with parts.database.write() as session:
        conversation = access.held(session, person, conversation_id)
        return parts.pictures.store(session, conversation.customer_id, data, person.id)


def note(parts: Container, person: Staff, conversation_id: str, body: s.NoteRequest) -> s.NoteView:
    """Write a private note and call the colleagues that it mentions."""
    with parts.database.write() as session:
        conversation = access.seen(session, person, conversation_id)
        known = session.scalars(select(Staff.id).where(Staff.id.in_(body.mentions)))
        row = conversations.add_note(session, conversation, person.id, body.text, list(known))
        return s.NoteView.of(row, person.name)


def transfer(parts: Container, person: Staff, conversation_id: str, body: s.TransferRequest) -> s.StateAnswer:
    """Ask a colleague who is online to take over, or put the conversation into a team's queue."""
    with parts.database.write() as session:
        conversation = access.held(session, person, conversation_id)
        team = teams.named(session, body.team).name if body.team else conversation.team
        if body.note:
            conversations.add_note(session, conversation, person.id, f"转接：{body.note}")
        if body.agent_id is not None:
            transfers.ask(session, conversation, person, body.agent_id, body.note)
        else:
            _to_queue(parts, session, conversation, team, body.note)
        accounts.audit(session, person, "transfer", conversation_id, to=body.agent_id or team)
        return _answer(conversation)


def _to_queue(parts: Container, session: Session, conversation: Conversation, team: str, note: str) -> None:
    transfers.drop(session, conversation)
    last = routing.last_entry(session, conversation.id)
    brief = (last.brief if last else {}) | {"reason": "坐席转接"}
    brief = {"wanted": note, "tried": [], "mood": "平静", "entities": []} | brief | {"note": note}
    routing.enqueue(
        session,
        conversation,
        parts.settings,
        reason="transfer",
        priority=15,
        brief=brief,
        team=team,
        passed_by=conversation.agent_id,
    )
    conversations.tell(session, conversation, "正在为您转接其他客服，请稍候，您不用重复描述。")


def accept_transfer(parts: Container, person: Staff, conversation_id: str) -> s.StateAnswer:
    """Take over what a colleague handed on."""
    with parts.database.write() as session:
        accounts.touch(session, person)
        return _answer(transfers.accept(session, conversation_id, person))


def return_transfer(parts: Container, person: Staff, conversation_id: str, answer: str) -> s.StateAnswer:
    """Return what a colleague handed on, and say why."""
    with parts.database.write() as session:
        return _answer(transfers.give_back(session, conversation_id, person, answer))


def return_to_bot(parts: Container, person: Staff, conversation_id: str, text: str) -> s.StateAnswer:
    """Hand a conversation back to the bot, which keeps its context."""
    with parts.database.write() as session:
        conversation = access.held(session, person, conversation_id)
        transfers.drop(session, conversation)
        conversations.transition(session, conversation, State.BOT)
        memory = Memory.model_validate(conversation.memory)
        memory.failures, memory.offered, memory.rejected = 0, [], []
        conversation.memory = memory.model_dump()
        if text:
            conversations.add_note(session, conversation, person.id, f"交回机器人：{text}")
        told = "人工服务已结束，智能客服继续为您服务；需要时可以随时再转人工。"
        conversations.tell(session, conversation, told)
        return _answer(conversation)


def close(parts: Container, person: Staff, conversation_id: str, body: s.CloseRequest) -> s.StateAnswer:
    """End a conversation with its wrap-up and ask the customer how it was."""
    with parts.database.write() as session:
        conversation = access.held(session, person, conversation_id)
        transfers.drop(session, conversation)
        conversation.summary = body.summary
        conversation.wrap_up = {"topic": body.topic, "solved": body.solved, "cause": body.cause}
        if body.solved:
            conversation.discharged_at = now()
            callbacks.end(session, person, conversation)
        conversations.close(session, conversation, survey=True)
        return _answer(conversation)


def discharge(parts: Container, person: Staff, conversation_id: str, reply: str) -> s.StateAnswer:
    """Record the reply that the customer got; with it the first owner's responsibility ends (首接责任)."""
    with parts.database.write() as session:
        conversation = access.sees(session, person, conversations.lock(session, conversation_id))
        if conversation.first_owner_id is None:
            raise Conflict("nobody_responsible", "这个会话没有首接责任人", "还没有坐席接待过。")
        if conversation.first_owner_id != person.id:
            require(person, Right.SUPERVISE)
        if conversation.discharged_at is None:
            conversation.discharged_at = now()
            keeping.discharged(session, conversation_id)
            conversations.add_note(session, conversation, person.id, f"答复记录：{reply}")
        return _answer(conversation)


def set_tags(parts: Container, person: Staff, conversation_id: str, body: s.TagsRequest) -> list[str]:
    """Replace the tags of a conversation or of its customer."""
    chosen = list(dict.fromkeys(tag.strip() for tag in body.tags if tag.strip()))
    if len(chosen) > s.MOST_TAGS:
        raise Invalid("too_many_tags", "标签太多", f"一位客户或一个会话最多 {s.MOST_TAGS} 个标签。")
    with parts.database.write() as session:
        conversation = access.seen(session, person, conversation_id)
        if body.of == "conversation":
            conversation.tags = chosen
        else:
            session.get_one(Customer, conversation.customer_id).tags = chosen
        return chosen
