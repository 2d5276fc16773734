"""``kefu bench-live``: how long a message takes from customer to agent and back, and whether one is lost.

Every customer and every agent holds a socket as the pages do. The agents' conversations come from the router; a customer writes, the
agent answers as soon as the message is there, the customer thinks and writes again.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

import httpx
import numpy as np
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from kefu.accounts import service as accounts
from kefu.accounts.models import Role, Staff
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.settings import Settings
from kefu.measure import throwaway
from kefu.measure.figures import milliseconds
from kefu.measure.line import Line
from kefu.measure.visitor import Json
from kefu.routing.models import DEFAULT_TEAM, Mode, Team

START_SECONDS = 300
DRAIN_SECONDS = 20
SHARES = [*(n / 50 for n in range(50)), 0.99]
LETTERS = str.maketrans("0123456789", "ghijklmnop")  # digits could look like a phone number, which desks veil
AT_ONCE = 20  # customers who come in at the same time
ALWAYS_OPEN = {"KEFU_OPENS_AT": "00:00", "KEFU_CLOSES_AT": "00:00"}


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
        text = uuid4().hex.translate(LETTERS)
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
            "shares": _shares(self.seconds),
            "messages": len(self.sent),
            "lost": len(self.sent) - len(self.seconds),
            "doubled": doubled,
        }


def _shares(seconds: list[float]) -> list[list[float]]:
    """Return (milliseconds, share of the messages that took no longer) along the curve."""
    if not seconds:
        return []
    times = np.quantile(np.asarray(seconds) * 1000, SHARES)
    return [[round(float(time_), 1), share] for time_, share in zip(times, SHARES, strict=True)]


@dataclass
class Load:
    """The people of one run."""

    url: str
    size: Size
    tokens: list[str]
    at_rest: Callable[[], Awaitable[None]]
    to_agent: Ledger = field(default_factory=Ledger)
    to_customer: Ledger = field(default_factory=Ledger)
    lines: list[Line] = field(default_factory=list)
    at_desk: list[asyncio.Event] = field(default_factory=list)
    served: list[asyncio.Event] = field(default_factory=list)
    began: asyncio.Event = field(default_factory=asyncio.Event)
    writing: bool = True

    async def run(self, say: Callable[[str], None]) -> Json:
        """Bring everybody in, let them talk, wait for the last words, and return the figures."""
        # Idle connections are dropped before the service drops them, so that none breaks under a request.
        limits = httpx.Limits(max_connections=None, keepalive_expiry=2.0)
        async with (
            httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=60.0, limits=limits) as client,
            asyncio.TaskGroup() as group,
        ):
            started = time.perf_counter()
            crowd = [group.create_task(self._agent(client, token)) for token in self.tokens]
            async with asyncio.timeout(START_SECONDS):
                await _all(self.at_desk, self.size.agents)
                gate = asyncio.Semaphore(AT_ONCE)
                crowd += [group.create_task(self._customer(client, gate)) for _ in range(self.size.customers)]
                await _all(self.served, self.size.customers)
            entering = time.perf_counter() - started
            say(f"{self.size.customers} 位客户都已有坐席，用时 {entering:.0f} 秒")
            await self.at_rest()
            self.began.set()
            await asyncio.sleep(self.size.seconds)
            self.writing = False
            await self._drained()
            for task in crowd:
                task.cancel()
        return {
            "entering_seconds": round(entering, 1),
            "came_back": sum(line.connections - 1 for line in self.lines),
            "to_agent": self.to_agent.figures(),
            "to_customer": self.to_customer.figures(),
        }

    async def _drained(self) -> None:
        deadline = time.perf_counter() + DRAIN_SECONDS
        ledgers = (self.to_agent, self.to_customer)
        while time.perf_counter() < deadline and any(len(one.sent) > len(one.seconds) for one in ledgers):  # noqa: ASYNC110 - hundreds of tasks fill them
            await asyncio.sleep(0.1)

    def _line(self, path: str, token: str) -> Line:
        line = Line(f"{self.url.replace('http', 'ws', 1)}{path}", token)
        self.lines.append(line)
        return line

    async def _agent(self, client: httpx.AsyncClient, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        me = (await client.get("/auth/me", headers=headers)).json()["user"]["number"]
        here = _noted(self.at_desk)
        line, mine = self._line("/desk/ws", token), set[str]()
        capacity = -(-self.size.customers // self.size.agents)
        async with asyncio.TaskGroup() as answers:
            async for event in line.frames():
                conversation, data = str(event.get("conversation_id")), event.get("data", {})
                if event["type"] == "ready":
                    await line.send({"type": "viewing", "conversation_id": None})
                    online = {"status": "online", "capacity": capacity}
                    (await _post(client, "/desk/presence", headers, online)).raise_for_status()
                    here.set()
                elif event["type"] == "state.changed" and data.get("agent", {}).get("number") == me:
                    mine.add(conversation)
                elif event["type"] == "message.created" and conversation in mine:
                    text = str(data["content"].get("text", ""))
                    if data["sender"] == "customer" and self.to_agent.arrive(text):
                        answers.create_task(self._answer(client, headers, conversation))

    async def _answer(self, client: httpx.AsyncClient, headers: dict[str, str], conversation: str) -> None:
        body = {"client_msg_id": uuid4().hex, "content": {"text": self.to_customer.send()}}
        answer = await _post(client, f"/desk/conversations/{conversation}/messages", headers, body)
        if not answer.is_success:
            raise DomainError("live_bench_failed", "坐席的消息没有被接受", answer.text[:300], status=500)

    async def _customer(self, client: httpx.AsyncClient, gate: asyncio.Semaphore) -> None:
        served, unsaid = _noted(self.served), dict[str, Json]()
        async with asyncio.TaskGroup() as group, gate:
            token = (await _post(client, "/visitor/sessions", {}, {"inbox": "web"})).json()["token"]
            line, headers = self._line("/visitor/ws", token), {"Authorization": f"Bearer {token}"}
            here = asyncio.Event()
            group.create_task(self._listen(line, here, served, unsaid))
            await here.wait()
            await _post(client, "/visitor/handoff", headers, None)
            group.create_task(self._write(line, unsaid))

    async def _listen(
        self, line: Line, here: asyncio.Event, served: asyncio.Event, unsaid: dict[str, Json]
    ) -> None:
        """Hear what is said; what the service has not acknowledged is said again on a new connection."""
        async for event in line.frames():
            if event["type"] == "ready":
                here.set()
                for frame in list(unsaid.values()):
                    await line.send(frame)
            elif event["type"] == "ack":
                unsaid.pop(event["client_msg_id"], None)
            elif event["type"] == "state.changed" and event["data"]["state"] == "human":
                served.set()
            elif event["type"] == "message.created" and event["data"]["sender"] == "agent":
                self.to_customer.arrive(str(event["data"]["content"]["text"]))

    async def _write(self, line: Line, unsaid: dict[str, Json]) -> None:
        await self.began.wait()
        await asyncio.sleep(random.expovariate(1 / self.size.think))
        while self.writing:
            content = {"text": self.to_agent.send()}
            frame: Json = {
                "type": "message", "client_msg_id": uuid4().hex, "kind": "text", "content": content
            }  # fmt: skip
            unsaid[frame["client_msg_id"]] = frame
            await line.send(frame)
            await asyncio.sleep(random.expovariate(1 / self.size.think))


def _noted(events: list[asyncio.Event]) -> asyncio.Event:
    event = asyncio.Event()
    events.append(event)
    return event


async def _all(events: list[asyncio.Event], count: int) -> None:
    """Wait until so many events are there and set."""
    while len(events) < count:  # noqa: ASYNC110 - their owners make them one after another
        await asyncio.sleep(0.1)
    for event in list(events):
        await event.wait()


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

    async with throwaway.running(
        settings, say, with_bot=False, prepare=prepare, more_env=throwaway.NO_LIMITS | ALWAYS_OPEN
    ) as own:
        at_rest = partial(throwaway.at_rest, own)
        await at_rest()
        figures = await Load(f"http://127.0.0.1:{own.port}/api/v1", size, tokens, at_rest).run(say)
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
