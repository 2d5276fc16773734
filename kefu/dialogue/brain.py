"""The published knowledge and its index in memory, and the understanding of a message by them alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from kb_index.documents import Document
from kb_index.encoders import Encoder
from kb_index.intents import IntentModel
from kb_index.search import KnowledgeIndex
from kb_index.suggest import Suggester
from kb_index.text import normalise
from kefu.dialogue import context, signals
from kefu.dialogue.decision import Understanding
from kefu.dialogue.memory import Memory
from kefu.dialogue.ports import Intent
from kefu.knowledge.snapshot import Snapshot

KEPT = 2048
"""Understandings kept, some 3 KB each; a new index begins anew."""
RANKING = 10
UNSURE = 0.3  # below it the bot calls a message not understood (config.yml)
OPEN, CERTAIN = (
    ("vague_topic", "ask_knowledge"),
    0.9,
)  # a bare topic word is one, unless it is surely something else


@dataclass(frozen=True)
class Brain:
    """One consistent set of content, index and suggestions; replaced as a whole."""

    knowledge: Snapshot
    index: KnowledgeIndex
    suggester: Suggester
    intents: IntentModel | None = None

    def encode(self, text: str) -> NDArray[np.float32]:
        """Return a message's embedding (d,), which the bot reads too; it is kept for :meth:`understand`."""
        return self.index.encode(text)

    def understand(self, text: str) -> Understanding:
        """Return what the service itself understands of a message, whoever says it; kept, as many say the same."""
        return self._understood(text)

    @cached_property
    def _understood(self) -> Callable[[str], Understanding]:
        return lru_cache(KEPT)(self._understand)

    def _understand(self, text: str) -> Understanding:
        asked = signals.asked_in(text)
        result = self.index.search(asked, limit=context.CONSIDERED)
        bare = self.knowledge.topic_words.bare(asked)
        return Understanding(
            text=text,
            asked=asked,
            normalised=normalise(text),
            result=result,
            signal=signals.find(text),
            topic=bare or self.knowledge.topic_words.within(asked),
            bare=bare is not None,
            elsewhere=signals.elsewhere(asked),
            corrects=signals.corrects(text),
            unaided=lambda: self._intents(text, bare=bare is not None),
        )

    def in_context(self, seen: Understanding, memory: Memory) -> Understanding:
        """Add what a message means after what was spoken of before, where that matters: 那要多久 after 怎么退货."""
        before = context.spoken_of(self.knowledge, memory)
        if not (memory.offered or before) or not context.matters(seen.asked, seen.result, bare=seen.bare):
            return seen
        within = (self.index.search(f"{words}，{seen.asked}", limit=context.CONSIDERED) for words in before)
        return replace(seen, in_context=tuple(within) or (seen.result,))

    def _intents(self, text: str, *, bare: bool) -> tuple[Intent, ...]:
        """Return the likeliest intents as the bot would, by the classifier that it was trained with."""
        if self.intents is None:
            return ()
        odds = self.intents.predict([text], self.index.encode(text)[None])[0]
        likeliest = [(self.intents.labels[at], float(odds[at])) for at in np.argsort(-odds)[:RANKING]]
        name, confidence = likeliest[0]
        if bare and (name in OPEN or confidence < CERTAIN):
            return (Intent("vague_topic", 1.0),)
        unsure = [Intent("nlu_fallback", UNSURE)] if confidence < UNSURE else []
        return (*unsure, *(Intent(*one) for one in likeliest))


class BrainHolder:
    """Where the live brain stands; ``swap`` is atomic, a turn keeps the one it began with."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._brain: Brain | None = None

    @property
    def ready(self) -> bool:
        """Whether customers can be served."""
        return self._brain is not None

    @property
    def brain(self) -> Brain:
        """The live brain. Raises ``RuntimeError`` before the first one is loaded."""
        if self._brain is None:
            raise RuntimeError("no knowledge index is loaded")
        return self._brain

    def put(self, brain: Brain) -> None:
        """Put a loaded brain live."""
        self._brain = brain


def documents(knowledge: Snapshot) -> list[Document]:
    """Return the articles as the retrieval library takes them."""
    return [
        Document(one.key, one.title, one.category, (one.title, *one.similar))
        for one in knowledge.articles.values()
    ]
