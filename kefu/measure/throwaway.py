"""A whole system of our own, on a copy of the data that is thrown away afterwards.

Measuring asks thousands of questions, and clicks, files and cancels things: none of that may reach the real
customers' counts, queue and orders.
"""

import asyncio
import shutil
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx
from sqlalchemy import delete, select, true
from sqlalchemy.engine import make_url

from kefu.commerce.models import DemoAddress, DemoCoupon, DemoOrder
from kefu.commerce.seed import seed_demo
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.settings import ROOT, Settings
from kefu.dialogue.models import Turn
from kefu.measure import processes
from kefu.nlu.service import live
from kefu.supervisor.child import Command, stop, tail
from kefu.supervisor.supervisor import free_ports

T = TypeVar("T")

START_SECONDS = 1200
"""How long a start may take; from empty data it indexes and trains."""
POLL_SECONDS = 0.1
LOG_LINES = 1000
NO_LIMITS = {"KEFU_VISITOR_RATE_BURST": "100000", "KEFU_SESSION_RATE_PER_SECOND": "100000"}
"""For the start: one machine plays all customers, more often than customers may speak."""
REST_SECONDS, REST_SHARE, REST_AT_MOST = 3.0, 0.25, 120.0
"""Over how long a service at rest uses less than this share of a core, and how long that is waited for at most."""


class NotStarted(DomainError):
    """The system of our own did not come up."""

    def __init__(self, last_lines: list[str]) -> None:
        super().__init__("throwaway_not_started", "用于测量的系统没有启动", "\n".join(last_lines), status=500)


@asynccontextmanager
async def running(
    settings: Settings,
    say: Callable[[str], None],
    *,
    with_bot: bool = True,
    prepare: Callable[[Settings], None] = lambda _own: None,
    more_env: dict[str, str] | None = None,
    reached: Callable[[str, float], None] = lambda _what, _seconds: None,
) -> AsyncIterator[Settings]:
    """Run a whole system (``with_bot``: Rasa included) on a copy of the data; yields its settings.

    ``prepare`` may change the copy before the start, ``say`` is given what the system tells while it starts, and
    ``reached`` how many seconds after its beginning ``service`` answers, and ``bot`` too.
    Raises :class:`NotStarted` with the end of that.
    """
    with TemporaryDirectory(prefix="kefu-measure-") as scratch:
        directory = Path(scratch)
        say("复制数据")
        await asyncio.to_thread(copy, settings, directory)
        (port,) = free_ports(1)
        env = {"KEFU_DATA_DIR": str(directory), "KEFU_PORT": str(port), "KEFU_HOST": "127.0.0.1"}
        env |= {"KEFU_DATABASE_URL": "", "KEFU_SEED_DEMO": "true"} | (more_env or {})
        own = settings.model_copy(
            update={"data_dir": directory, "port": port, "host": "127.0.0.1", "database_url": ""}
        )
        await asyncio.to_thread(prepare, own)
        log = directory / "up.log"
        with log.open("wb") as output:
            name = "up" if with_bot else "serve"
            command = Command((sys.executable, "-m", "kefu.cli", name), env, ROOT)
            process = await command.start(stdout=output.fileno(), stderr=output.fileno())
            try:
                await _ready(process, port, log, say, with_bot, reached)
                yield own
            finally:
                await asyncio.shield(stop(process))


async def at_rest(own: Settings) -> None:
    """Wait until the service has done what it does behind its answers: warming up, reading the event log on."""
    pids = processes.of(own.data_dir)["service"]
    spent = processes.processor_seconds(pids)
    for _ in range(int(REST_AT_MOST / REST_SECONDS)):
        await asyncio.sleep(REST_SECONDS)
        before, spent = spent, processes.processor_seconds(pids)
        if spent - before < REST_SHARE * REST_SECONDS:
            return


def until_stopped(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; SIGTERM ends it as Ctrl-C does, so that what was started stops and no copy is left."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return asyncio.run(work)
    finally:
        signal.signal(signal.SIGTERM, before)


def copy(settings: Settings, directory: Path) -> None:
    """Copy the database, what is released, the encoder and the secrets; the demo's orders are as on the first day.

    A data directory without a database gives an empty copy, which is seeded at the start.
    """
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite":
        raise DomainError(
            "throwaway_needs_sqlite", "不能复制数据", "数据在 PostgreSQL 里：请用 --url 指向一套测试系统。"
        )
    source = Path(url.database or "")
    if not source.exists():
        return
    with (
        closing(sqlite3.connect(source)) as found,
        closing(sqlite3.connect(directory / "kefu.sqlite3")) as ours,
    ):
        found.backup(ours)
    for kept in (settings.data_dir / "secrets", settings.encoder_dir):
        if kept.exists():
            shutil.copytree(kept, directory / kept.name)
    database = Database(f"sqlite:///{directory / 'kefu.sqlite3'}")
    try:
        _copy_released(settings, database, directory)
        if settings.seed_demo:
            _reset_demo(settings, database)
    finally:
        database.close()


def _copy_released(settings: Settings, database: Database, directory: Path) -> None:
    with database.read() as session:
        releases = [found for kind in ("index", "model") if (found := live(session, kind)) is not None]
    for release in releases:
        source, target = settings.data_dir / release.path, directory / release.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copyfile(source, target)


def _reset_demo(settings: Settings, database: Database, customer: str | None = None) -> None:
    """Seed the demo's orders, coupons and addresses anew: everybody's, or one ``customer``'s."""
    with database.write() as session:
        for table in (DemoOrder, DemoCoupon, DemoAddress):
            whose = table.external_id == customer if customer is not None else true()
            session.execute(delete(table).where(whose))
        seed_demo(session, settings.content_dir / "demo.yml", now())


def restoring(own: Settings) -> Callable[[str], None]:
    """Return what puts the orders of one of the demo's customers back to the first day, in a copy of ours."""

    def restore(customer: str) -> None:
        database = Database(own.database)
        try:
            _reset_demo(own, database, customer)
        finally:
            database.close()

    return restore


def without_bot(own: Settings) -> int:
    """Return how many typed turns so far, copied ones too, were decided without Rasa (late or away)."""
    database = Database(own.database)
    try:
        with database.read() as session:
            return sum(bool(trace.get("degraded")) for trace in session.scalars(select(Turn.trace)))
    finally:
        database.close()


async def _ready(
    process: asyncio.subprocess.Process,
    port: int,
    log: Path,
    say: Callable[[str], None],
    with_bot: bool,
    reached: Callable[[str, float], None],
) -> None:
    """Wait until the service (and, if asked for, the bot) serves."""
    url = f"http://127.0.0.1:{port}/api/v1/health/ready"
    loop = asyncio.get_running_loop()
    began, said, answers = loop.time(), 0, False
    async with httpx.AsyncClient(trust_env=False, timeout=5.0) as client:
        while loop.time() - began < START_SECONDS and process.returncode is None:
            with suppress(httpx.TransportError):
                answer = await client.get(url)
                if answer.is_success and not answers:
                    answers = True
                    reached("service", loop.time() - began)
                if answer.is_success and answer.json()["parts"]["bot"] == "ok":
                    reached("bot", loop.time() - began)
                    return
                if answer.is_success and not with_bot:
                    return
            lines = tail(log, LOG_LINES)
            for line in lines[said:]:
                say(line)
            said = len(lines)
            await asyncio.sleep(POLL_SECONDS)
    raise NotStarted(tail(log))
