"""The customer's WebSocket."""

import asyncio

from fastapi import APIRouter, WebSocket

from kefu.bootstrap.container import Container
from kefu.conversations import service as conversations
from kefu.conversations.schemas import parse_inbound
from kefu.core import outbox
from kefu.core.errors import DomainError, Invalid
from kefu.customers import service as customers
from kefu.gateway.limiting import Rate
from kefu.gateway.sockets import Frame, first_frame, refuse, serve

router = APIRouter()


@router.websocket("/visitor/ws")
async def visitor_socket(socket: WebSocket) -> None:
    """Authenticate, catch up, then exchange events."""
    parts: Container = socket.app.state.container
    frame = await first_frame(socket)
    try:
        customer_id, locale = await asyncio.to_thread(_customer, parts, str(frame.get("token", "")))
    except DomainError as error:
        await refuse(socket, error)
        return
    after = frame.get("after")
    side = VisitorSide(parts, socket, customer_id)
    with parts.hub.subscribe(customer_id) as subscription:
        cursor = after if isinstance(after, int) else None
        await serve(socket, subscription, side.catch_up, cursor, parts.database, side.handle, locale)


def _customer(parts: Container, token: str) -> tuple[str, str]:
    customer_id, locale = parts.tokens.read(token)
    with parts.database.read() as session:
        return customers.get(session, customer_id).id, locale


class VisitorSide:
    """What a customer's frames do."""

    def __init__(self, parts: Container, socket: WebSocket, customer_id: str) -> None:
        self._parts, self._socket, self._customer_id = parts, socket, customer_id

    def catch_up(self, cursor: int) -> list[outbox.Event]:
        """Return the customer's events behind a cursor."""
        with self._parts.database.read() as session:
            return outbox.after(session, cursor, customer_id=self._customer_id)

    async def handle(self, frame: Frame) -> Frame | None:
        """Handle one frame; the answer goes to this socket alone."""
        kind = frame.get("type")
        if kind == "ping":
            return {"type": "pong"}
        if kind == "message":
            return await self._message(frame)
        if kind == "typing":
            self._typing()
            return None
        if kind == "read":
            await asyncio.to_thread(self._read, frame.get("seq"))
            return None
        raise Invalid("unknown_frame", "不支持这种内容")

    async def _message(self, frame: Frame) -> Frame:
        limiter, settings = self._socket.app.state.limiter, self._parts.settings
        limiter.check(
            Rate(settings.visitor_rate_burst, settings.visitor_rate_per_second), "message", self._customer_id
        )
        body = {key: value for key, value in frame.items() if key != "type"}
        inbound = parse_inbound(body, max_chars=settings.message_max_chars)
        received = await self._parts.intake.receive(self._customer_id, inbound, 0)
        return {"type": "ack", "client_msg_id": inbound.client_msg_id, "message": received.message}

    def _typing(self) -> None:
        with self._parts.database.read() as session:
            conversation = conversations.current(session, self._customer_id)
        if conversation is not None:
            self._parts.hub.publish([conversations.typing(conversation, "customer")])

    def _read(self, seq: object) -> None:
        if not isinstance(seq, int) or seq < 0:
            raise Invalid("invalid_request", "seq 应为非负整数")
        with self._parts.database.write() as session:
            conversation = conversations.current(session, self._customer_id)
            if conversation is not None:
                conversations.mark_read(
                    session, conversations.lock(session, conversation.id), "customer", seq
                )
