"""The published knowledge and its index in memory, and the understanding of a message by them alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from kb_index.documents import Document
from kb_index.encoders import Encoder
from kb_index.search import KnowledgeIndex
from kb_index.suggest import Suggester
from kb_index.text import normalise
from kefu.dialogue import signals
from kefu.dialogue.decision import Understanding
from kefu.dialogue.memory import Memory
from kefu.knowledge.snapshot import Snapshot

KEPT = 2048
"""Understandings kept, some 3 KB each; a new index begins anew."""


@dataclass(frozen=True)
class Brain:
    """One consistent set of content, index and suggestions; replaced as a whole."""

    knowledge: Snapshot
    index: KnowledgeIndex
    suggester: Suggester

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
        asked = signals.without_correction(text)
        result = self.index.search(asked)
        bare = self.knowledge.topic_words.bare(asked)
        return Understanding(
            text=text,
            asked=asked,
            normalised=normalise(text),
            result=result,
            signal=signals.find(text),
            topic=bare or self.knowledge.topic_words.within(asked),
            bare=bare is not None,
        )

    def follows(self, understanding: Understanding, memory: Memory) -> bool:
        """Whether a message leaves open what it is about, and something was answered before it."""
        return memory.article_key in self.knowledge.articles and signals.is_elliptic(understanding.asked)

    def in_context(self, understanding: Understanding, memory: Memory) -> Understanding:
        """Add what a message means that goes on from the last answer: 那要多久 after 怎么退货."""
        last = self.knowledge.articles[memory.article_key or ""]
        within = self.index.search(f"{last.title.rstrip('？?')}，{understanding.asked}")
        return replace(understanding, in_context=within)


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
