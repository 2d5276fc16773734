"""Building the index from the published articles, releasing it, and putting the live one into memory."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from tarfile import TarError

import structlog
from sqlalchemy.orm import Session

from kb_index import delta, vectors
from kb_index.artefact import usable
from kb_index.build import build
from kb_index.encoders import create_encoder, encoder_name
from kb_index.folds import FOLDS
from kb_index.intents import IntentModel
from kb_index.search import KnowledgeIndex
from kb_index.suggest import Suggester
from kefu.core.database import Database
from kefu.core.settings import Settings
from kefu.dialogue.brain import Brain, BrainHolder, documents
from kefu.knowledge import repository
from kefu.nlu import files
from kefu.nlu import service as releases
from kefu.nlu.examples import negatives, of_texts
from kefu.nlu.models import Release

log = structlog.get_logger()
Progress = Callable[[str, float], None]


def build_index(
    settings: Settings,
    database: Database,
    progress: Progress | None = None,
    *,
    adapt: bool = True,
    folds: int = FOLDS,
) -> str:
    """Build the index from what is published and release it; returns its version.

    ``adapt`` fits the embedding to the shop's own questions, which needs torch and takes a minute; ``folds`` are
    those of which the probabilities are learned.
    """
    version, path = make_index(settings, database, progress, adapt=adapt, folds=folds)
    with database.write() as session:
        releases.release(session, "index", version, path, {})
    return version


def make_index(
    settings: Settings,
    database: Database,
    progress: Progress | None = None,
    *,
    adapt: bool = True,
    folds: int = FOLDS,
) -> tuple[str, str]:
    """Build the index from what is published; returns its version and where it is inside the data directory."""
    with database.read() as session:
        knowledge = repository.snapshot(session)
        examples = of_texts(text for path, text in files.texts(session).items() if path.startswith("nlu/"))
    directory = settings.data_dir / "index"
    directory.mkdir(parents=True, exist_ok=True)
    fresh = directory / "building"
    if fresh.exists():
        shutil.rmtree(fresh)
    encoder = create_encoder(settings.encoder, folder=settings.encoder_dir)
    manifest = build(
        documents(knowledge), negatives(examples), encoder, fresh,
        adapt=adapt, progress=progress, folds=folds,
    )  # fmt: skip
    final = directory / manifest.version
    if usable(final, encoder.name):
        shutil.rmtree(fresh)  # the same content gives the same index, which may be the one that serves
    else:
        shutil.rmtree(final, ignore_errors=True)
        fresh.rename(final)
    return manifest.version, str(final.relative_to(settings.data_dir))


def ensure_index(settings: Settings, database: Database, progress: Progress | None = None) -> str:
    """Build an index when none is released, or its files are gone, of an older format or of another encoder.

    Returns the version of what serves.
    """
    with database.read() as session:
        live = releases.live(session, "index")
    if live is not None and usable(settings.data_dir / live.path, encoder_name(settings.encoder)):
        return live.version
    return build_index(settings, database, progress)


class LiveKnowledge:
    """Keeps what customers get equal to what is published: the newest index, brought up to the articles.

    Everything in memory derives from the database and the released artefact, so that a restart, or another process,
    comes to the same. A turn keeps the brain that it began with; nothing waits for a replacement.
    """

    def __init__(self, settings: Settings, database: Database, brain: BrainHolder) -> None:
        self._settings, self._database, self._brain = settings, database, brain
        self._lock = threading.Lock()
        self._base: KnowledgeIndex | None = None
        self._seen: tuple[str, ...] | None = None
        self._intents: tuple[str, IntentModel | None] = ("", None)

    def load(self, *, suggesting: bool = True) -> None:
        """Put the released index and the published content into memory. Raises ``RuntimeError`` without an index.

        Without ``suggesting`` customers are answered sooner; suggestions while they type come with :meth:`suggest`.
        """
        with self._lock:
            self._load(suggesting=suggesting)

    def suggest(self) -> None:
        """Let what is published be suggested while customers type."""
        with self._lock:
            brain = self._brain.brain
            self._brain.put(replace(brain, suggester=Suggester(documents(brain.knowledge))))

    def refresh(self) -> str:
        """Bring what is live up to the database; returns the version of the index. Cheap when nothing changed."""
        with self._lock:
            if self._marker() != self._seen:
                self._load()
            return self._brain.brain.index.version

    def recount(self) -> None:
        """Let the next turns rank readings by what customers chose."""
        with self._lock, self._database.read() as session:
            brain = self._brain.brain
            knowledge = replace(brain.knowledge, choices=repository.choices(session))
            self._brain.put(replace(brain, knowledge=knowledge))

    def warm(self) -> Iterator[bool]:
        """Read all questions once, so that the first change goes live as fast as later ones; a step an article."""
        for document in documents(self._brain.brain.knowledge):
            for question in document.questions:
                delta.stored(question)
            yield True

    def changed(self) -> tuple[str, ...]:
        """The keys of the articles that differ from the last full build."""
        return self._brain.brain.index.changed

    def with_index(self, path: str) -> Brain:
        """Return the published content with an index that does not serve; ``path`` is inside the data directory."""
        brain = self._brain.brain
        index = KnowledgeIndex.load(self._settings.data_dir / path, self._brain.encoder)
        revised = index.revised(
            documents(brain.knowledge),
            vectors.delta_path(self._settings.data_dir / "index", self._brain.encoder.name),
        )
        return replace(brain, index=revised)

    def _marker(self) -> tuple[str, ...]:
        with self._database.read() as session:
            found = [releases.live(session, kind) for kind in ("index", "knowledge", "model")]
        return tuple(one.id if one else "" for one in found)

    def _load(self, *, suggesting: bool = True) -> None:
        marker = self._marker()
        with self._database.read() as session:
            live = releases.live(session, "index")
            model = releases.live_model(session, self._brain.encoder.name)
            knowledge = repository.snapshot(session)
        base = self._base_index(live)
        found = documents(knowledge)
        before = self._brain.brain if self._brain.ready else None
        index = base.revised(
            found, vectors.delta_path(self._settings.data_dir / "index", self._brain.encoder.name)
        )
        same = before is not None and before.index.version == index.version
        if before is not None and same:
            suggester = before.suggester
        else:
            suggester = Suggester(found if suggesting else [])
        index.search("怎么退货")
        self._brain.put(Brain(knowledge, index, suggester, self._intents_of(model)))
        self._seen = marker

    def _intents_of(self, model: Release | None) -> IntentModel | None:
        """Return the classifier of the bot's model, for the turns that the bot misses."""
        if model is None or self._intents[0] == model.version:
            return self._intents[1] if model is not None else None
        path = self._settings.data_dir / model.path
        try:
            found = IntentModel.out_of(path) if path.is_file() else None
        except (TarError, OSError, KeyError, ValueError):  # the bot says so itself; the knowledge goes on
            log.exception("model_unreadable", path=str(path))
            found = None
        self._intents = (model.version, found)
        return found

    def _base_index(self, live: Release | None) -> KnowledgeIndex:
        if live is None:
            raise RuntimeError("no index is released; run `kefu kb build`")
        if self._base is None and self._brain.ready:
            self._base = self._brain.brain.index
        if self._base is None or self._base.version != live.version:
            self._base = KnowledgeIndex.load(self._settings.data_dir / live.path, self._brain.encoder)
        return self._base


def note_change(session: Session, article: str, action: str, person_id: str, number: int | None) -> None:
    """Record, in the transaction that publishes, that the published knowledge is another one from here on."""
    report: dict[str, object] = {"article": article, "action": action, "by": person_id, "revision": number}
    version = f"{article}@{number}" if number is not None else f"{article}@-"
    releases.release(session, "knowledge", version[:80], "", report)
