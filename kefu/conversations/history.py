"""What a customer said and heard before, across all their conversations."""

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from kefu.conversations.models import Conversation, Message, Sender
from kefu.core.errors import NotFound

ASKED_LENGTH = 40  # characters; a longer text is a story, not a question to ask again
LOOKED_AT = 60  # messages


def page(session: Session, customer_id: str, before: str | None, limit: int) -> list[Message]:
    """Return up to ``limit`` messages older than the message ``before`` (the newest without it), oldest first."""
    query = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.customer_id == customer_id)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(limit)
    )
    if before is not None:
        mark = session.get(Message, before)
        if mark is None or session.get_one(Conversation, mark.conversation_id).customer_id != customer_id:
            raise NotFound("message_not_found", "没有这条消息")
        older = tuple_(Message.created_at, Message.id) < (mark.created_at, mark.id)
        query = query.where(older)
    return list(session.scalars(query))[::-1]


def asked(session: Session, customer_id: str, limit: int) -> list[str]:
    """Return the customer's own questions of late, each once, the newest first."""
    query = (
        select(Message.content)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.customer_id == customer_id,
            Message.sender == Sender.CUSTOMER,
            Message.kind.in_(("text", "option")),
            Message.recalled_at.is_(None),
            # What was said to a person is not a question for the bot.
            Message.turn_id.is_not(None),
        )
        .order_by(Message.created_at.desc())
        .limit(LOOKED_AT)
    )
    texts = (str(content.get("text") or content.get("title") or "") for content in session.scalars(query))
    return [text for text in dict.fromkeys(texts) if 2 <= len(text) <= ASKED_LENGTH][:limit]
