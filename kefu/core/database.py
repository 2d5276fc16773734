"""The database: SQLite on one machine, PostgreSQL past it. Sessions live for one read or one transaction."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time, UTC, with its zone also on SQLite (which forgets it)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON, list[str]: JSON}  # noqa: RUF012


POOL = 48
"""Connections that are kept: as many as there are threads that may read at once (40 for requests, a few for turns), so
that under load none is opened and closed for a single read. They are made when needed; the last used comes first."""


LAST_LOCK = 4_201_873
"""The number of PostgreSQL's advisory lock behind which :attr:`Database.write` writes what comes last."""


class Database:
    """Sessions for reading and for writing.

    SQLite has one writer at a time: writes begin with ``BEGIN IMMEDIATE`` behind a lock of this process, so
    they queue fairly instead of polling SQLite's busy handler.
    """

    def __init__(self, url: str, *, synchronous: str = "NORMAL") -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.after_commit: list[Callable[[list[Any]], None]] = []
        self._write_lock = threading.Lock() if self.is_sqlite else None
        self.engine = self._engine(synchronous)
        self._readers = sessionmaker(self.engine, expire_on_commit=False)
        self._writers = sessionmaker(self.engine.execution_options(immediate=True), expire_on_commit=False)

    def _engine(self, synchronous: str) -> Engine:
        if not self.is_sqlite:
            url = self.url.set(drivername="postgresql+psycopg")
            return create_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True, hide_parameters=True)
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        in_file = {"pool_size": POOL, "max_overflow": 16, "pool_use_lifo": True} if self.url.database else {}
        engine = create_engine(
            self.url, connect_args={"timeout": 10, "isolation_level": None}, hide_parameters=True, **in_file
        )
        _configure_sqlite(engine, synchronous)
        return engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing it changes is kept."""
        with self._readers() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises; then events go out.

        Rows in ``session.info["last"]`` are written at its end, in the order of commits (:meth:`_write_last`).
        """
        with self._write_lock or nullcontext(), self._writers() as session:
            with session.begin():
                yield session
                self._write_last(session)
            events = [one.told() for one in session.info.pop("events", ())]
        self.publish(events)

    def _write_last(self, session: Session) -> None:
        """Write the rows whose numbers must grow in the order of commits: who reads on from a number misses none.

        PostgreSQL numbers a row when it is written, and a transaction with a higher number may commit first. So these
        are written one transaction after the other; nothing is waited for behind this lock, so it cannot deadlock.
        """
        rows = session.info.pop("last", ())
        if rows:
            session.flush()
            if not self.is_sqlite:
                session.execute(select(func.pg_advisory_xact_lock(LAST_LOCK)))
            session.add_all(rows)

    def publish(self, events: list[Any]) -> None:
        """Hand events to whoever listens."""
        if events:
            for listener in self.after_commit:
                listener(events)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def in_batches(step: Callable[[], int], full: int) -> None:
    """Repeat a transaction until its batch is not ``full``; between two it rests as long as one took.

    Who writes in the background must not keep those waiting who write a message.
    """
    began = time.perf_counter()
    while step() == full:
        time.sleep(time.perf_counter() - began)
        began = time.perf_counter()


def _configure_sqlite(engine: Engine, synchronous: str) -> None:
    if synchronous not in {"NORMAL", "FULL"}:
        raise ValueError(f"sqlite_synchronous must be NORMAL or FULL, not {synchronous}")

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "busy_timeout=10000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        # Readers and writers both begin explicitly; a writer takes its lock at once, so that it can never
        # fail half way with SQLITE_BUSY after having read.
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
