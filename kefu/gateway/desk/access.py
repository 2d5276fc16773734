"""Who may see and act on which conversation; the one place that decides it for the desk."""

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, has
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, State, Upload
from kefu.core.errors import Conflict, Forbidden, NotFound
from kefu.core.outbox import Scope
from kefu.routing import transfers


def scope(person: Staff) -> Scope:
    """Return which events this person may see."""
    return Scope(person.id, person.teams, has(person, Right.SUPERVISE))


def visible(person: Staff) -> ColumnElement[bool]:
    """Return the condition on conversations that this person may see: own ones, and those of the teams."""
    if has(person, Right.SUPERVISE):
        return true()
    return (
        Conversation.team.in_(person.teams)
        | (Conversation.agent_id == person.id)
        | (Conversation.first_owner_id == person.id)
    )


def sees(session: Session, person: Staff, conversation: Conversation | None) -> Conversation:
    """Return a conversation if this person may see it; otherwise it does not exist for them."""
    if conversation is not None:
        owners = (conversation.agent_id, conversation.first_owner_id)
        if conversation.team in person.teams or person.id in owners or has(person, Right.SUPERVISE):
            return conversation
        asked = transfers.pending(session, conversation.id)
        if asked is not None and asked.to_id == person.id:
            return conversation
    raise NotFound("conversation_not_found", "没有这个会话")


def seen(session: Session, person: Staff, conversation_id: str) -> Conversation:
    """Return a conversation that this person may see."""
    return sees(session, person, session.get(Conversation, conversation_id))


def sees_picture(session: Session, person: Staff, upload_id: str) -> None:
    """Check that this person sent the picture or may see a conversation of its customer."""
    upload = session.get_one(Upload, upload_id)
    theirs = select(Conversation.id).where(Conversation.customer_id == upload.customer_id)
    if upload.staff_id == person.id or session.scalar(theirs.where(visible(person)).limit(1)) is not None:
        return
    if any(
        (asked := transfers.pending(session, one)) is not None and asked.to_id == person.id
        for one in session.scalars(theirs)
    ):
        return
    raise NotFound("upload_not_found", "没有这张图片")


def held(session: Session, person: Staff, conversation_id: str) -> Conversation:
    """Return a conversation that this person holds (or may supervise), locked."""
    conversation = sees(session, person, conversations.lock(session, conversation_id))
    if conversation.state != State.HUMAN:
        raise Conflict("state_not_allowed", "会话不在人工接待中", "请先接入会话。")
    if conversation.agent_id != person.id and not has(person, Right.SUPERVISE):
        raise Forbidden("not_your_conversation", "这个会话由其他坐席接待")
    return conversation
