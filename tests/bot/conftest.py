"""A small model, trained once a session, and two Rasa processes that serve it beside a fake action server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from rasa_process import ROOT, START_SECONDS, ActionServer, Bot, running_bot, serving_actions

os.environ |= {"RASA_TELEMETRY_ENABLED": "false", "KEFU_ENCODER": "hash"}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real configuration, domain, rules and stories with a few examples."""
    directory = tmp_path_factory.mktemp("project")
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, directory)
    for name in ("rules", "stories"):
        shutil.copytree(ROOT / "data" / name, directory / "data" / name)
    shutil.copy(Path(__file__).with_name("nlu_small.yml"), directory / "data" / "nlu.yml")
    (directory / "content").mkdir()
    (directory / "content" / "topics.yml").write_text(
        "快递: {words: [快递, 包裹]}\n物流: {words: [物流]}\n发票: {words: [发票]}\n", encoding="utf-8"
    )
    return directory


@pytest.fixture(scope="session")
def model(project: Path) -> Path:
    """The trained model; the output of training stands beside it as train.jsonl."""
    path = project / "model.tar.gz"
    done = subprocess.run(
        [sys.executable, "-m", "bot.train", "--project", str(project), "--out", str(path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    (project / "train.jsonl").write_text(done.stdout, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def _processes(model: Path, project: Path) -> Iterator[tuple[ActionServer, Bot, Bot]]:
    with ExitStack() as stack:
        actions = stack.enter_context(serving_actions())
        bots = [stack.enter_context(running_bot(model, actions.url, project)) for _ in range(2)]
        for bot in bots:
            bot.wait()
        yield actions, bots[0], bots[1]


@pytest.fixture
def actions(_processes: tuple[ActionServer, Bot, Bot]) -> ActionServer:
    """The action server, with nothing recorded or prepared."""
    server = _processes[0]
    server.calls.clear()
    server.events.clear()
    return server


@pytest.fixture
def bot(_processes: tuple[ActionServer, Bot, Bot], actions: ActionServer) -> Bot:
    """A running bot."""
    return _processes[1]


@pytest.fixture
def other_bot(_processes: tuple[ActionServer, Bot, Bot], actions: ActionServer) -> Bot:
    """A second process with the same model, as after a restart."""
    return _processes[2]
