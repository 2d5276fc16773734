"""The search for contradicting examples: it takes a minute, so it runs in a thread, and what it found is kept."""

import random
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import structlog

from kb_index import vectors
from kb_index.features import prepare
from kb_index.text import normalise
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.settings import Settings
from kefu.dialogue.brain import BrainHolder, documents
from kefu.nlu import conflicts, domain, files
from kefu.nlu.conflicts import Conflict
from kefu.nlu.corpus import Corpus, plain

log = structlog.get_logger()
ANSWERED = ("ask_knowledge", "ask_human")
"""Intents whose examples may well be an article's questions."""


@dataclass
class Check:
    """The last search. ``share`` of it is done, 0 to 1."""

    state: Literal["never", "running", "done", "failed"] = "never"
    share: float = 0.0
    examples: int = 0
    found: list[Conflict] = field(default_factory=list)
    at: datetime | None = None


class IntentCheck:
    """Searches once at a time; a search that is asked for while one runs is that one."""

    def __init__(self, settings: Settings, database: Database, brain: BrainHolder) -> None:
        self._settings, self._database, self._brain = settings, database, brain
        self._lock = threading.Lock()
        self.last = Check()

    def begin(self) -> Check:
        """Begin a search in the background."""
        with self._lock:
            if self.last.state != "running":
                self.last = Check("running", found=self.last.found, at=self.last.at)
                threading.Thread(target=self._guarded, name="intent-check", daemon=True).start()
            return self.last

    def _guarded(self) -> None:
        try:
            found, count = self._search()
            self.last = Check("done", 1.0, count, found, now())
        except Exception:
            log.exception("intent_check_failed")
            self.last = Check("failed", found=self.last.found, at=self.last.at)

    def _search(self) -> tuple[list[Conflict], int]:
        with self._database.read() as session:
            texts = files.texts(session)
        intents = Corpus(texts, domain.read()).intents().values()
        owners = [intent.name for intent in intents for _ in intent.examples]
        examples = [example for intent in intents for example in intent.examples]
        said = [plain(example) for example in examples]
        normal = [normalise(text) for text in said]
        brain = self._brain.brain
        asked = sorted({text for document in documents(brain.knowledge) for text in document.questions})
        asked = random.Random(7).sample(asked, min(len(asked), conflicts.MOST_QUESTIONS))
        cache = vectors.cache_path(self._settings.data_dir / "index" / "intents", self._brain.encoder.name)
        both, _ = vectors.embed(
            [prepare(text) for text in (*said, *asked)],
            self._brain.encoder,
            cache,
            lambda share: self._at(0.4 * share),
        )
        raw, questions = both[: len(said)], both[len(said) :]
        by_intent: dict[str, list[tuple[str, str]]] = {}
        for owner, example, text in zip(owners, examples, normal, strict=True):
            by_intent.setdefault(owner, []).append((example, text))
        found = conflicts.same(by_intent)
        found += conflicts.near(owners, examples, normal, brain.index.place(raw))
        for owner, example, (nearest,) in zip(owners, examples, brain.index.neighbours(raw, 1), strict=True):
            if owner not in ANSWERED and nearest.cosine >= conflicts.NEAR:
                share = round(min(nearest.cosine, 1.0), 3)
                found.append(Conflict("article", owner, example, nearest.key, nearest.question, share))
        found += conflicts.elsewhere(
            owners, examples, raw, (asked, questions), lambda share: self._at(0.4 + 0.6 * share)
        )
        return found, len(examples)

    def _at(self, share: float) -> None:
        self.last.share = share
