"""The three systems that ``kefu bench`` measures: each starts alone, and is stopped before the next one."""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe

import httpx

from kb_index.encoders import FOLDER_VARIABLE
from kefu.core.errors import DomainError
from kefu.core.settings import ROOT, Settings
from kefu.measure import processes, throwaway
from kefu.measure.plain_rasa import PYTHON, QUIET, PlainRasa
from kefu.supervisor.child import Command, stop, tail
from kefu.supervisor.supervisor import free_ports

START_SECONDS = 300
POLL_SECONDS = 0.5


class SystemNotStarted(DomainError):
    """A system that is to be measured did not come up."""

    def __init__(self, name: str, log: Path) -> None:
        detail = "\n".join(tail(log))
        super().__init__("bench_not_started", f"{name} 没有启动", detail, status=500)


@dataclass(frozen=True)
class Address:
    """Where a running system answers."""

    url: str
    token: str = ""
    processes: dict[str, list[int]] = field(default_factory=dict)
    """By what they are called."""
    turns_without_bot: Callable[[], int] = lambda: 0
    """How many turns so far the service has decided without Rasa, which missed its deadline or was away."""
    started: dict[str, float] = field(default_factory=dict)
    """Seconds from the start until the ``service`` answered alone, and until the ``bot`` did too."""


@asynccontextmanager
async def plain_rasa(plain: PlainRasa, logs: Path) -> AsyncIterator[Address]:
    """Rasa's own server over REST, with an action server beside it."""
    (port,) = free_ports(1)
    async with _actions(plain, logs) as (action_url, actions):
        endpoints = plain.directory / "endpoints.yml"
        endpoints.write_text(f"action_endpoint:\n  url: {action_url}\n", encoding="utf-8")
        command = Command(
            (str(PYTHON), "-m", "rasa", "run", "--quiet", "--enable-api", "--interface", "127.0.0.1",
             "--port", str(port), "--model", str(plain.model), "--endpoints", "endpoints.yml",
             "--credentials", "credentials.yml"),
            QUIET, plain.directory,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        async with _running("Rasa", command, logs / "plain-rasa.log", f"{url}/status") as rasa:
            yield Address(url, processes={"rasa": [rasa.pid], "actions": [actions.pid]})


@asynccontextmanager
async def bot(plain: PlainRasa, model: Path, settings: Settings, logs: Path) -> AsyncIterator[Address]:
    """Our Rasa process alone, calling the same action server back."""
    (port,), token = free_ports(1), token_urlsafe(16)
    async with _actions(plain, logs) as (action_url, actions):
        command = Command(
            (str(PYTHON), "-m", "bot.server", "--model", str(model), "--port", str(port)),
            QUIET | {"PYTHONPATH": str(ROOT), "KEFU_BOT_TOKEN": token, "KEFU_ACTION_URL": action_url,
                     "KEFU_ENCODER": settings.encoder, FOLDER_VARIABLE: str(settings.encoder_dir)},
            ROOT,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        health = f"{url}/webhooks/kefu/health"
        async with _running("bot.server", command, logs / "bot.log", health, token) as rasa:
            yield Address(url, token, {"bot": [rasa.pid], "actions": [actions.pid]})


@asynccontextmanager
async def service(settings: Settings, say: Callable[[str], None]) -> AsyncIterator[Address]:
    """The whole system, as customers meet it."""
    started: dict[str, float] = {}
    async with throwaway.running(
        settings, say, more_env=throwaway.NO_LIMITS, reached=started.__setitem__
    ) as own:
        await throwaway.at_rest(own)
        yield Address(
            f"http://127.0.0.1:{own.port}",
            processes=processes.of(own.data_dir),
            turns_without_bot=lambda: throwaway.without_bot(own),
            started=started,
        )


@asynccontextmanager
async def _actions(plain: PlainRasa, logs: Path) -> AsyncIterator[tuple[str, Process]]:
    (port,) = free_ports(1)
    command = Command(
        (str(PYTHON), "-m", "rasa_sdk", "--actions", "kefu.measure.fixed_actions", "--port", str(port)),
        QUIET | {"PYTHONPATH": str(ROOT), "KEFU_BENCH_DOMAIN": str(plain.domain), "SANIC_HOST": "127.0.0.1"},
        plain.directory,
    )
    url = f"http://127.0.0.1:{port}"
    async with _running("rasa-sdk", command, logs / "actions.log", f"{url}/health") as process:
        yield f"{url}/webhook", process


@asynccontextmanager
async def _running(
    name: str, command: Command, log: Path, health: str, token: str = ""
) -> AsyncIterator[Process]:
    with log.open("wb") as output:
        process = await command.start(stdout=output.fileno(), stderr=output.fileno())
    try:
        if not await _healthy(process, health, token):
            raise SystemNotStarted(name, log)
        yield process
    finally:
        await asyncio.shield(stop(process))


async def _healthy(process: Process, health: str, token: str) -> bool:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + START_SECONDS
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(trust_env=False, timeout=5.0, headers=headers) as client:
        while loop.time() < deadline and process.returncode is None:
            with suppress(httpx.TransportError):
                if (await client.get(health)).is_success:
                    return True
            await asyncio.sleep(POLL_SECONDS)
    return False


async def load(order: str) -> bytes:
    """Run the load client in its own process; returns what it measured (JSON)."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kefu.measure.load", cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        measured, _ = await process.communicate(order.encode())
    finally:
        await asyncio.shield(stop(process)) if process.returncode is None else None
    if process.returncode:
        raise DomainError("load_failed", "施压的进程失败了", f"退出码 {process.returncode}。", status=500)
    return measured
