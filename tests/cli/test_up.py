"""The whole system as ``make run`` starts it: real service, real Rasa, a data directory of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import httpx
import pytest

from kefu.core.settings import ROOT, Settings
from kefu.measure.throwaway import without_bot
from kefu.supervisor.supervisor import free_ports
from tests.service.conftest import small_content

pytestmark = pytest.mark.stack

FIRST_START_SECONDS = 600.0


@dataclass
class Running:
    """A running system."""

    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    data_dir: Path
    output: Path
    address: str

    def kefu(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same data directory."""
        return subprocess.run(
            [sys.executable, "-m", "kefu.cli", *arguments],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=FIRST_START_SECONDS, check=False,
        )  # fmt: skip

    def part(self, name: str) -> str:
        """Ask the service how a part is."""
        parts: dict[str, str] = httpx.get(f"{self.address}/api/v1/health/ready", trust_env=False).json()[
            "parts"
        ]
        return parts[name]

    def pids(self, of: str) -> set[int]:
        """Return the processes whose command line names this data directory's children."""
        found = set()
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text(encoding="utf-8").rsplit(")", 1)[1].split()
                command = (path.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid and of in command and fields[0] != "Z":
                found.add(int(path.parent.name))
        return found


def until(reached: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.2)


def held_out(directory: Path) -> Path:
    """A held-out set of one line, so that comparing takes a moment."""
    directory.mkdir()
    line = '{"text": "发票怎么开呀", "key": "invoice.apply", "also": [], "style": "plain"}\n'
    (directory / "knowledge.jsonl").write_text(line, encoding="utf-8")
    return directory


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start the system on an empty directory and wait until Rasa serves too."""
    if not (ROOT / "bot" / ".venv" / "bin" / "python").exists():
        pytest.skip("没有安装 Rasa 环境（make install）")
    directory = tmp_path_factory.mktemp("up")
    (port,) = free_ports(1)
    environment = os.environ | {
        "KEFU_DATA_DIR": str(directory / "var"), "KEFU_PORT": str(port), "KEFU_DATABASE_URL": "",
        "KEFU_ENCODER": "hash", "KEFU_CONTENT_DIR": str(small_content(directory / "content")),
        "KEFU_HELD_OUT_DIR": str(held_out(directory / "held-out")), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    with (directory / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "kefu.cli", "up"],
            env=environment,
            cwd=directory,
            stdout=output,
            stderr=output,
        )
    system = Running(
        process, environment, directory / "var", directory / "output", f"http://127.0.0.1:{port}"
    )
    try:
        until(
            lambda: "机器人已就绪" in system.output.read_text(encoding="utf-8") or process.poll() is not None,
            FIRST_START_SECONDS,
        )
        assert process.poll() is None, system.output.read_text(encoding="utf-8")
        yield system
    finally:
        process.kill()
        process.wait()


def test_customers_are_served_before_rasa_is_trained(running: Running) -> None:
    output = running.output.read_text(encoding="utf-8")
    assert output.index("已开始接待客户") < output.index("训练机器人") < output.index("机器人已就绪")
    assert "已退出" not in output, "the service waits for its data"


def test_the_first_passwords_are_printed_and_kept_for_the_owner(running: Running) -> None:
    kept = running.data_dir / "secrets" / "staff-passwords.txt"
    assert kept.stat().st_mode & 0o077 == 0
    username, password = kept.read_text(encoding="utf-8").splitlines()[0].split("\t")
    assert re.search(rf"{username}\s+{re.escape(password)}", running.output.read_text(encoding="utf-8"))
    signed_in = httpx.post(
        f"{running.address}/api/v1/auth/login",
        json={"username": username, "password": password},
        trust_env=False,
    )
    assert signed_in.status_code == 200


def test_a_second_start_on_the_same_data_is_refused(running: Running) -> None:
    second = running.kefu("up")
    assert second.returncode == 1
    assert "正在使用" in second.stderr


def test_a_taken_port_is_said_so_before_anything_is_done(running: Running, tmp_path: Path) -> None:
    environment = running.environment | {"KEFU_DATA_DIR": str(tmp_path / "other")}
    second = Running(running.process, environment, tmp_path / "other", running.output, running.address).kefu(
        "up"
    )
    assert second.returncode == 1
    assert "已被占用" in second.stderr
    assert not (tmp_path / "other" / "kefu.sqlite3").exists()


def test_a_backup_can_be_made_meanwhile(running: Running, tmp_path: Path) -> None:
    made = running.kefu("backup", str(tmp_path / "backup.tar.gz"))
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "backup.tar.gz").stat().st_size > 10_000


@pytest.mark.parametrize("child", ["bot.server", "kefu.cli serve"])
def test_a_killed_child_comes_back_and_the_other_finds_it(running: Running, child: str) -> None:
    (pid,) = running.pids(child)
    os.kill(pid, signal.SIGKILL)

    def back() -> bool:
        try:
            return running.pids(child) not in ({pid}, set()) and running.part("bot") == "ok"
        except httpx.TransportError:
            return False

    until(back, 90)


def test_a_model_trained_in_the_console_takes_over_without_a_lost_or_degraded_turn(running: Running) -> None:
    with httpx.Client(base_url=f"{running.address}/api/v1", trust_env=False, timeout=60) as client:
        passwords = (running.data_dir / "secrets" / "staff-passwords.txt").read_text(encoding="utf-8")
        password = dict(line.split("\t") for line in passwords.splitlines())["manager"]
        signed_in = client.post("/auth/login", json={"username": "manager", "password": password}).json()
        client.headers["Authorization"] = f"Bearer {signed_in['token']}"
        run = client.post("/console/training-runs", json={}).json()

        def state() -> str:
            found = client.get(f"/console/training-runs/{run['id']}").json()
            assert found["run"]["state"] in ("running", "ready"), (found["run"]["failure"], found["log"])
            return str(found["run"]["state"])

        until(lambda: state() == "ready", FIRST_START_SECONDS)
        before, (old,) = degraded(running), running.pids("bot.server")
        asking = Thread(target=keep_asking, args=(running, stop := Event(), answers := []))
        asking.start()
        try:
            body = {"reason": "检验换模型"}  # a handful of cases proves little; the gate has its own tests
            released = client.post(f"/console/training-runs/{run['id']}/release", json=body).json()
            until(lambda: old not in running.pids("bot.server"), 120)
        finally:
            stop.set()
            asking.join()
        assert client.get("/health/ready").json()["models"] == [released["version"]]
    assert answers
    assert all(answers)
    assert degraded(running) == before


def degraded(running: Running) -> int:
    """How many turns so far were decided without Rasa."""
    return without_bot(Settings(data_dir=running.data_dir))


def keep_asking(running: Running, stop: Event, answers: list[int]) -> None:
    """Ask as one new customer after the other, noting how many replies each got."""
    with httpx.Client(base_url=f"{running.address}/api/v1/visitor", trust_env=False, timeout=30) as client:
        while not stop.wait(0.3):
            token = client.post("/sessions", json={}).json()["token"]
            body = {"client_msg_id": uuid4().hex, "kind": "text", "content": {"text": "发票"}}
            headers = {"Authorization": f"Bearer {token}"}
            answer = client.post("/messages", params={"wait": 10}, json=body, headers=headers)
            answers.append(len(answer.json().get("replies", ())))


def test_stopping_is_quick_and_leaves_nothing(running: Running) -> None:
    children = running.pids("")
    assert len(children) >= 2
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(timeout=20) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
