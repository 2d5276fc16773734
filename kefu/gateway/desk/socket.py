"""The agent's WebSocket."""

import asyncio

from fastapi import APIRouter, WebSocket

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, require
from kefu.bootstrap.container import Container
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, State
from kefu.core import outbox
from kefu.core.errors import DomainError, Invalid
from kefu.core.realtime import STAFF
from kefu.customers.models import Customer
from kefu.gateway.deps import COOKIE
from kefu.gateway.sockets import Frame, first_frame, refuse, serve

router = APIRouter()


@router.websocket("/desk/ws")
async def desk_socket(socket: WebSocket) -> None:
    """Authenticate by cookie or token, catch up, then exchange events."""
    parts: Container = socket.app.state.container
    frame = await first_frame(socket)
    token = str(frame.get("token") or socket.cookies.get(COOKIE) or "")
    try:
        if not frame.get("token"):
            _same_origin(socket)
        person = await asyncio.to_thread(_person, parts, token)
    except DomainError as error:
        await refuse(socket, error)
        return
    after = frame.get("after")
    side = DeskSide(parts, person)
    with parts.hub.subscribe(STAFF) as subscription:
        cursor = after if isinstance(after, int) else None
        await serve(socket, subscription, side.catch_up, cursor, parts.database, side.handle)


def _same_origin(socket: WebSocket) -> None:
    """A cookie counts only for our own pages: WebSockets know no same-origin rule of their own."""
    origin, host = socket.headers.get("origin", ""), socket.headers.get("host", "")
    if origin.partition("://")[2] != host:
        raise DomainError("wrong_origin", "来源不正确", status=403)


def _person(parts: Container, token: str) -> Staff:
    with parts.database.read() as session:
        person, _ = accounts.of_token(session, token)
        require(person, Right.SERVE)
        return person


class DeskSide:
    """What an agent's frames do."""

    def __init__(self, parts: Container, person: Staff) -> None:
        self._parts, self._person = parts, person

    def catch_up(self, cursor: int) -> list[outbox.Event]:
        """Return the events behind a cursor."""
        with self._parts.database.read() as session:
            return outbox.after(session, cursor, staff=True)

    async def handle(self, frame: Frame) -> Frame | None:
        """Handle one frame; the answer goes to this socket alone."""
        kind = frame.get("type")
        if kind == "ping":
            return {"type": "pong"}
        if kind in {"typing", "read"}:
            await asyncio.to_thread(
                self._signal, str(kind), str(frame.get("conversation_id", "")), frame.get("seq")
            )
            return None
        raise Invalid("unknown_frame", "不支持这种内容")

    def _signal(self, kind: str, conversation_id: str, seq: object) -> None:
        with self._parts.database.write() as session:
            conversation = session.get(Conversation, conversation_id)
            if (
                conversation is None
                or conversation.state != State.HUMAN
                or conversation.agent_id != self._person.id
            ):
                return
            customer = session.get_one(Customer, conversation.customer_id)
            if kind == "typing":
                event = outbox.Event(
                    "typing",
                    conversation_id,
                    {"sender": "agent"},
                    customer_id=customer.id,
                    audience="customer",
                )
                outbox.announce(session, event)
            elif isinstance(seq, int) and seq >= 0:
                conversations.mark_read(session, conversations.lock(session, conversation_id), "agent", seq)
