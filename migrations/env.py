"""Alembic's environment: our models' metadata, on the engine that the caller opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from kefu.bootstrap.models import metadata
from kefu.core.database import Moment

LOCK_TIMEOUT = "4s"
"""PostgreSQL: a migration that waits longer for a lock gives up instead of blocking everybody behind it."""


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Migrations name plain SQLAlchemy types: they must run long after our own have changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


@contextmanager
def prepared(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a connection on which tables can be altered."""
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        if engine.dialect.name == "sqlite":
            # SQLite alters a table by making it anew; with foreign keys, dropping the old one would cascade.
            raw.execute("PRAGMA foreign_keys=OFF")
            yield connection
            broken = raw.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration broke foreign keys: {broken[:5]}")
        else:
            raw.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            raw.commit()
            yield connection
        # The next user gets a fresh connection, without these settings.
        connection.invalidate()


def migrate() -> None:
    """Run the migrations that were asked for, all or none."""
    with prepared(context.config.attributes["engine"]) as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()


migrate()
