"""``kefu bench-live``: how long a message takes from customer to agent and back, and whether one is lost.

Every customer and every agent holds a socket. The agents' conversations come from the router; a customer writes, the
agent answers as soon as the message is there, the customer thinks and writes again.
"""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_attempt
from websockets.asyncio.client import ClientConnection, connect

from kefu.accounts import service as accounts
from kefu.accounts.models import Role, Staff
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.settings import Settings
from kefu.measure import throwaway
from kefu.measure.figures import milliseconds
from kefu.measure.visitor import Json
from kefu.routing.models import DEFAULT_TEAM, Mode, Team

START_SECONDS = 120
DRAIN_SECONDS = 20
AT_ONCE = 50  # customers who come in at the same time
NO_LIMITS = {
    "KEFU_SESSION_RATE_PER_SECOND": "100000",
    "KEFU_VISITOR_RATE_BURST": "100000",
    "KEFU_VISITOR_RATE_PER_SECOND": "100000",
    "KEFU_OPENS_AT": "00:00",
    "KEFU_CLOSES_AT": "00:00",
}


@dataclass(frozen=True)
class Size:
    """How many people, for how long, and how long a customer thinks between two messages (mean, seconds)."""

    customers: int = 500
    agents: int = 50
    seconds: float = 60.0
    think: float = 15.0


@dataclass
class Ledger:
    """What was sent, when, and what has arrived; keyed by the message's text, which is unique."""

    sent: dict[str, float] = field(default_factory=dict)
    arrived: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def send(self) -> str:
        """Return a new message's text and start its clock."""
        text = uuid4().hex
        self.sent[text] = time.perf_counter()
        return text

    def arrive(self, text: str) -> bool:
        """Note an arrival; False when the text is none of ours."""
        if text not in self.sent:
            return False
        if not self.arrived[text]:
            self.seconds.append(time.perf_counter() - self.sent[text])
        self.arrived[text] += 1
        return True

    def figures(self) -> Json:
        """Return the figures of one direction, times in milliseconds."""
        doubled = sum(1 for count in self.arrived.values() if count > 1)
        times = {f"{name}_ms": value for name, value in milliseconds(self.seconds).items()}
        return times | {
            "messages": len(self.sent),
            "lost": len(self.sent) - len(self.seconds),
            "doubled": doubled,
        }


