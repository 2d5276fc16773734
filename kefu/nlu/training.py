"""Training the bot: an export of what is published, Rasa as a subprocess, and a release when it worked."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kb_index.encoders import FOLDER_VARIABLE, encoder_name, prepare_encoder
from kb_index.vectors import cache_path
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.process import tied_to_us
from kefu.core.settings import ROOT, Settings
from kefu.knowledge import repository
from kefu.knowledge.snapshot import Snapshot
from kefu.nlu import domain, files, service
from kefu.nlu.corpus import Corpus

Report = Callable[[str, float], None]

PROJECT_FILES = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml")
KEPT_EXPORTS = 3
PHASES = {"load": "读取语料", "train": "训练模型", "done": "写出模型"}


class TrainingFailed(DomainError):
    """Rasa could not train on the export."""

    def __init__(self, code: int, log_file: Path) -> None:
        super().__init__("training_failed", "训练没有完成", f"退出码 {code}，日志在 {log_file}。", status=500)


@dataclass(frozen=True)
class Trained:
    """A released model: its version and the file inside the data directory."""

    version: str
    path: Path


def train(settings: Settings, database: Database, report: Report) -> Trained:
    """Export, train and release; blocks for about a minute. Raises :class:`TrainingFailed`."""
    started = time.monotonic()
    version = f"{now():%Y%m%d-%H%M%S}"
    project = settings.data_dir / "training" / version
    prepare_encoder(settings.encoder, settings.encoder_dir)  # Rasa's environment can only read it
    report("导出语料", 0.0)
    with database.read() as session:
        examples = export(repository.snapshot(session), project, files.texts(session))
    model = settings.data_dir / "models" / f"{version}.tar.gz"
    _run_rasa(settings, project, model, report)
    details: dict[str, object] = {
        "seconds": round(time.monotonic() - started, 1),
        "knowledge_examples": examples,
        "encoder": encoder_name(settings.encoder),
    }
    with database.write() as session:
        # Relative, so that a restored backup also works in another place.
        service.release(session, "model", version, str(model.relative_to(settings.data_dir)), details)
    _forget_old_exports(settings.data_dir / "training")
    report("完成", 1.0)
    return Trained(version, model)


def export(published: Snapshot, project: Path, data: Mapping[str, str]) -> int:
    """Write a Rasa project: the bot's files (by path below ``data``), with examples and topics out of the database.

    Returns how many examples the knowledge articles gave.
    """
    project.mkdir(parents=True)
    for name in PROJECT_FILES:
        shutil.copyfile(ROOT / name, project / name)
    files.export(data, project / "data")
    _name_intents(project / "domain.yml", data)
    questions: dict[str, list[str]] = {}
    for article in published.articles.values():
        intent = "ask_human" if article.hands_over else "ask_knowledge"
        questions.setdefault(intent, []).extend((article.title, *article.similar))
    (project / "data" / "nlu" / "knowledge.yml").write_text(_examples(questions), encoding="utf-8")
    topics = {
        topic.name: {
            "words": list(topic.words),
            "readings": [{"key": reading.key, "when": sorted(reading.when)} for reading in topic.readings],
        }
        for topic in published.topics.values()
    }
    (project / "content").mkdir()
    (project / "content" / "topics.yml").write_text(
        yaml.safe_dump(topics, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    return sum(map(len, questions.values()))


def _name_intents(path: Path, data: Mapping[str, str]) -> None:
    """Let the domain also name the intents that editors began."""
    names = Corpus(data, domain.read(path)).intents()
    path.write_text(domain.with_intents(path.read_text(encoding="utf-8"), names), encoding="utf-8")


def _examples(questions: Mapping[str, Iterable[str]]) -> str:
    """Return a file of Rasa's: it knows its own by the bare keys, and passes over what it does not know."""
    parts = ['version: "3.1"\n\nnlu:\n']
    for intent, texts in questions.items():
        # Square brackets would begin an entity annotation; normalisation makes the full-width ones equal to them.
        lines = [" ".join(text.split()).replace("[", "［").replace("]", "］") for text in texts]
        block = "".join(f"      - {line}\n" for line in lines if line)
        parts.append(f"  - intent: {intent}\n    examples: |\n{block}")
    return "".join(parts)


def _run_rasa(settings: Settings, project: Path, model: Path, report: Report) -> None:
    written = project / "model.tar.gz"
    log_file = settings.data_dir / "log" / "training.log"
    log_file.parent.mkdir(parents=True, exist_ok=True)
    argv = [
        str(ROOT / "bot/.venv/bin/python"),
        "-m",
        "bot.train",
        "--project",
        str(project),
        "--out",
        str(written),
    ]
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KEFU_ENCODER": settings.encoder,
        FOLDER_VARIABLE: str(settings.encoder_dir),
        "KEFU_VECTOR_CACHE": str(cache_path(model.parent, encoder_name(settings.encoder))),
        # Rasa checks that these are set; they are not kept in the model.
        "KEFU_BOT_TOKEN": "unused",
        "KEFU_ACTION_URL": "http://127.0.0.1/",
        "RASA_TELEMETRY_ENABLED": "false",
    }
    with (
        log_file.open("a", encoding="utf-8") as log,
        subprocess.Popen(  # noqa: S603 (fixed arguments)
            argv,
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            preexec_fn=tied_to_us(niceness=10),
        ) as process,
    ):
        for line in process.stdout or ():
            if (step := _parsed(line)) is not None:
                report(PHASES.get(step["phase"], str(step["phase"])), float(step["progress"]))
            else:
                log.write(line)
    if process.returncode or not written.exists():
        raise TrainingFailed(process.returncode, log_file)
    model.parent.mkdir(parents=True, exist_ok=True)
    written.replace(model)


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and {"phase", "progress"} <= found.keys() else None


def _forget_old_exports(directory: Path) -> None:
    for old in sorted(directory.iterdir())[:-KEPT_EXPORTS]:
        shutil.rmtree(old)
