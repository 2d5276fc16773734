"""What a turn holds while it runs: its thoughts, the decision that is to come, and the time that each step took."""

import asyncio
import time
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from kefu.dialogue.brain import Brain
from kefu.dialogue.decide import decide
from kefu.dialogue.decision import Case, Decision, Facts, Understanding
from kefu.dialogue.ports import BotReading
from kefu.dialogue.store import Batch


@dataclass
class Pending:
    """A turn under way, for the bot's callback."""

    batch: Batch
    facts: Facts
    understanding: "asyncio.Future[Understanding]"
    decision: Decision | None = None
    decided_on: Understanding | None = None
    decided: asyncio.Event = field(default_factory=asyncio.Event)
    model: str = ""

    async def decide(self, reading: BotReading | None = None, action: str | None = None) -> Decision:
        """Decide once: with what the bot found, or without it."""
        # Shielded: a callback that is cut off, with the process that made it, must not take the turn along.
        seen = await asyncio.shield(self.understanding)
        if self.decision is None:
            if reading is not None:
                seen = replace(
                    seen,
                    intent=reading.intent,
                    ranking=reading.ranking,
                    entities=reading.entities,
                    action=action,
                    model=self.model,
                )
            self.decided_on = seen
            self.decision = decide(Case(seen, self.batch.memory.model_copy(deep=True), self.facts))
            self.decided.set()
        return self.decision


@dataclass(frozen=True)
class Thoughts:
    """What a message makes one think, on the thinking thread: its vector, then what is understood of it."""

    brain: Brain
    vector: Future[NDArray[np.float32]]
    understanding: Future[Understanding]


@dataclass
class Timings:
    """Milliseconds per step of one turn."""

    spans: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def mark(self, name: str) -> None:
        """Note the time since the last mark under ``name``."""
        moment = time.perf_counter()
        self.spans[name] = round((moment - self._last) * 1000, 2)
        self._last = moment


@dataclass(frozen=True)
class Clicked:
    """An option that is clicked in a rehearsal."""

    option_id: str


@dataclass(frozen=True)
class Rehearsed:
    """What a turn would do, and the case on which it was decided, with the memory from before."""

    decision: Decision
    case: Case
