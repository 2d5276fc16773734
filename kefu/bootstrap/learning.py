"""Learning from what customers did: reading the event log on, and grouping what was not understood."""

import threading

from kefu.analytics import gaps, projection
from kefu.core.database import Database
from kefu.dialogue.brain import BrainHolder

FRESH = 5
"""New questions after which the kinds are found anew."""


class Learner:
    """Keeps counts and kinds of questions up to the event log; one at a time, from any thread."""

    def __init__(self, database: Database, brain: BrainHolder) -> None:
        self._database, self._brain = database, brain
        self._lock = threading.Lock()
        self._fresh = 0

    def catch_up(self, *, regroup: bool = False) -> None:
        """Read the log to its end; ``regroup`` finds the kinds anew even after few new questions."""
        with self._lock:
            while self._follow() == projection.BATCH:
                pass
            if not self._brain.ready:
                return
            index = self._brain.brain.index
            while (count := gaps.embed_new(self._database, index)) > 0:
                self._fresh += count
            if self._fresh >= FRESH or (regroup and self._fresh):
                gaps.regroup(self._database, index)
                self._fresh = 0

    def regroup(self) -> int:
        """Find the kinds anew; returns how many are open."""
        with self._lock:
            self._fresh = 0
            return gaps.regroup(self._database, self._brain.brain.index)

    def _follow(self) -> int:
        with self._database.write() as session:
            return projection.follow(session)
