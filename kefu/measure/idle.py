"""``kefu bench-live --idle``: what the service costs while thousands of customers only have their page open."""

import asyncio
import json
import random
import resource
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

from sqlalchemy import insert
from websockets.asyncio.client import ClientConnection, connect

from kefu.core.clock import new_id, now
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.settings import Settings
from kefu.customers.models import Customer
from kefu.customers.service import VisitorTokens
from kefu.measure import processes, throwaway
from kefu.measure.figures import milliseconds
from kefu.measure.visitor import Json

AT_ONCE = 100  # sockets that are opened at the same time
SETTLE_SECONDS = 5.0
MEGABYTE = 1024  # kilobytes
ASKED = 300  # sockets that must still answer in the end
SPARE_FILES = 500


async def bench(settings: Settings, sockets: int, say: Callable[[str], None]) -> Json:
    """Open so many sockets against a service of our own and return what they cost; one a customer."""
    _allow_files(sockets + SPARE_FILES)
    tokens: list[str] = []

    def prepare(own: Settings) -> None:
        tokens.extend(_customers(own, sockets))

    async with throwaway.running(settings, say, with_bot=False, prepare=prepare) as own:
        pids = processes.of(own.data_dir)["service"]
        before = processes.resident_mib(pids)
        async with AsyncExitStack() as stack:
            began = time.perf_counter()
            opened = await _open(stack, f"ws://127.0.0.1:{own.port}/api/v1/visitor/ws", tokens)
            seconds = time.perf_counter() - began
            say(f"{len(opened)} 条连接已打开，用时 {seconds:.0f} 秒")
            await asyncio.sleep(SETTLE_SECONDS)
            after = processes.resident_mib(pids)
            answers = [await _ping(one) for one in random.sample(opened, min(ASKED, len(opened)))]
    return {
        "date": f"{now():%Y-%m-%d}",
        "sockets": len(opened),
        "opening_seconds": round(seconds, 1),
        "before_mb": round(before),
        "after_mb": round(after),
        "per_socket_kb": round((after - before) * MEGABYTE / max(1, len(opened)), 1),
        "answering": len(answers),
        **{f"ping_{name}_ms": value for name, value in milliseconds(answers).items()},
    }


def _allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise DomainError(
            "too_few_files", "系统允许打开的文件太少", f"需要 {count}，上限 {hard}。", status=500
        )
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def _customers(own: Settings, count: int) -> list[str]:
    """Add customers and return their tokens."""
    database = Database(own.database)
    try:
        ids = [new_id() for _ in range(count)]
        rows = [{"id": one, "inbox": "web"} for one in ids]
        with database.write() as session:
            session.execute(insert(Customer), rows)
        issuer = VisitorTokens(own.secret("token_secret"))
        return [issuer.issue(one) for one in ids]
    finally:
        database.close()


async def _open(stack: AsyncExitStack, url: str, tokens: list[str]) -> list[ClientConnection]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(token: str) -> ClientConnection:
        async with gate:
            # Offered as browsers offer it, compression included: what that costs is part of the figure.
            socket = await stack.enter_async_context(
                connect(url, open_timeout=120, ping_interval=None, proxy=None)
            )
            await socket.send(json.dumps({"type": "auth", "token": token}))
            ready = json.loads(await socket.recv())
            if ready.get("type") != "ready":
                raise DomainError("idle_bench_failed", "连接没有被接受", str(ready)[:200], status=500)
            return socket

    return await asyncio.gather(*(one(token) for token in tokens))


async def _ping(socket: ClientConnection) -> float:
    began = time.perf_counter()
    await socket.send('{"type":"ping"}')
    while json.loads(await socket.recv()).get("type") != "pong":
        pass
    return time.perf_counter() - began
