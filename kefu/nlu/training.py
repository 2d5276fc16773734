"""Training the bot: what is published is checked and exported, and Rasa trains on it as a subprocess."""

import errno
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
from kefu.core.errors import DomainError, FieldError, Invalid
from kefu.core.process import tied_to_us
from kefu.core.settings import ROOT, Settings
from kefu.knowledge import repository
from kefu.knowledge.snapshot import Snapshot
from kefu.nlu import domain, files, held_out, service
from kefu.nlu.corpus import Corpus, plain

Report = Callable[[str, float], None]

PROJECT_FILES = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml")
KEPT_EXPORTS = 3
FULL_BYTES = 1_000_000
"""A training that fails while less is free has failed for it."""
PHASES = {"load": "读取语料", "train": "训练模型", "done": "写出模型"}


ENOUGH_BYTES = 200_000_000
"""What a training may need on disk: the export, Rasa's files while it works, the packed model."""


class TrainingFailed(DomainError):
    """Rasa could not train on the export."""

    def __init__(self, code: int, log_file: Path) -> None:
        super().__init__("training_failed", "训练没有完成", f"退出码 {code}，日志在 {log_file}。", status=500)


class DiskFull(DomainError):
    """There is no room for what is to be written; what serves goes on serving."""

    def __init__(self, directory: Path) -> None:
        detail = f"{directory} 所在的磁盘没有空间了。没有发布任何内容，线上照常；请清理磁盘后重新开始。"
        super().__init__("disk_full", "磁盘空间不足", detail, status=507)


@dataclass(frozen=True)
class Trained:
    """A model that can be released: its version, its file inside the data directory, and what it was made of."""

    version: str
    path: str
    details: dict[str, Any]


def train(settings: Settings, database: Database, report: Report) -> Trained:
    """Make a model and release it without comparing; blocks for about a minute. Raises :class:`TrainingFailed`."""
    trained = make(settings, database, report, f"{now():%Y%m%d-%H%M%S}")
    with database.write() as session:
        service.release(session, "model", trained.version, trained.path, trained.details)
    report("完成", 1.0)
    return trained


def make(
    settings: Settings, database: Database, report: Report, version: str, log_file: Path | None = None
) -> Trained:
    """Check, export and train; nothing is released, and nothing is left behind when it fails.

    Raises :class:`DiskFull`, :class:`TrainingFailed`, ``held_out_in_training``.
    """
    started = time.monotonic()
    project = settings.data_dir / "training" / version
    require_room(settings.data_dir)
    prepare_encoder(settings.encoder, settings.encoder_dir)  # Rasa's environment can only read it
    report("检查语料", 0.0)
    with database.read() as session:
        published, data = repository.snapshot(session), files.texts(session)
        _check(published, data, held_out.guard(session, settings))
    model = settings.data_dir / "models" / f"{version}.tar.gz"
    try:
        report("导出语料", 0.0)
        examples = export(published, project, data)
        _run_rasa(settings, project, model, report, log_file or settings.data_dir / "log" / "training.log")
    except OSError as error:
        raise (DiskFull(settings.data_dir) if is_full(error) else error) from error
    finally:
        if not model.exists():
            shutil.rmtree(project, ignore_errors=True)
    details: dict[str, Any] = {
        "seconds": round(time.monotonic() - started, 1),
        "knowledge_examples": examples,
        "encoder": encoder_name(settings.encoder),
    }
    _forget_old_exports(settings.data_dir / "training")
    # Relative, so that a restored backup also works in another place.
    return Trained(version, str(model.relative_to(settings.data_dir)), details)


def is_full(error: Exception) -> bool:
    """Whether something failed because the disk is full: the system, copying a tree, or SQLite says so."""
    said = str(error)
    return (
        getattr(error, "errno", None) == errno.ENOSPC
        or os.strerror(errno.ENOSPC) in said
        or "disk is full" in said
    )


def require_room(directory: Path) -> None:
    """Raise :class:`DiskFull` when a training could not write what it needs."""
    directory.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(directory).free < ENOUGH_BYTES:
        raise DiskFull(directory)


def _check(published: Snapshot, data: Mapping[str, str], guard: held_out.Guard) -> None:
    said = [(article.key, text) for article in published.articles.values() for text in article.similar]
    said += _editors_examples(data)
    near = guard.near([text for _, text in said])
    if near:
        errors = [
            FieldError(said[at][0], f"“{said[at][1]}”与留出的“{text}”相同或相近") for at, text in near.items()
        ]
        raise Invalid(
            "held_out_in_training",
            "训练语料里有留出集的句子",
            f"有 {len(errors)} 句，例如：{errors[0].message}。请改掉或从留出集移除它，再训练。",
            errors[:50],
        )


def _editors_examples(data: Mapping[str, str]) -> list[tuple[str, str]]:
    """(intent, text) of the examples that the checkout does not have; those it has are checked by its tests."""
    found = [
        {
            (one.name, plain(text))
            for one in Corpus(texts, domain.read()).intents().values()
            for text in one.examples
        }
        for texts in (data, files.checkout())
    ]
    return sorted(found[0] - found[1])


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


def _run_rasa(settings: Settings, project: Path, model: Path, report: Report, log_file: Path) -> None:
    written = project / "model.tar.gz"
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
            preexec_fn=tied_to_us(),  # as ready to wait as we are
        ) as process,
    ):
        for line in process.stdout or ():
            if (step := _parsed(line)) is not None:
                report(PHASES.get(step["phase"], str(step["phase"])), float(step["progress"]))
            else:
                log.write(line)
    if process.returncode or not written.exists():
        full = shutil.disk_usage(project).free < FULL_BYTES
        raise DiskFull(project) if full else TrainingFailed(process.returncode, log_file)
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
