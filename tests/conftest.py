"""Shared fixtures: a database of each kind, empty for every test.

The imports of the service stand inside the fixtures because ``tests/bot`` runs in an environment without it.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from kefu.core.database import Database

POSTGRES = "postgresql://postgres@127.0.0.1:5432/test"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str | None]:
    """A fresh PostgreSQL database for this test session, dropped at its end; None without a server."""
    import psycopg
    from sqlalchemy.engine import make_url

    server = make_url(os.environ.get("KEFU_TEST_POSTGRES_URL", POSTGRES)).set(drivername="postgresql")
    name = f"kefu_test_{uuid4().hex}"
    try:
        admin = psycopg.connect(
            server.render_as_string(hide_password=False), autocommit=True, connect_timeout=2
        )
    except psycopg.OperationalError:
        yield None
        return
    with admin:
        admin.execute(f"CREATE DATABASE {name}")
        admin.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        yield server.set(database=name).render_as_string(hide_password=False)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres(postgres_url: str | None) -> Iterator["Database | None"]:
    """The PostgreSQL database with every table that the collected tests know."""
    from kefu.core.database import Base, Database

    if postgres_url is None:
        yield None
        return
    database = Database(postgres_url)
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table that the collected tests know, to be copied."""
    from kefu.core.database import Base, Database

    path = tmp_path_factory.mktemp("database") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    database.close()
    return path


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator["Database"]:
    """A SQLite file of its own."""
    from kefu.core.database import Database

    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'kefu.sqlite3')}")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> "Database":
    """An empty database, once on SQLite and once on PostgreSQL (skipped where no server is reachable)."""
    found: Database | None = request.getfixturevalue(request.param)
    if found is None:
        pytest.skip("PostgreSQL 不可达")
    if request.param == "postgres":
        emptied(found)
    return found


def emptied(database: "Database") -> None:
    """Take everything out of a PostgreSQL database."""
    from sqlalchemy import text

    from kefu.core.database import Base

    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with database.write() as session:
        # Triggers rest meanwhile: the audit log lets nothing be taken from it.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
