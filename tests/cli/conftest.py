"""A data directory of its own for every test, and the command line on it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import make_url
from typer.testing import CliRunner, Result

from kefu.cli import schema
from kefu.cli.__main__ import app
from kefu.cli.console import opened
from kefu.core.database import Database
from kefu.core.settings import Settings

Kefu = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings as the commands will read them: a fresh data directory, the encoder that needs no model."""
    for name, value in {
        "DATA_DIR": str(tmp_path / "var"),
        "DATABASE_URL": "",
        "ENCODER": "hash",
        "PORT": "0",
    }.items():
        monkeypatch.setenv(f"KEFU_{name}", value)
    return Settings()


@pytest.fixture
def kefu(settings: Settings) -> Kefu:
    """Run ``kefu …`` in this process; returns its exit code and output."""
    runner = CliRunner()
    return lambda *arguments, **options: runner.invoke(
        app, [str(argument) for argument in arguments], **options
    )


@pytest.fixture
def migrated(settings: Settings) -> Iterator[Database]:
    """The data directory's database, empty, with all tables."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with opened(settings) as database:
        schema.upgrade(database)
        yield database


@pytest.fixture
def fresh_postgres_url(postgres_url: str | None) -> Iterator[str | None]:
    """A PostgreSQL database without tables, dropped at the end; None without a server."""
    if postgres_url is None:
        yield None
        return
    name = f"kefu_test_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
