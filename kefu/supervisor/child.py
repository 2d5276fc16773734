"""One child process: in a session of its own, restarted with back-off, stopped with all that it started."""

import asyncio
import contextlib
import os
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kefu.core.process import tied_to_us

STOP_SECONDS = 8.0
"""How long a child may take to stop before it is killed."""
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.5, 30.0
STEADY_SECONDS = 60.0
"""A child that ran this long is taken for healthy: its next failure is the first again."""
LOG_BYTES = 20_000_000
"""A log is turned over at this size; one older one is kept."""


@dataclass(frozen=True)
class Command:
    """What to run: arguments, variables added to ours, working directory."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None

    async def start(self, *, stdout: int, stderr: int, limit: int = 65_536) -> asyncio.subprocess.Process:
        """Start it in its own session, tied to our life; ``limit`` is the longest line of a piped output."""
        return await asyncio.create_subprocess_exec(
            *self.argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            limit=limit,
            cwd=self.cwd,
            env={**os.environ, **self.env},
            start_new_session=True,
            preexec_fn=tied_to_us(),
        )


async def stop(process: asyncio.subprocess.Process) -> None:
    """End a process and everything in its session: politely, then by force."""
    _signal(process.pid, signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    _signal(process.pid, signal.SIGKILL)
    await process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def tail(path: Path, lines: int = 15) -> list[str]:
    """Return the last lines of a text file, none when there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", errors="replace") as text:
        return [line.rstrip("\n") for line in deque(text, lines)]


class Child:
    """A process that is meant to run for ever.

    Each time it ends by itself, ``on_failure`` is told its name, the exit code, the seconds until the
    restart and the last lines of its log.
    """

    def __init__(
        self,
        name: str,
        command: Command,
        log_file: Path,
        on_failure: Callable[[str, int, float, list[str]], None],
    ) -> None:
        self.name = name
        self.log_file = log_file
        self.starts = 0
        self._command = command
        self._on_failure = on_failure
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The running process, if there is one."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def run(self) -> None:
        """Run until cancelled; being cancelled stops the process."""
        delay = FIRST_DELAY_SECONDS
        while True:
            started = time.monotonic()
            try:
                code, last_lines = await self._run_once(), tail(self.log_file)
            except OSError as error:  # it could not even be started
                code, last_lines = 127, [str(error)]
            if time.monotonic() - started > STEADY_SECONDS:
                delay = FIRST_DELAY_SECONDS
            self._on_failure(self.name, code, delay, last_lines)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY_SECONDS)

    async def _run_once(self) -> int:
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as output:
            process = await self._command.start(stdout=output.fileno(), stderr=output.fileno())
        self._process = process
        self.starts += 1
        try:
            return await process.wait()
        finally:
            # Also after it ended by itself: what it had started must not outlive it.
            await asyncio.shield(stop(process))

    def turn_log_over(self) -> None:
        """Empty a large log in place (the child holds it open), after copying it to ``….1``."""
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_BYTES:
            shutil.copyfile(self.log_file, self.log_file.with_name(self.log_file.name + ".1"))
            os.truncate(self.log_file, 0)
