from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from kefu.cli import schema
from kefu.core.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database without tables."""
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    url = request.getfixturevalue("fresh_postgres_url")
    if url is None:
        pytest.skip("PostgreSQL 不可达")
    return Database(url)


def test_migrations_make_exactly_the_models_tables(empty: Database) -> None:
    schema.upgrade(empty)
    assert schema.current(empty) == schema.newest()
    command.check(schema.config(empty))
    empty.close()


def test_migrations_can_be_taken_back_and_repeated(empty: Database) -> None:
    schema.upgrade(empty)
    schema.downgrade(empty, "base")
    assert schema.current(empty) is None
    assert sa.inspect(empty.engine).get_table_names() == ["alembic_version"]
    schema.upgrade(empty)
    assert schema.current(empty) == schema.newest()
    empty.close()


def test_migrating_leaves_foreign_keys_on(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    schema.upgrade(database)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()