@dataclass
class Load:
    """The people of one run."""

    url: str
    size: Size
    tokens: list[str]
    to_agent: Ledger = field(default_factory=Ledger)
    to_customer: Ledger = field(default_factory=Ledger)
    taken: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    writing: bool = True

    async def run(self, say: Callable[[str], None]) -> Json:
        """Bring everybody in, let them talk, wait for the last words, and return the figures."""
        # Idle connections are dropped before the service drops them, so that none breaks under a request.
        limits = httpx.Limits(max_connections=None, keepalive_expiry=2.0)
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(
                httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=60.0, limits=limits)
            )
            group = await stack.enter_async_context(asyncio.TaskGroup())
            crowd = [group.create_task(self._agent(client, token)) for token in self.tokens]
            gate = asyncio.Semaphore(AT_ONCE)
            began = asyncio.Event()
            crowd += [
                group.create_task(self._customer(client, gate, began)) for _ in range(self.size.customers)
            ]
            async with asyncio.timeout(START_SECONDS):
                for _ in range(self.size.customers):
                    await self.taken.acquire()
            say(f"{self.size.customers} 位客户都已有坐席")
            began.set()
            await asyncio.sleep(self.size.seconds)
            self.writing = False
            await self._drained()
            for task in crowd:
                task.cancel()
        return {"to_agent": self.to_agent.figures(), "to_customer": self.to_customer.figures()}

    async def _drained(self) -> None:
        deadline = time.perf_counter() + DRAIN_SECONDS
        ledgers = (self.to_agent, self.to_customer)
        while time.perf_counter() < deadline and any(len(one.sent) > len(one.seconds) for one in ledgers):  # noqa: ASYNC110 - hundreds of tasks fill them
            await asyncio.sleep(0.1)

    async def _socket(self, path: str, token: str) -> ClientConnection:
        socket = await connect(f"{self.url.replace('http', 'ws', 1)}{path}", open_timeout=60, proxy=None)
        await socket.send(json.dumps({"type": "auth", "token": token}))
        return socket

    async def _agent(self, client: httpx.AsyncClient, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        me = (await client.get("/auth/me", headers=headers)).json()["user"]["number"]
        socket = await self._socket("/desk/ws", token)
        await socket.send(json.dumps({"type": "viewing", "conversation_id": None}))
        capacity = -(-self.size.customers // self.size.agents)
        await client.post("/desk/presence", headers=headers, json={"status": "online", "capacity": capacity})
        mine: set[str] = set()
        answers: set[asyncio.Task[None]] = set()
        async for raw in socket:
            event = json.loads(raw)
            conversation, data = event.get("conversation_id"), event.get("data", {})
            if event["type"] == "state.changed" and data.get("agent", {}).get("number") == me:
                mine.add(conversation)
            elif event["type"] == "message.created" and conversation in mine:
                text = str(data["content"].get("text", ""))
                if data["sender"] == "customer" and self.to_agent.arrive(text):
                    task = asyncio.create_task(self._answer(client, headers, conversation))
                    answers.add(task)
                    task.add_done_callback(answers.discard)

    async def _answer(self, client: httpx.AsyncClient, headers: dict[str, str], conversation: str) -> None:
        body = {"client_msg_id": uuid4().hex, "content": {"text": self.to_customer.send()}}
        answer = await _post(client, f"/desk/conversations/{conversation}/messages", headers, body)
        if not answer.is_success:
            raise DomainError("live_bench_failed", "坐席的消息没有被接受", answer.text[:300], status=500)

    async def _customer(
        self, client: httpx.AsyncClient, gate: asyncio.Semaphore, began: asyncio.Event
    ) -> None:
        async with gate:
            token = (await _post(client, "/visitor/sessions", {}, {"inbox": "web"})).json()["token"]
            socket = await self._socket("/visitor/ws", token)
            await _post(client, "/visitor/handoff", {"Authorization": f"Bearer {token}"}, None)
        writing = asyncio.create_task(self._write(socket, began))
        try:
            async for raw in socket:
                event = json.loads(raw)
                if event["type"] == "state.changed" and event["data"]["state"] == "human":
                    self.taken.release()
                elif event["type"] == "message.created" and event["data"]["sender"] == "agent":
                    self.to_customer.arrive(str(event["data"]["content"]["text"]))
        finally:
            writing.cancel()

    async def _write(self, socket: ClientConnection, began: asyncio.Event) -> None:
        await began.wait()
        await asyncio.sleep(random.uniform(0, self.size.think))
        while self.writing:
            frame: dict[str, Any] = {"type": "message", "client_msg_id": uuid4().hex, "kind": "text"}
            await socket.send(json.dumps(frame | {"content": {"text": self.to_agent.send()}}))
            await asyncio.sleep(random.expovariate(1 / self.size.think))


@retry(retry=retry_if_exception_type(httpx.TransportError), stop=stop_after_attempt(3), reraise=True)
async def _post(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], body: Json | None
) -> httpx.Response:
    """Call, and call again when the connection broke, as the pages do: what is repeated happens once."""
    return await client.post(path, headers=headers, json=body)


async def bench(settings: Settings, size: Size, say: Callable[[str], None]) -> Json:
    """Measure on a copy of the data; returns the figures of both directions."""
    tokens: list[str] = []

    def prepare(own: Settings) -> None:
        tokens.extend(_hire(own, size.agents))

    async with throwaway.running(settings, say, with_bot=False, prepare=prepare, more_env=NO_LIMITS) as own:
        figures = await Load(f"http://127.0.0.1:{own.port}/api/v1", size, tokens).run(say)
    people = {"customers": size.customers, "agents": size.agents, "think": size.think}
    return {"date": f"{now():%Y-%m-%d}", "seconds": size.seconds} | people | figures


def _hire(own: Settings, count: int) -> list[str]:
    """Make agents, signed in, and let conversations reach them at once; returns their tokens."""
    database = Database(own.database)
    try:
        with database.write() as session:
            session.merge(Team(name=DEFAULT_TEAM, title="客服组", mode=Mode.DIRECT))
            staff = [
                Staff(
                    username=f"bench{n}", name=f"坐席{n}", number=f"B{n}", role=Role.AGENT, password_hash=""
                )
                for n in range(count)
            ]
            session.add_all(staff)
            session.flush()
            return [accounts.begin_session(session, one, 1).token for one in staff]
    finally:
        database.close()
