"""The retrieval half of the bot in this process, built from the checkout's content: quick enough for every change.

No Rasa, no server: each message is rehearsed as a turn would decide it while Rasa is away.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kefu.bootstrap.container import make_container
from kefu.bootstrap.knowledge import build_index
from kefu.bootstrap.models import metadata
from kefu.bootstrap.seed import seed
from kefu.core.database import Database
from kefu.core.settings import Settings
from kefu.dialogue.ports import NoBot
from kefu.measure.rehearsing import Rehearsal

FOLDS = 1
"""Held-out folds that the probabilities are learned from; a full build scores four."""


@contextmanager
def from_checkout(settings: Settings, progress: Callable[[str, float], None]) -> Iterator[Rehearsal]:
    """Seed an empty directory from the content, build its index, and rehearse on that; nothing is kept.

    Vectors that the data directory already has are taken over.
    """
    with TemporaryDirectory(prefix="kefu-guard-") as scratch:
        own = settings.model_copy(update={"data_dir": Path(scratch), "database_url": "", "seed_demo": True})
        share_made(settings, own)
        database = Database(own.database)
        try:
            metadata.create_all(database.engine)
            seed(own, database)
            build_index(own, database, progress, folds=FOLDS)
        finally:
            database.close()
        container = make_container(own, bot=NoBot())
        try:
            container.live.load()
            yield Rehearsal(container.turns, container.brain.brain, container.bot)
        finally:
            asyncio.run(container.turns.close())
            container.close()


def share_made(settings: Settings, own: Settings) -> None:
    """Share the encoder's model and the vectors of known texts, so that only new ones are embedded."""
    if settings.encoder_dir.exists():
        own.encoder_dir.symlink_to(settings.encoder_dir.resolve())
    for kind in ("index", "models"):
        for cache in (settings.data_dir / kind).glob("vectors-*.npz"):
            target = own.data_dir / kind
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(cache, target / cache.name)
