"""Work that ends, in a process of its own: its memory goes with it, and it can be stopped at any moment."""

import asyncio
import json
from pathlib import Path
from typing import Any

from kefu.core.errors import DomainError
from kefu.supervisor.child import Command, stop, tail
from kefu.supervisor.progress import Report

LINE_BYTES = 1_000_000


class StepFailed(DomainError):
    """A step ended with an error; ``last_lines`` is the end of what it wrote."""

    def __init__(self, name: str, code: int, log_file: Path) -> None:
        self.last_lines = tail(log_file)
        super().__init__("step_failed", f"{name}没有完成", f"退出码 {code}，日志在 {log_file}。", status=500)


async def run_step(name: str, command: Command, log_file: Path, report: Report) -> Any:
    """Run a command that writes progress as JSON lines on stdout; return the result that it hands over.

    What it writes to stderr, and lines of stdout that are not progress, go to ``log_file``.
    Raises :class:`StepFailed` when it ends with an error.
    """
    log_file.parent.mkdir(parents=True, exist_ok=True)
    result = None
    with log_file.open("ab", buffering=0) as output:
        process = await command.start(
            stdout=asyncio.subprocess.PIPE, stderr=output.fileno(), limit=LINE_BYTES
        )
        try:
            async for line in _output(process):
                match _parsed(line):
                    case {"phase": str(phase), "progress": int() | float() as fraction}:
                        report(phase, float(fraction))
                    case {"result": given}:
                        result = given
                    case _:
                        output.write(line)
            code = await process.wait()
        finally:
            await asyncio.shield(stop(process))
    if code:
        raise StepFailed(name, code, log_file)
    return result


def _output(process: asyncio.subprocess.Process) -> asyncio.StreamReader:
    if process.stdout is None:
        raise ValueError("stdout is not a pipe")
    return process.stdout


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
