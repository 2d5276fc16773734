"""The retrieval half of the bot in this process, built from the checkout's content: quick enough for every change.

No Rasa, no server: each message is rehearsed as a turn would decide it while Rasa is away.
"""

import asyncio
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kefu.bootstrap.container import Container, make_container
from kefu.bootstrap.knowledge import build_index
from kefu.bootstrap.models import metadata
from kefu.bootstrap.seed import seed
from kefu.core.database import Database
from kefu.core.settings import Settings
from kefu.dialogue.decision import Decision
from kefu.dialogue.ports import NoBot
from kefu.measure.visitor import TOP, Exchange

FOLDS = 1
"""Held-out folds that the probabilities are learned from; a full build scores four."""


class Rehearsal:
    """One new customer, who says one thing."""

    def __init__(self, container: Container) -> None:
        self._container = container

    async def say(self, text: str) -> Exchange:
        """Return what a text would lead to."""
        began = time.perf_counter()
        decision, _ = await self._container.turns.rehearse(text, None)
        return _exchange(decision, time.perf_counter() - began)

    async def leave(self, last: Exchange) -> None:
        """Go; nothing was left behind."""

    async def suggestions(self, prefix: str) -> tuple[list[str], float]:
        """Return the articles suggested while typing, and the seconds that took."""
        began = time.perf_counter()
        found = self._container.brain.brain.suggester.suggest(prefix, limit=TOP)
        return [one.key for one in found], time.perf_counter() - began


class Rehearsed:
    """A service of which every visitor's first message can be rehearsed."""

    def __init__(self, container: Container) -> None:
        self._container = container

    async def open(self, external_id: str | None = None, inbox: str = "web") -> Rehearsal:
        """Begin as somebody new."""
        return Rehearsal(self._container)

    @property
    def index(self) -> str:
        """The version of the index."""
        return self._container.brain.brain.index.version


def _exchange(decision: Decision, seconds: float) -> Exchange:
    replies = [{"kind": one.kind, "content": one.content} for one in decision.replies]
    return Exchange(tuple(replies), "queued" if decision.handover else "bot", seconds)


@contextmanager
def from_checkout(settings: Settings, progress: Callable[[str, float], None]) -> Iterator[Rehearsed]:
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
            yield Rehearsed(container)
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
