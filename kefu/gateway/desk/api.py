"""The agent's HTTP calls about conversations."""

import asyncio
from contextlib import suppress
from typing import Annotated, Literal

from fastapi import APIRouter, Query, UploadFile
from fastapi.responses import FileResponse

from kefu.commerce.cards import order_card
from kefu.core import outbox
from kefu.core.errors import DomainError
from kefu.dialogue.explain import Explanation
from kefu.gateway.deps import Agent, Parts
from kefu.gateway.desk import access, detail, operations, veiling, views
from kefu.gateway.desk import schemas as s
from kefu.gateway.desk.suggestions import suggest_for
from kefu.gateway.files import picture_response
from kefu.gateway.visitor.schemas import Message, UploadAnswer

router = APIRouter(prefix="/desk", tags=["staff"])
ONE = "/conversations/{conversation_id}"
SHOP_SECONDS = 0.3


@router.get("/queue", operation_id="deskQueue")
def queue(person: Agent, parts: Parts) -> s.Queue:
    """Return who waits for this person's teams."""
    with parts.database.read() as session:
        return s.Queue(items=views.queue(session, person))


@router.get("/conversations", operation_id="deskConversations")
def conversations(
    person: Agent,
    parts: Parts,
    list: Annotated[s.ListName | None, Query()] = None,  # noqa: A002 - the parameter's name in the API
    state: Literal["bot", "queued", "human", "closed"] | None = None,
    mine: bool = False,
    cursor: Annotated[str | None, Query(max_length=40)] = None,
) -> s.Conversations:
    """Return a page of the conversations that this person may see: of a list, in a state, or one's own."""
    name = list or ("mine" if mine else None)
    with parts.database.read() as session:
        return views.listing(session, person, name, state, cursor)


@router.get("/counts", operation_id="deskCounts")
def counts(person: Agent, parts: Parts) -> s.ListCounts:
    """Return how many conversations each list holds."""
    with parts.database.read() as session:
        return views.counts(session, person)


@router.get(ONE, operation_id="deskConversation")
async def conversation(conversation_id: str, person: Agent, parts: Parts) -> s.ConversationView:
    """Return everything about one conversation, with its newest messages.

    A shop that is slow does not keep the conversation from being shown: its orders come with a call of their own.
    """
    shown, owner = await asyncio.to_thread(detail.read_conversation, parts, person, conversation_id)
    orders = []
    if owner is not None:
        with suppress(DomainError, TimeoutError):
            found = await asyncio.wait_for(parts.on_behalf.orders(owner), SHOP_SECONDS)
            orders = [order_card(order) for order in found]
    return s.ConversationView.model_validate(shown | {"orders": orders})


@router.get(ONE + "/traces/{trace_id}", operation_id="deskExplainTurn")
def explain_turn(conversation_id: str, trace_id: str, person: Agent, parts: Parts) -> Explanation:
    """Return in plain words why the bot did in one turn what it did, and what that rests on."""
    return detail.explain_turn(parts, person, conversation_id, trace_id)


@router.get(f"{ONE}/messages", operation_id="deskMessages")
def messages(
    conversation_id: str,
    person: Agent,
    parts: Parts,
    before_seq: Annotated[int, Query(ge=1)],
    from_seq: Annotated[int | None, Query(ge=1)] = None,
) -> s.Transcript:
    """Return the messages before a place in the transcript: a page of them, or all from another place on."""
    with parts.database.read() as session:
        row = access.seen(session, person, conversation_id)
        return detail.transcript(session, row.id, before_seq, from_seq)


@router.post(f"{ONE}/claim", operation_id="deskClaim")
def claim(conversation_id: str, person: Agent, parts: Parts) -> s.StateAnswer:
    """Take a waiting conversation."""
    return operations.claim(parts, person, conversation_id)


@router.post(f"{ONE}/decline", operation_id="deskDecline")
def decline(conversation_id: str, person: Agent, parts: Parts) -> s.StateAnswer:
    """Let an offered conversation pass to the next agent."""
    return operations.decline(parts, person, conversation_id)


@router.post(f"{ONE}/take-over", operation_id="deskTakeOver")
def take_over(conversation_id: str, person: Agent, parts: Parts) -> s.StateAnswer:
    """Take a conversation from the bot, the queue or a colleague."""
    return operations.take_over(parts, person, conversation_id)


@router.post(f"{ONE}/assign", operation_id="deskAssign")
def assign(conversation_id: str, body: s.AssignRequest, person: Agent, parts: Parts) -> s.StateAnswer:
    """Give a conversation to an agent."""
    return operations.assign(parts, person, conversation_id, body.agent_id)


