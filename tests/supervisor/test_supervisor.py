import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from kefu.supervisor import child as child_module
from kefu.supervisor.child import Child, Command, tail
from kefu.supervisor.supervisor import Supervisor, free_ports, port_is_free

ROOT = Path(__file__).resolve().parents[2]

# Writes its pid and its secret, then waits for its end.
FOREVER = "import os, time; print(os.getpid(), os.environ.get('SECRET'), flush=True); time.sleep(600)"
# Starts a process of its own and does not heed SIGTERM; neither does the other.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
helper = subprocess.Popen([sys.executable, "-c", code])
print(os.getpid(), helper.pid, flush=True)
time.sleep(600)
"""


def python(code: str, **env: str) -> Command:
    return Command((sys.executable, "-c", code), env)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    return state != "Z"


async def until(reached: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not reached():  # noqa: ASYNC110 (files and processes tell no event)
            await asyncio.sleep(0.01)


class Failures(list[tuple[str, int, float, list[str]]]):
    """Remembers what was told."""

    def __call__(self, name: str, code: int, delay: float, last_lines: list[str]) -> None:
        self.append((name, code, delay, last_lines))


@pytest.fixture
def failures() -> Failures:
    return Failures()


@pytest.fixture
async def supervisor() -> AsyncIterator[Supervisor]:
    async with Supervisor() as running:
        yield running


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "FIRST_DELAY_SECONDS", 0.01)
    monkeypatch.setattr(child_module, "STOP_SECONDS", 0.3)


async def test_a_killed_child_comes_back_with_the_same_secrets(
    supervisor: Supervisor, failures: Failures, tmp_path: Path
) -> None:
    log_file = tmp_path / "child.log"
    await supervisor.keep(Child("bot", python(FOREVER, SECRET="s3cret"), log_file, failures))
    await until(lambda: len(tail(log_file)) == 1)
    first = int(tail(log_file)[0].split()[0])
    os.kill(first, signal.SIGKILL)
    await until(lambda: len(tail(log_file)) == 2)
    second, secret = tail(log_file)[1].split()
    assert int(second) != first
    assert secret == "s3cret"
    assert failures[0][:2] == ("bot", -signal.SIGKILL)


async def test_failures_in_a_row_wait_longer_and_show_the_log(
    supervisor: Supervisor, failures: Failures, tmp_path: Path
) -> None:
    dies = python("import sys; print('no such model'); sys.exit(3)")
    await supervisor.keep(Child("bot", dies, tmp_path / "bot.log", failures))
    await until(lambda: len(failures) == 3)
    assert [delay for _, _, delay, _ in failures] == [0.01, 0.02, 0.04]
    assert failures[0][1] == 3
    assert failures[0][3] == ["no such model"]


async def test_what_cannot_be_started_is_a_failure_like_others(
    supervisor: Supervisor, failures: Failures, tmp_path: Path
) -> None:
    await supervisor.keep(Child("bot", Command(("/nonexistent/python",)), tmp_path / "bot.log", failures))
    await until(lambda: len(failures) == 2)
    assert failures[0][1] == 127
    assert "/nonexistent/python" in failures[0][3][0]


async def test_stopping_ends_the_stubborn_and_what_they_started(failures: Failures, tmp_path: Path) -> None:
    log_file = tmp_path / "child.log"
    async with Supervisor() as supervisor:
        await supervisor.keep(Child("service", python(STUBBORN), log_file, failures))
        await until(lambda: len(tail(log_file)) == 1)
        pids = [int(pid) for pid in tail(log_file)[0].split()]
        assert all(alive(pid) for pid in pids)
    await until(lambda: not any(alive(pid) for pid in pids))
    assert failures == []


async def test_keeping_another_of_the_same_name_replaces_it(
    supervisor: Supervisor, failures: Failures, tmp_path: Path
) -> None:
    log_file = tmp_path / "bot.log"
    await supervisor.keep(Child("bot", python(FOREVER, SECRET="old"), log_file, failures))
    await until(lambda: len(tail(log_file)) == 1)
    old = int(tail(log_file)[0].split()[0])
    await supervisor.keep(Child("bot", python(FOREVER, SECRET="new"), log_file, failures))
    assert not alive(old)
    await until(lambda: len(tail(log_file)) == 2)
    assert tail(log_file)[1].split()[1] == "new"
    assert [child.name for child in supervisor.children] == ["bot"]


async def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    log_file = tmp_path / "child.log"
    code = f"""
import asyncio, sys
from pathlib import Path
from kefu.supervisor.child import Child, Command
from kefu.supervisor.supervisor import Supervisor

async def main():
    async with Supervisor() as supervisor:
        command = Command((sys.executable, "-c", {FOREVER!r}))
        await supervisor.keep(Child("bot", command, Path({str(log_file)!r}), print))
        await asyncio.sleep(600)

asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    await until(lambda: len(tail(log_file)) == 1)
    pid = int(tail(log_file)[0].split()[0])
    assert alive(pid)
    process.kill()
    await process.wait()
    await until(lambda: not alive(pid))


def test_a_large_log_is_emptied_in_place(
    failures: Failures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_module, "LOG_BYTES", 10)
    log_file = tmp_path / "bot.log"
    child = Child("bot", python(FOREVER), log_file, failures)
    with log_file.open("ab", buffering=0) as held_open:
        held_open.write(b"more than ten bytes\n")
        child.turn_log_over()
        held_open.write(b"next\n")
    assert log_file.read_bytes() == b"next\n"
    assert (tmp_path / "bot.log.1").read_bytes() == b"more than ten bytes\n"


def test_free_ports_are_different_and_free() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    assert all(port_is_free("127.0.0.1", port) for port in ports)
