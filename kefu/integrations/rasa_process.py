"""A Rasa process of our own, for a model that does not serve."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe
from socket import socket
from typing import Self

from kefu.core.errors import DomainError
from kefu.core.process import tied_to_us
from kefu.core.settings import ROOT, Settings
from kefu.integrations.rasa import RasaBot
from kefu.integrations.rasa_command import serve_command

START_SECONDS = 240.0
LOOK_SECONDS = 0.25
UNHURRIED_SECONDS = 10.0
"""Nobody waits for a candidate's answer as a customer does."""


class CandidateNotStarted(DomainError):
    """Rasa did not load a model."""

    def __init__(self, version: str) -> None:
        detail = f"模型 {version} 没有载入，日志在 log/candidate.log。线上不受影响。"
        super().__init__("candidate_not_started", "候选模型没有启动", detail, status=503)


class RasaProcess:
    """Rasa with a model that does not serve customers, for as long as the block runs (or until ``stop``)."""

    def __init__(self, settings: Settings, version: str, model: Path, action_url: str) -> None:
        with socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        token = token_urlsafe(24)
        self.version = version
        self.bot = RasaBot(f"http://127.0.0.1:{port}", token, UNHURRIED_SECONDS)
        self._command = serve_command(settings, model, version, port, token, action_url)
        self._log = settings.data_dir / "log" / "candidate.log"
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start, and wait until the model is loaded. Raises :class:`CandidateNotStarted`."""
        argv, env = self._command
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *argv, stdin=asyncio.subprocess.DEVNULL, stdout=output.fileno(), stderr=output.fileno(), cwd=ROOT,
                env={**os.environ, **env}, start_new_session=True, preexec_fn=tied_to_us(),
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while self.bot.state != "ok":
            await asyncio.sleep(LOOK_SECONDS)
            await self.bot.look()
            if self._process.returncode is not None or time.monotonic() > deadline:
                await self.stop()
                raise CandidateNotStarted(self.version)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    @property
    def running(self) -> bool:
        """Whether it can be asked."""
        return self._process is not None and self._process.returncode is None

    async def stop(self) -> None:
        """End it at once: nothing waits for it."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        await self.bot.close()
