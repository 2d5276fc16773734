"""What customers were shown and chose, counted in memory and written in batches."""

import threading
from collections import Counter, OrderedDict
from datetime import date

from kefu.bootstrap.knowledge import LiveKnowledge
from kefu.core.database import Database
from kefu.knowledge import hall as hall_items
from kefu.knowledge import repository

Record = tuple[str, str, str, bool]
VIEWERS = 2000
"""Customers of whom it is remembered what a hall has shown them today: those who came last."""


class ChoiceRecorder:
    """Collects records; ``flush`` writes them and lets the next turns rank by them."""

    def __init__(self, database: Database, live: LiveKnowledge) -> None:
        self._database, self._live = database, live
        self._records: list[Record] = []
        self._hall: Counter[tuple[date, str, str]] = Counter()
        self._seen: OrderedDict[tuple[date, str], set[str]] = OrderedDict()
        self._lock = threading.Lock()

    def record(self, records: list[Record]) -> None:
        """Note records; cheap, from any thread."""
        with self._lock:
            self._records.extend(records)

    def hall(self, day: date, customer_id: str, shown: list[tuple[str, str]]) -> None:
        """Note what a service hall showed: (article key, reason); cheap, from any thread.

        A page asks again for its visit when its stream stands, after a gap, and when it is reloaded: what a customer
        has seen today counts once.
        """
        with self._lock:
            seen = self._seen.setdefault((day, customer_id), set())
            self._seen.move_to_end((day, customer_id))
            if len(self._seen) > VIEWERS:
                self._seen.popitem(last=False)
            self._hall.update((day, key, reason) for key, reason in shown if key not in seen)
            seen.update(key for key, _ in shown)

    def flush(self) -> int:
        """Write what was noted; returns how many records."""
        with self._lock:
            records, self._records = self._records, []
            hall, self._hall = self._hall, Counter()
        if hall:
            with self._database.write() as session:
                hall_items.count(session, hall)
        if records:
            with self._database.write() as session:
                repository.count_choices(session, records)
            self._live.recount()
        return len(records)
