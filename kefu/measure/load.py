"""The load of ``kefu bench``, in a process of its own: ``python -m kefu.measure.load < order.json``.

A fixed number of customers, each of whom waits for a reply before the next message is sent. Every message is
the first of its conversation, unless the level is one long conversation; conversations are opened before the clock starts.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Literal
from uuid import uuid4

import httpx
from pydantic import BaseModel

from kefu.core.errors import DomainError
from kefu.measure.processes import processor_seconds
from kefu.measure.visitor import Service

Turn = Callable[[str], Awaitable[bool]]
"""Sends one text; returns whether an action (not nothing) answered. Raises when the turn failed."""
Opener = Callable[[], Awaitable[Turn]]
"""Begins a conversation."""

TIMEOUT_SECONDS = 60.0
SESSION_START = [
    {"event": "action", "name": "action_session_start"},
    {"event": "session_started"},
    {"event": "action", "name": "action_listen"},
]


Kind = Literal["new", "repeated", "long"]
"""Texts that nobody has said before; such that come again and again; or one conversation of all of them."""


class Level(BaseModel):
    """So many customers at once, and what they say altogether."""

    at_once: int
    texts: list[str]
    kind: Kind = "new"


class Order(BaseModel):
    """What to load, and how."""

    system: Literal["plain_rasa", "bot", "service"]
    url: str
    token: str = ""
    processes: dict[str, list[int]] = {}
    """The system's processes, by what they are called."""
    level: Level


class Measured(BaseModel):
    """One level: seconds of every turn that ended in an action, how many did not or failed, the whole time.

    ``processor`` holds the seconds of processor time that each of the system's processes, and this ``client``, used in it.
    """

    at_once: int
    turns: list[float]
    without_action: int
    failed: int
    seconds: float
    processor: dict[str, float] = {}


@asynccontextmanager
async def _plain_rasa(order: Order) -> AsyncIterator[Opener]:
    async with _client(order.url) as client:

        async def begin() -> Turn:
            sender = uuid4().hex
            events = await client.post(f"/conversations/{sender}/tracker/events", json=SESSION_START)
            events.raise_for_status()

            async def turn(text: str) -> bool:
                body = {"sender": sender, "message": text}
                answer = await client.post("/webhooks/rest/webhook", json=body)
                answer.raise_for_status()
                return bool(answer.json())

            return turn

        yield begin


@asynccontextmanager
async def _bot(order: Order) -> AsyncIterator[Opener]:
    async with _client(order.url, {"Authorization": f"Bearer {order.token}"}) as client:

        async def turn(text: str) -> bool:
            answer = await client.post("/webhooks/kefu/turn", json={"turn_id": uuid4().hex, "text": text})
            answer.raise_for_status()
            return answer.json()["action"] is not None

        async def begin() -> Turn:
            return turn

        yield begin


@asynccontextmanager
async def _service(order: Order) -> AsyncIterator[Opener]:
    async with Service.at(order.url) as service:

        async def begin() -> Turn:
            visitor = await service.open()

            async def turn(text: str) -> bool:
                exchange = await visitor.say(text)
                await visitor.leave(
                    exchange
                )  # in a long conversation the bot is to answer the next message too
                return bool(exchange.replies)

            return turn

        yield begin


def _client(url: str, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None)
    return httpx.AsyncClient(
        base_url=url, headers=headers, trust_env=False, timeout=TIMEOUT_SECONDS, limits=limits
    )


SYSTEMS = {"plain_rasa": _plain_rasa, "bot": _bot, "service": _service}


async def run(order: Order) -> Measured:
    """Open the conversations, then measure."""
    async with SYSTEMS[order.system](order) as begin:
        return await _measure(begin, order.level, order.processes)


async def _measure(begin: Opener, level: Level, system: dict[str, list[int]]) -> Measured:
    long = await begin() if level.kind == "long" else None
    waiting = [(long or await begin(), text) for text in reversed(level.texts)]
    measured = Measured(at_once=level.at_once, turns=[], without_action=0, failed=0, seconds=0.0)

    async def customer() -> None:
        while waiting:
            turn, text = waiting.pop()
            began = time.perf_counter()
            try:
                acted = await turn(text)
            except (httpx.HTTPError, DomainError):
                measured.failed += 1
                continue
            seconds = time.perf_counter() - began
            if acted:
                measured.turns.append(seconds)
            else:
                measured.without_action += 1

    pids = system | {"client": [os.getpid()]}
    before = {name: processor_seconds(own) for name, own in pids.items()}
    began = time.perf_counter()
    await asyncio.gather(*(customer() for _ in range(level.at_once)))
    measured.seconds = time.perf_counter() - began
    measured.processor = {name: processor_seconds(own) - before[name] for name, own in pids.items()}
    return measured


if __name__ == "__main__":
    order = Order.model_validate_json(sys.stdin.read())
    sys.stdout.write(asyncio.run(run(order)).model_dump_json())