@router.post(f"{ONE}/messages", operation_id="deskSend")
def send(conversation_id: str, body: s.AgentMessage, person: Agent, parts: Parts) -> Message:
    """Write to the customer."""
    text = getattr(body.content, "text", "")
    if len(text) > parts.settings.message_max_chars:
        most = parts.settings.message_max_chars
        raise DomainError("message_too_long", "消息太长", f"一次最多 {most} 字。", status=422)
    return Message.model_validate(operations.send(parts, person, conversation_id, body))


@router.post(ONE + "/messages/{message_id}/recall", operation_id="deskRecall")
def recall(conversation_id: str, message_id: str, person: Agent, parts: Parts) -> Message:
    """Take back a message of one's own."""
    return Message.model_validate(operations.recall(parts, person, conversation_id, message_id))


@router.post(f"{ONE}/uploads", operation_id="deskUploadPicture")
async def upload(conversation_id: str, file: UploadFile, person: Agent, parts: Parts) -> UploadAnswer:
    """Store a picture for this conversation; its kind is told by its bytes."""
    data = await file.read(parts.pictures.limit + 1)
    stored = await asyncio.to_thread(operations.store_picture, parts, person, conversation_id, data)
    return UploadAnswer(upload_id=stored)


@router.get("/uploads/{upload_id}", operation_id="deskPicture", response_class=FileResponse)
def picture(upload_id: str, person: Agent, parts: Parts) -> FileResponse:
    """Return a picture that either side sent in a conversation that this person may see."""
    with parts.database.read() as session:
        found = parts.pictures.find(session, upload_id)
        access.sees_picture(session, person, upload_id)
        return picture_response(*found)


@router.post(f"{ONE}/notes", operation_id="deskNote")
def note(conversation_id: str, body: s.NoteRequest, person: Agent, parts: Parts) -> s.NoteView:
    """Write a private note."""
    return operations.note(parts, person, conversation_id, body)


@router.put(f"{ONE}/tags", operation_id="deskTags")
def tags(conversation_id: str, body: s.TagsRequest, person: Agent, parts: Parts) -> s.Tags:
    """Replace the tags of the conversation or of its customer."""
    return s.Tags(tags=operations.set_tags(parts, person, conversation_id, body))


@router.post(f"{ONE}/transfer", operation_id="deskTransfer")
def transfer(conversation_id: str, body: s.TransferRequest, person: Agent, parts: Parts) -> s.StateAnswer:
    """Ask a colleague to take over, or put the conversation into a team's queue."""
    return operations.transfer(parts, person, conversation_id, body)


@router.post(f"{ONE}/transfer/accept", operation_id="deskAcceptTransfer")
def accept_transfer(conversation_id: str, person: Agent, parts: Parts) -> s.StateAnswer:
    """Take over what a colleague handed on."""
    return operations.accept_transfer(parts, person, conversation_id)


@router.post(f"{ONE}/transfer/return", operation_id="deskReturnTransfer")
def return_transfer(
    conversation_id: str, body: s.ReturnRequest, person: Agent, parts: Parts
) -> s.StateAnswer:
    """Return what a colleague handed on."""
    return operations.return_transfer(parts, person, conversation_id, body.note)


@router.post(f"{ONE}/return-to-bot", operation_id="deskReturnToBot")
def return_to_bot(conversation_id: str, body: s.ReturnRequest, person: Agent, parts: Parts) -> s.StateAnswer:
    """Give the conversation back to the bot."""
    return operations.return_to_bot(parts, person, conversation_id, body.note)


@router.post(f"{ONE}/close", operation_id="deskClose")
def close(conversation_id: str, body: s.CloseRequest, person: Agent, parts: Parts) -> s.StateAnswer:
    """End the conversation."""
    return operations.close(parts, person, conversation_id, body)


@router.post(f"{ONE}/discharge", operation_id="deskDischarge")
def discharge(conversation_id: str, body: s.DischargeRequest, person: Agent, parts: Parts) -> s.StateAnswer:
    """Record the reply with which the first owner's responsibility ends."""
    return operations.discharge(parts, person, conversation_id, body.reply)


@router.get(f"{ONE}/suggestions", operation_id="deskSuggestions")
async def suggestions(conversation_id: str, person: Agent, parts: Parts) -> s.DeskSuggestions:
    """Return what the agent may want to say next."""
    return await asyncio.to_thread(suggest_for, parts, person, conversation_id)


@router.get("/events", operation_id="deskEvents")
def events(person: Agent, parts: Parts, after: Annotated[int, Query(ge=0)] = 0) -> s.Events:
    """Return every change after a cursor, or 410 when it is too old."""
    with parts.database.read() as session:
        if after and after + 1 < outbox.oldest(session):
            raise DomainError("cursor_gone", "游标已过期", "请重新载入页面。", status=410)
        found = outbox.after(session, after, staff=access.scope(person))
        latest = found[-1].event_id if found else after
        return s.Events(items=[veiling.event(event) for event in found], next_cursor=latest or after)
