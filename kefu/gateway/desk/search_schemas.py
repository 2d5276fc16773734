"""Answer shapes of the desk's search."""

from pydantic import BaseModel

from kefu.gateway.desk.schemas import ConversationItem


class HitView(BaseModel):
    """Where the words stand: ``where`` is message, customer, summary, note, ticket or tag; ``seq`` of a message."""

    where: str
    text: str
    seq: int | None = None


class FoundConversation(BaseModel):
    """A conversation in which the words stand."""

    conversation: ConversationItem
    hits: list[HitView]


class Found(BaseModel):
    """What was found, the newest first."""

    items: list[FoundConversation]


class KnownTags(BaseModel):
    """Tags in use, the commonest first."""

    items: list[str]
