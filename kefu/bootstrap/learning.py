"""Learning from what customers did: reading the event log on, and grouping what was not understood."""

import threading

from kefu.analytics import gaps, projection, replies
from kefu.core.database import Database, in_batches
from kefu.dialogue.brain import BrainHolder

SHARE = 20
"""The kinds are found anew once one of so many questions is new: at once while there are few."""


class Learner:
    """Keeps counts and kinds of questions up to the event log; one at a time, from any thread."""

    def __init__(self, database: Database, brain: BrainHolder) -> None:
        self._database, self._brain = database, brain
        self._lock = threading.Lock()
        self._fresh = 0
        self._grouped = False  # what the process before left ungrouped is not known

    def catch_up(self) -> None:
        """Read the log to its end."""
        with self._lock:
            in_batches(self._follow, projection.BATCH)
            in_batches(self._collect, replies.BATCH)
            if not self._brain.ready:
                return
            index = self._brain.brain.index
            while replies.embed_new(self._database, index) > 0:
                pass
            while (count := gaps.embed_new(self._database, index)) > 0:
                self._fresh += count
            total = gaps.total(self._database)
            if total and (not self._grouped or (self._fresh and self._fresh * SHARE >= total)):
                gaps.regroup(self._database, index)
                self._fresh, self._grouped = 0, True

    def regroup(self) -> int:
        """Find the kinds anew; returns how many are open."""
        with self._lock:
            self._fresh = 0
            return gaps.regroup(self._database, self._brain.brain.index)

    def _follow(self) -> int:
        with self._database.write() as session:
            return projection.follow(session)

    def _collect(self) -> int:
        with self._database.write() as session:
            return replies.collect(session)
