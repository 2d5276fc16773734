"""What both WebSockets share: authenticate by the first frame, catch up from a cursor, then live."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from fastapi import WebSocket, WebSocketDisconnect

from kefu.core import outbox
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.realtime import Subscription
from kefu.core.words import CHINESE, catalogue, localise, preferred

log = structlog.get_logger()
AUTH_SECONDS = 10
Frame = dict[str, Any]
Render = Callable[[outbox.Event], str]


async def first_frame(socket: WebSocket) -> Frame:
    """Accept the socket and return its first frame, which must be ``auth``."""
    await socket.accept()
    try:
        frame = await asyncio.wait_for(socket.receive_json(), AUTH_SECONDS)
    except (TimeoutError, ValueError):
        frame = {}
    return frame if isinstance(frame, dict) and frame.get("type") == "auth" else {}


async def refuse(socket: WebSocket, error: DomainError) -> None:
    """Say why and close (4401: sign in again)."""
    locale = preferred(socket.headers.get("accept-language"))
    await socket.send_json(told(error.code, error.title, error.detail, locale))
    await socket.close(4401)


def told(code: str, title: str, detail: str, locale: str) -> Frame:
    """Return an error as a frame, in a language."""
    say = catalogue(locale).say
    return {"type": "error", "code": code, "title": say(title), "detail": say(detail)}


def rendered(event: outbox.Event, locale: str) -> str:
    """Return an event's JSON text in a language; the usual one is made once for all sockets."""
    if locale == CHINESE:
        return event.text
    return json.dumps(localise(event.wire(), locale), ensure_ascii=False, separators=(",", ":"))


async def serve(
    socket: WebSocket,
    subscription: Subscription,
    catch_up: Callable[[int], list[outbox.Event]],
    cursor: int | None,
    database: Database,
    handle: Callable[[Frame], Awaitable[Frame | None]],
    locale: str = CHINESE,
    render: Render | None = None,
) -> None:
    """Send what was missed, then what happens, and handle what comes, until either side leaves.

    ``render`` gives an event's JSON text where that is not simply the event in ``locale``.
    """
    render = render or partial(rendered, locale=locale)
    if cursor is None:
        cursor = await asyncio.to_thread(_latest, database)
    sent = cursor
    while missed := await asyncio.to_thread(catch_up, sent):
        for event in missed:
            await socket.send_text(render(event))
        sent = missed[-1].event_id or sent
    await socket.send_json({"type": "ready", "event_id": sent})
    sender = asyncio.create_task(_send(socket, subscription, sent, render))
    receiver = asyncio.create_task(_receive(socket, handle, locale))
    done, pending = await asyncio.wait({sender, receiver}, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    for task in done:
        error = task.exception()
        if error is not None and not isinstance(error, WebSocketDisconnect | RuntimeError):
            log.error("socket_failed", exc_info=error)


def _latest(database: Database) -> int:
    with database.read() as session:
        return outbox.latest(session)


async def _send(socket: WebSocket, subscription: Subscription, sent: int, render: Render) -> None:
    while not subscription.lost:
        event = await subscription.queue.get()
        if event.event_id is not None and event.event_id <= sent:
            continue
        await socket.send_text(render(event))
    await socket.close(4408)  # fell behind: the client comes back with its cursor


async def _receive(
    socket: WebSocket, handle: Callable[[Frame], Awaitable[Frame | None]], locale: str
) -> None:
    while True:
        try:
            frame = await socket.receive_json()
        except ValueError:
            await socket.send_json(told("invalid_json", "内容不是有效的 JSON", "", locale))
            continue
        try:
            answer = await handle(frame if isinstance(frame, dict) else {})
        except DomainError as error:
            answer = told(error.code, error.title, error.detail, locale)
            if isinstance(frame, dict) and "client_msg_id" in frame:
                answer["client_msg_id"] = frame["client_msg_id"]
        if answer is not None:
            await socket.send_json(answer)
