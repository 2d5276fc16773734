"""The agent's HTTP calls."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query, UploadFile
from fastapi.responses import FileResponse
from sqlalchemy import select

from kefu.accounts import service as accounts
from kefu.accounts.models import Presence, Role, Staff
from kefu.accounts.rights import RIGHTS, Right
from kefu.commerce.cards import order_card
from kefu.core import outbox
from kefu.core.errors import DomainError
from kefu.gateway.deps import Agent, Parts
from kefu.gateway.desk import operations, views
from kefu.gateway.desk import schemas as s
from kefu.gateway.desk.suggestions import suggest_for
from kefu.gateway.files import picture_response
from kefu.gateway.visitor.schemas import Message, UploadAnswer
from kefu.routing import service as routing

router = APIRouter(prefix="/desk", tags=["staff"])


@router.get("/queue", operation_id="deskQueue")
def queue(person: Agent, parts: Parts) -> s.Queue:
    """Return who waits."""
    with parts.database.read() as session:
        return s.Queue(items=views.queue(session))


@router.get("/conversations", operation_id="deskConversations")
def conversations(
    person: Agent,
    parts: Parts,
    state: Literal["bot", "queued", "human", "closed"] | None = None,
    mine: bool = False,
    cursor: Annotated[str | None, Query(max_length=40)] = None,
) -> s.Conversations:
    """Return a page of conversations."""
    with parts.database.read() as session:
        return views.listing(session, person, state, mine, cursor)


@router.get("/conversations/{conversation_id}", operation_id="deskConversation")
async def conversation(conversation_id: str, person: Agent, parts: Parts) -> s.ConversationView:
    """Return everything about one conversation."""
    shown, customer = await asyncio.to_thread(views.read_conversation, parts, conversation_id)
    orders = []
    if customer.external_id is not None:
        found = await parts.turns.orders_of(customer.id, customer.external_id)
        orders = [order_card(order) for order in found or ()]
    return s.ConversationView.model_validate(shown | {"orders": orders})


@router.get("/presence", operation_id="deskPresence")
def presence(person: Agent) -> s.PresenceView:
    """Return this agent's presence."""
    return s.PresenceView(status=person.presence, capacity=person.capacity)


@router.post("/presence", operation_id="deskSetPresence")
def set_presence(body: s.PresenceRequest, person: Agent, parts: Parts) -> s.PresenceView:
    """Say whether this agent takes conversations."""
    with parts.database.write() as session:
        accounts.set_presence(session, person, Presence(body.status), body.capacity)
        routing.tell_waiting(session, parts.settings)
    return s.PresenceView(status=body.status, capacity=body.capacity or person.capacity)


@router.get("/colleagues", operation_id="deskColleagues")
def colleagues(person: Agent, parts: Parts) -> s.Colleagues:
    """Return who else is online."""
    with parts.database.read() as session:
        online = session.scalars(
            select(Staff).where(Staff.presence == Presence.ONLINE, Staff.id != person.id)
        )
        able = [one for one in online if Right.SERVE in RIGHTS[Role(one.role)]]
        return s.Colleagues(items=[s.AgentView(id=one.id, name=one.name, number=one.number) for one in able])


@router.post("/conversations/{conversation_id}/claim", operation_id="deskClaim")
def claim(conversation_id: str, person: Agent, parts: Parts) -> s.StateAnswer:
    """Take a waiting conversation."""
    return operations.claim(parts, person, conversation_id)


@router.post("/conversations/{conversation_id}/messages", operation_id="deskSend")
def send(conversation_id: str, body: s.AgentMessage, person: Agent, parts: Parts) -> Message:
    """Write to the customer."""
    text = getattr(body.content, "text", "")
    if len(text) > parts.settings.message_max_chars:
        most = parts.settings.message_max_chars
        raise DomainError("message_too_long", "消息太长", f"一次最多 {most} 字。", status=422)
    return Message.model_validate(operations.send(parts, person, conversation_id, body))


@router.post("/conversations/{conversation_id}/messages/{message_id}/recall", operation_id="deskRecall")
def recall(conversation_id: str, message_id: str, person: Agent, parts: Parts) -> Message:
    """Take back a message of one's own."""
    return Message.model_validate(operations.recall(parts, person, conversation_id, message_id))


@router.post("/conversations/{conversation_id}/uploads", operation_id="deskUploadPicture")
async def upload(conversation_id: str, file: UploadFile, person: Agent, parts: Parts) -> UploadAnswer:
    """Store a picture for this conversation; its kind is told by its bytes."""
    data = await file.read(parts.pictures.limit + 1)
    stored = await asyncio.to_thread(operations.store_picture, parts, person, conversation_id, data)
    return UploadAnswer(upload_id=stored)


@router.get("/uploads/{upload_id}", operation_id="deskPicture", response_class=FileResponse)
def picture(upload_id: str, person: Agent, parts: Parts) -> FileResponse:
    """Return a picture that either side sent."""
    with parts.database.read() as session:
        return picture_response(*parts.pictures.find(session, upload_id))


@router.post("/conversations/{conversation_id}/notes", operation_id="deskNote")
def note(conversation_id: str, body: s.NoteRequest, person: Agent, parts: Parts) -> s.NoteView:
    """Write a private note."""
    return operations.note(parts, person, conversation_id, body.text)


@router.post("/conversations/{conversation_id}/transfer", operation_id="deskTransfer")
def transfer(conversation_id: str, body: s.TransferRequest, person: Agent, parts: Parts) -> s.StateAnswer:
    """Give the conversation to a colleague or back to the queue."""
    return operations.transfer(parts, person, conversation_id, body)


@router.post("/conversations/{conversation_id}/return-to-bot", operation_id="deskReturnToBot")
def return_to_bot(conversation_id: str, body: s.ReturnRequest, person: Agent, parts: Parts) -> s.StateAnswer:
    """Give the conversation back to the bot."""
    return operations.return_to_bot(parts, person, conversation_id, body.note)


@router.post("/conversations/{conversation_id}/close", operation_id="deskClose")
def close(conversation_id: str, body: s.CloseRequest, person: Agent, parts: Parts) -> s.StateAnswer:
    """End the conversation."""
    return operations.close(parts, person, conversation_id, body.summary)


@router.get("/conversations/{conversation_id}/suggestions", operation_id="deskSuggestions")
async def suggestions(conversation_id: str, person: Agent, parts: Parts) -> s.DeskSuggestions:
    """Return what the agent may want to say next."""
    return await asyncio.to_thread(suggest_for, parts, conversation_id)


@router.get("/events", operation_id="deskEvents")
def events(person: Agent, parts: Parts, after: Annotated[int, Query(ge=0)] = 0) -> s.Events:
    """Return every change after a cursor, or 410 when it is too old."""
    with parts.database.read() as session:
        if after and after + 1 < outbox.oldest(session):
            raise DomainError("cursor_gone", "游标已过期", "请重新载入页面。", status=410)
        found = outbox.after(session, after, staff=True)
        latest = found[-1].event_id if found else after
        return s.Events(items=[event.wire() for event in found], next_cursor=latest or after)
