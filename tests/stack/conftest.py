"""The whole system as processes: the service and Rasa, with a small model that is trained once."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from kefu.core.settings import ROOT
from tests.service.conftest import seeded

__all__ = ["seeded"]

RASA = ROOT / "bot" / ".venv" / "bin" / "python"
START_SECONDS = 300  # on a busy machine; an idle one needs a tenth
Json = dict[str, Any]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], seconds: float = START_SECONDS) -> None:
    """Poll until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of the real project, trained in Rasa's environment with the deterministic encoder."""
    if not RASA.exists():
        pytest.skip("没有 Rasa 环境（make install），跳过整套系统的测试")
    project = tmp_path_factory.mktemp("project")
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, project)
    (project / "content").mkdir()
    shutil.copy(ROOT / "content" / "topics.yml", project / "content")
    (project / "data" / "nlu").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "bot" / "nlu_small.yml", project / "data" / "nlu")
    for part in ("rules", "stories"):
        shutil.copytree(ROOT / "data" / part, project / "data" / part)
    out = project / "model.tar.gz"
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "KEFU_ENCODER": "hash",
    }
    command = [str(RASA), "-m", "bot.train", "--project", str(project), "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return out


class Stack:
    """Service and bot on ports and secrets of their own, to be killed and started again."""

    def __init__(self, data_dir: Path, model: Path) -> None:
        self.port, self.bot_port, self.action_port = free_port(), free_port(), free_port()
        self.action_token = uuid4().hex
        self._model, self._data_dir = model, data_dir
        self.service: subprocess.Popen[bytes] | None = None
        self.bot: subprocess.Popen[bytes] | None = None
        bot_token = uuid4().hex
        self._environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "RASA_TELEMETRY_ENABLED": "false",
            "OMP_NUM_THREADS": "1",
            "KEFU_DATA_DIR": str(data_dir),
            "KEFU_ENCODER": "hash",
            "KEFU_PORT": str(self.port),
            "KEFU_BOT_URL": f"http://127.0.0.1:{self.bot_port}",
            "KEFU_BOT_TOKEN": bot_token,
            "KEFU_ACTION_PORT": str(self.action_port),
            "KEFU_ACTION_TOKEN": self.action_token,
            "KEFU_ACTION_URL": f"http://127.0.0.1:{self.action_port}/webhook?token={self.action_token}",
            "KEFU_OPENS_AT": "00:00",
            "KEFU_CLOSES_AT": "00:00",
            "KEFU_SESSION_RATE_PER_SECOND": "500",
        }
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api/v1", timeout=30)

    def start_service(self) -> None:
        """Start the service; returns when it serves."""
        command = [sys.executable, "-m", "kefu.cli", "serve"]
        self.service = subprocess.Popen(command, cwd=ROOT, env=self._environment)
        until(lambda: self.health() is not None)

    def start_bot(self, *, wait: bool = True) -> None:
        """Start Rasa; returns when the service uses it."""
        command = [str(RASA), "-m", "bot.server", "--model", str(self._model), "--port", str(self.bot_port)]
        self.bot = subprocess.Popen(command, cwd=ROOT, env=self._environment)
        if wait:
            until(lambda: self.bot_state() == "ok")

    def revive(self) -> None:
        """Start what does not run, and let go on what was stopped; returns when the service uses the bot."""
        if self.service is None:
            self.start_service()
        if self.bot is None:
            self.start_bot()
        else:
            self.bot.send_signal(signal.SIGCONT)
            until(lambda: self.bot_state() == "ok")

    def health(self) -> Json | None:
        """What the service says of itself; None while nobody answers."""
        try:
            answer = self.client.get("/health/ready")
        except httpx.TransportError:
            return None
        body: Json = answer.json()
        return body if answer.status_code == 200 else None

    def bot_state(self) -> str:
        """How the service finds the bot."""
        found = self.health()
        return str(found["parts"]["bot"]) if found else ""

    def kill(self, name: str) -> None:
        """Kill -9 a process."""
        process: subprocess.Popen[bytes] | None = getattr(self, name)
        if process is not None:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
            setattr(self, name, None)

    def visitor(self) -> httpx.Headers:
        """Open a visit; return its headers."""
        body = self.client.post("/visitor/sessions", json={}).json()
        return httpx.Headers(
            {"Authorization": f"Bearer {body['token']}", "X-Conversation": body["conversation_id"]}
        )

    def say(self, visitor: httpx.Headers, text: str, wait: float = 10) -> Json:
        """Send a text."""
        body = {"client_msg_id": uuid4().hex, "kind": "text", "content": {"text": text}}
        answer = self.client.post("/visitor/messages", params={"wait": wait}, json=body, headers=visitor)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def messages(self, visitor: httpx.Headers) -> list[Json]:
        """The conversation as it is stored."""
        params = {"conversation_id": visitor["X-Conversation"]}
        items: list[Json] = self.client.get("/visitor/messages", params=params, headers=visitor).json()[
            "items"
        ]
        return items

    def trace(self, visitor: httpx.Headers, password: str) -> list[Json]:
        """The bot's turns as the desk shows them."""
        signed_in = self.client.post("/auth/login", json={"username": "agent1", "password": password}).json()
        headers = {"Authorization": f"Bearer {signed_in['token']}"}
        shown = self.client.get(f"/desk/conversations/{visitor['X-Conversation']}", headers=headers).json()
        found: list[Json] = shown["trace"]
        return found


@contextmanager
def running(data_dir: Path, model: Path) -> Iterator[Stack]:
    """A stack whose processes end with the block."""
    stack = Stack(data_dir, model)
    try:
        yield stack
    finally:
        stack.kill("service")
        stack.kill("bot")
        stack.client.close()


@pytest.fixture(scope="module")
def system(
    seeded: tuple[Path, dict[str, str]], model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """One stack for all tests of a module: Rasa takes half a minute to load."""
    directory = Path(shutil.copytree(seeded[0], tmp_path_factory.mktemp("stack") / "var"))
    with running(directory, model) as found:
        yield found


@pytest.fixture
def stack(system: Stack) -> Stack:
    """Service and bot, both up: what a test before has killed or stopped runs again."""
    system.revive()
    return system
