"""What customers were shown and chose, counted in memory and written in batches."""

import threading

from kefu.bootstrap.knowledge import LiveKnowledge
from kefu.core.database import Database
from kefu.knowledge import repository

Record = tuple[str, str, str, bool]


class ChoiceRecorder:
    """Collects records; ``flush`` writes them and lets the next turns rank by them."""

    def __init__(self, database: Database, live: LiveKnowledge) -> None:
        self._database, self._live = database, live
        self._records: list[Record] = []
        self._lock = threading.Lock()

    def record(self, records: list[Record]) -> None:
        """Note records; cheap, from any thread."""
        with self._lock:
            self._records.extend(records)

    def flush(self) -> int:
        """Write what was noted; returns how many records."""
        with self._lock:
            records, self._records = self._records, []
        if records:
            with self._database.write() as session:
                repository.count_choices(session, records)
            self._live.recount()
        return len(records)
