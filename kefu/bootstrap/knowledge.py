"""Building the index from the published articles, releasing it, and putting the live one into memory."""

import shutil
from collections.abc import Callable
from pathlib import Path

from kb_index.artefact import IndexMismatch, IndexMissing, Manifest
from kb_index.build import build
from kb_index.encoders import create_encoder, encoder_name
from kefu.core.database import Database
from kefu.core.settings import ROOT, Settings
from kefu.dialogue.brain import BrainHolder, documents
from kefu.knowledge import repository
from kefu.nlu import service as releases
from kefu.nlu.examples import negatives

Progress = Callable[[str, float], None]


def build_index(
    settings: Settings, database: Database, progress: Progress | None = None, *, adapt: bool = True
) -> str:
    """Build the index from what is published and release it; returns its version.

    ``adapt`` fits the embedding to the shop's own questions, which needs torch and takes a minute.
    """
    with database.read() as session:
        knowledge = repository.snapshot(session)
    directory = settings.data_dir / "index"
    directory.mkdir(parents=True, exist_ok=True)
    fresh = directory / "building"
    if fresh.exists():
        shutil.rmtree(fresh)
    encoder = create_encoder(settings.encoder, folder=settings.encoder_dir)
    manifest = build(
        documents(knowledge), negatives(ROOT / "data" / "nlu"), encoder, fresh, adapt=adapt, progress=progress
    )
    final = directory / manifest.version
    if final.exists():
        shutil.rmtree(final)
    fresh.rename(final)
    with database.write() as session:
        releases.release(session, "index", manifest.version, str(final.relative_to(settings.data_dir)), {})
    return manifest.version


def ensure_index(settings: Settings, database: Database, progress: Progress | None = None) -> str:
    """Build an index when none is released, or its files are gone, of an older format or of another encoder.

    Returns the version of what serves.
    """
    with database.read() as session:
        live = releases.live(session, "index")
    if live is not None and _usable(settings.data_dir / live.path, encoder_name(settings.encoder)):
        return live.version
    return build_index(settings, database, progress)


def _usable(artefact: Path, encoder: str) -> bool:
    try:
        return Manifest.read(artefact).encoder == encoder
    except (IndexMissing, IndexMismatch):
        return False


def load_live(settings: Settings, database: Database, brain: BrainHolder) -> None:
    """Put the released index and the published content into memory."""
    with database.read() as session:
        live = releases.live(session, "index")
        knowledge = repository.snapshot(session)
    if live is None:
        raise RuntimeError("no index is released; run `kefu kb build`")
    brain.load(knowledge, settings.data_dir / Path(live.path))
