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
from kefu.gateway.deps import COOKIE
from kefu.gateway.desk import access, veiling
from kefu.gateway.desk.viewers import Viewers
from kefu.gateway.sockets import Frame, first_frame, refuse, serve

router = APIRouter()
TALK = frozenset({"message.created", "message.updated", "read", "typing"})


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
    side = DeskSide(parts, person, socket.app.state.viewers)
    with parts.hub.subscribe(STAFF, side.sees) as subscription:
        cursor = after if isinstance(after, int) else None
        try:
            await serve(
                socket, subscription, side.catch_up, cursor, parts.database, side.handle, render=veiling.text
            )
        finally:
            side.leave()


def _same_origin(socket: WebSocket) -> None:
    """A cookie counts only for our own pages: WebSockets know no same-origin rule of their own."""
    origin, host = socket.headers.get("origin", ""), socket.headers.get("host", "")
    if origin.partition("://")[2] != host:
        raise DomainError("wrong_origin", "来源不正确", status=403)


def _person(parts: Container, token: str) -> Staff:
    with parts.database.write() as session:
        person, _ = accounts.of_token(session, token)
        require(person, Right.SERVE)
        accounts.touch(session, person)
        return person


class DeskSide:
    """What an agent's frames do, and which events go to this desk.

    A desk that says what it looks at (``viewing``) hears what is said in conversations that it holds, has open or could
    take; what is said between colleagues and their customers stays away from it. Others hear all that they may see.
    """

    def __init__(self, parts: Container, person: Staff, viewers: Viewers) -> None:
        self._parts, self._person, self._viewers = parts, person, viewers
        self._scope = access.scope(person)
        self._focused, self._open = False, ""

    def sees(self, event: outbox.Event) -> bool:
        """Whether an event goes to this desk."""
        if not self._scope.sees(event):
            return False
        if not self._focused or event.type not in TALK or event.agent_id is None:
            return True
        return event.agent_id == self._person.id or event.conversation_id == self._open

    def catch_up(self, cursor: int) -> list[outbox.Event]:
        """Return the events behind a cursor that this person may see."""
        with self._parts.database.read() as session:
            return outbox.after(session, cursor, staff=self._scope)

    def leave(self) -> None:
        """The socket is gone."""
        self._viewers.leave(self)

    async def handle(self, frame: Frame) -> Frame | None:
        """Handle one frame; the answer goes to this socket alone."""
        kind = frame.get("type")
        if kind == "ping":
            await asyncio.to_thread(self._touch)
            return {"type": "pong"}
        if kind == "viewing":
            await self._look(frame.get("conversation_id"))
            return None
        if kind in {"typing", "read"}:
            await asyncio.to_thread(
                self._signal, str(kind), str(frame.get("conversation_id", "")), frame.get("seq")
            )
            return None
        raise Invalid("unknown_frame", "不支持这种内容")

    def _touch(self) -> None:
        with self._parts.database.write() as session:
            accounts.touch(session, self._person)

    async def _look(self, conversation_id: object) -> None:
        self._focused, self._open = True, str(conversation_id or "")
        if not conversation_id:
            self._viewers.leave(self)
            return
        team = await asyncio.to_thread(self._team_of, str(conversation_id))
        person = {"id": self._person.id, "name": self._person.name}
        self._viewers.look(self, person, str(conversation_id), team)

    def _team_of(self, conversation_id: str) -> str:
        with self._parts.database.read() as session:
            return access.seen(session, self._person, conversation_id).team

    def _signal(self, kind: str, conversation_id: str, seq: object) -> None:
        with self._parts.database.read() as session:
            conversation = session.get(Conversation, conversation_id)
        if (
            conversation is None
            or conversation.state != State.HUMAN
            or conversation.agent_id != self._person.id
        ):
            return
        if kind == "typing":
            self._parts.hub.publish([conversations.typing(conversation, "agent")])
        elif isinstance(seq, int) and seq > conversation.agent_read_seq:
            with self._parts.database.write() as session:
                locked = conversations.lock(session, conversation_id)
                conversations.mark_read(session, locked, "agent", seq)
