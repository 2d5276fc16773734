"""``kefu train``: past the gate it releases, otherwise it says what is worse; the first model meets no gate."""

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import Result

from kefu.bootstrap.models import metadata
from kefu.cli import candidate
from kefu.core.database import Database
from kefu.core.settings import Settings
from kefu.nlu import service, training
from kefu.nlu.models import TrainingRun

Kefu = Callable[..., Result]


@pytest.fixture
def database(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An empty database; a training is quick and gives the model "new"."""
    settings.data_dir.mkdir(parents=True)
    found = Database(settings.database)
    metadata.create_all(found.engine)

    def make(given: Settings, *_: Any) -> training.Trained:
        path = given.data_dir / "models" / "new.tar.gz"
        path.parent.mkdir(exist_ok=True)
        path.write_text("model", encoding="utf-8")
        return training.Trained("new", "models/new.tar.gz", {"encoder": "hash"})

    monkeypatch.setattr(training, "make", make)
    return found


def serve(database: Database) -> None:
    with database.write() as session:
        service.release(session, "model", "old", "models/old.tar.gz", {"encoder": "hash"})


def compared(monkeypatch: pytest.MonkeyPatch, *, passed: bool) -> None:
    def work(settings: Settings, database: Database, run_id: str, shown: Any) -> None:
        made = training.make(settings, database, shown, "new")
        with database.write() as session:
            run, live = session.get_one(TrainingRun, run_id), service.live(session, "model")
            run.state, run.passed, run.version, run.path = "ready", passed, made.version, made.path
            run.details = made.details
            run.compared_with = {"model": live.id if live else None}
            run.report = {"gate": {"passed": passed, "blocked_by": [] if passed else ["答错"]}}

    monkeypatch.setattr(candidate, "work", work)


def live(database: Database) -> str:
    with database.read() as session:
        found = service.live(session, "model")
        return found.version if found else ""


def test_the_first_model_serves_at_once(kefu: Kefu, database: Database) -> None:
    assert kefu("train").exit_code == 0
    assert live(database) == "new"


def test_a_worse_one_is_not_released_and_what_is_worse_is_said(
    kefu: Kefu, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(database)
    compared(monkeypatch, passed=False)
    refused = kefu("train")
    assert (refused.exit_code, live(database)) == (1, "old")
    assert "答错" in refused.output
    forced = kefu("train", "--no-compare")
    assert (forced.exit_code, live(database)) == (0, "new")
    assert "没有与线上比较" in forced.output


def test_one_that_is_no_worse_is_released(
    kefu: Kefu, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(database)
    compared(monkeypatch, passed=True)
    assert kefu("train").exit_code == 0
    assert live(database) == "new"
