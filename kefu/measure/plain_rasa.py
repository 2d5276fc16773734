"""A plain Rasa project on our training data: what ``kefu bench`` compares with."""

import asyncio
import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.settings import ROOT, Settings
from kefu.knowledge import repository
from kefu.knowledge.snapshot import Snapshot
from kefu.nlu import files, training
from kefu.supervisor.child import Command, stop, tail

PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "LOG_LEVEL": "ERROR"}
TALKATIVE = QUIET | {"LOG_LEVEL": "INFO"}  # only then it tells its epochs
TELL_SECONDS = 30.0
HASH_LENGTH = 12
_VERSION = re.compile(r"^rasa==([\d.]+)", re.MULTILINE)
_EPOCHS = re.compile(r"Epochs:\s+(\d+)%")

# What the documentation of Rasa 3.6 recommends for a language with its own tokenizer, at its usual values.
EPOCHS = 100
CONFIG = """\
recipe: default.v1
assistant_id: plain
language: zh
pipeline:
  - name: JiebaTokenizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    random_seed: 7
  - name: FallbackClassifier
    threshold: 0.3
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - name: TEDPolicy
    max_history: 5
    epochs: {epochs}
    random_seed: 7
"""


class PlainTrainingFailed(DomainError):
    """Rasa could not train the project that we compare with."""

    def __init__(self, log: Path) -> None:
        detail = "\n".join(tail(log))
        super().__init__("plain_training_failed", "对照的 Rasa 没有训练成功", detail, status=500)


@dataclass(frozen=True)
class PlainRasa:
    """A directory with the project and, once trained, its model."""

    directory: Path

    @property
    def domain(self) -> Path:
        """The domain, which names the actions."""
        return self.directory / "domain.yml"

    @property
    def model(self) -> Path:
        """The trained model."""
        return self.directory / "models" / "plain.tar.gz"


def project(settings: Settings, published: Snapshot, epochs: int = EPOCHS) -> PlainRasa:
    """Return the project of what is published, under ``<data_dir>/bench/<hash of its files>/``.

    Fewer ``epochs`` train sooner and answer worse, but no faster: the network is the same.
    """
    cache = settings.data_dir / "bench"
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=cache) as scratch:
        fresh = Path(scratch) / "project"
        training.export(published, fresh, files.checkout())
        (fresh / "config.yml").write_text(CONFIG.format(epochs=epochs), encoding="utf-8")
        (fresh / "credentials.yml").write_text("rest:\n", encoding="utf-8")
        (fresh / "endpoints.yml").unlink()
        shutil.rmtree(fresh / "content")
        final = cache / _digest(fresh)
        if not final.exists():
            fresh.rename(final)
    return PlainRasa(final)


def version() -> str:
    """Return the version of Rasa that is measured."""
    pins = (ROOT / "bot" / "requirements.txt").read_text(encoding="utf-8")
    found = _VERSION.search(pins)
    return found[1] if found else ""


def published(database: Database) -> Snapshot:
    """Return what is published."""
    with database.read() as session:
        return repository.snapshot(session)


def _digest(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(directory)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:HASH_LENGTH]


async def train(plain: PlainRasa, say: Callable[[str], None]) -> None:
    """Train the project unless it is trained. Raises :class:`PlainTrainingFailed`."""
    if plain.model.exists():
        return
    log = plain.directory / "train.log"
    arguments = ("--data", "data", "--out", "models", "--fixed-model-name", "training.tar.gz")
    trainer = (str(PYTHON), "-m", "bot.train_by_length", "train")
    command = Command((*trainer, *arguments), TALKATIVE | {"PYTHONPATH": str(ROOT)}, cwd=plain.directory)
    with log.open("wb") as output:
        process = await command.start(stdout=output.fileno(), stderr=output.fileno())
        telling = asyncio.create_task(_tell(log, say))
        try:
            code = await process.wait()
        finally:
            telling.cancel()
            await asyncio.shield(stop(process))
    written = plain.model.with_name("training.tar.gz")
    if code or not written.exists():
        raise PlainTrainingFailed(log)
    written.rename(plain.model)


async def _tell(log: Path, say: Callable[[str], None]) -> None:
    minutes = 0.0
    while True:
        reached = await asyncio.to_thread(_reached, log)
        say(f"训练对照的 Rasa：{minutes:.1f} 分钟" + (f"，这一步 {reached}%" if reached else ""))
        await asyncio.sleep(TELL_SECONDS)
        minutes += TELL_SECONDS / 60


def _reached(log: Path) -> str | None:
    found = _EPOCHS.findall(log.read_text(encoding="utf-8", errors="replace"))
    return str(found[-1]) if found else None
