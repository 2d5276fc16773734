"""The database's schema: Alembic, driven from here instead of from its own command."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from kefu.core.database import Database
from kefu.core.settings import ROOT


def config(database: Database) -> Config:
    """Return Alembic's configuration, bound to this database."""
    configuration = Config(ROOT / "alembic.ini")
    configuration.attributes["engine"] = database.engine
    return configuration


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision."""
    command.upgrade(config(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to a revision (``base``: empty)."""
    command.downgrade(config(database), revision)


def revise(database: Database, message: str) -> str:
    """Write the migration that leads from the newest one to the models; returns its file."""
    made = command.revision(config(database), message, autogenerate=True)
    return "" if made is None or isinstance(made, list) else made.path


def current(database: Database) -> str | None:
    """Return the revision the database is at, None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the newest revision that the code knows."""
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


def known(revision: str) -> bool:
    """Whether the code knows this revision."""
    return any(
        script.revision == revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()
    )
