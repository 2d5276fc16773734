"""``kefu candidate``: the work of one training run, in a process of its own, started by the service."""

import asyncio
import logging
import time
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import OperationalError

from kefu.cli.console import command, opened
from kefu.cli.kb import build_progress
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.lock import holding
from kefu.core.settings import Settings
from kefu.nlu.models import TrainingRun
from kefu.supervisor.progress import Report

app = typer.Typer()
SAVE_SECONDS = 0.5
MADE = 0.6
"""The share of the whole after which the candidate is made and is compared."""


@app.command(hidden=True)
@command
def candidate(run_id: Annotated[str, typer.Argument(help="训练的编号")]) -> None:
    """做出候选模型或索引，与线上比较，不发布。"""
    logging.basicConfig(level=logging.WARNING)
    settings = Settings()
    with holding(settings.data_dir, "train"), opened(settings) as database:
        work(settings, database, run_id, lambda *_: None)


def work(settings: Settings, database: Database, run_id: str, shown: Report) -> None:
    """Do the work of a run, and write into its row how it ends; ``shown`` is told how far it is as well."""
    try:
        _work(settings, database, run_id, shown)
    except DomainError as error:
        _say(settings, f"✗ {error.title}。{error.detail}")
        _failed(database, run_id, error.code, f"{error.title}。{error.detail}")
        raise typer.Exit(1) from error
    except (OSError, OperationalError) as error:
        traceback.print_exc()
        from kefu.nlu.training import DiskFull, is_full

        full, known = is_full(error), DiskFull(settings.data_dir)
        code = known.code if full else "training_failed"
        words = f"{known.title}。{known.detail}" if full else f"训练没有完成：{error}"
        _failed(database, run_id, code, words)
        raise typer.Exit(1) from error


def _work(settings: Settings, database: Database, run_id: str, shown: Report) -> None:
    from kb_index.encoders import encoder_name
    from kefu.measure.candidate import Side, judging
    from kefu.nlu.service import live, live_model

    began = time.monotonic()
    report = _Progress(settings, database, run_id, shown)
    _make(settings, database, run_id, lambda phase, share: report(phase, MADE * share))
    with database.read() as session:
        run = session.get_one(TrainingRun, run_id)
        model, index = live_model(session, encoder_name(settings.encoder)), live(session, "index")

    def compared(phase: str, share: float) -> None:
        report(phase, MADE + (1 - MADE) * share)

    async def judged() -> dict[str, Any]:
        async with judging(settings) as (judge, container):
            brain = container.brain.brain
            if run.kind == "model":
                candidate = Side("候选", run, brain)
            else:
                candidate = Side("候选", model, await asyncio.to_thread(container.live.with_index, run.path))
            return await judge.compare(Side("线上", model, brain), candidate, compared)

    report("与线上比较", MADE)
    found = asyncio.run(judged())
    seconds = round(time.monotonic() - began, 1)
    with database.write() as session:
        run = session.get_one(TrainingRun, run_id)
        if run.state != "running":  # somebody has cancelled it meanwhile
            return
        run.state, run.phase, run.share, run.ended_at = "ready", "完成", 1.0, now()
        run.report, run.passed = found, bool(found["gate"]["passed"])
        run.details = run.details | {"total_seconds": seconds}
        run.compared_with = {"model": model.id if model else None, "index": index.id if index else None}
    _say(settings, f"✓ 完成，用了 {seconds:.0f} 秒")


def _make(settings: Settings, database: Database, run_id: str, report: Report) -> None:
    from kefu.bootstrap.knowledge import make_index
    from kefu.nlu import training

    with database.read() as session:
        kind = session.get_one(TrainingRun, run_id).kind
    version = f"{now():%Y%m%d-%H%M%S}"
    if kind == "model":
        trained = training.make(settings, database, report, version, log_of(settings, run_id))
        version, path, details = trained.version, trained.path, trained.details
    else:
        training.require_room(settings.data_dir)
        began = time.monotonic()
        version, path = make_index(
            settings, database, build_progress(report), adapt=settings.encoder != "hash"
        )
        details = {"seconds": round(time.monotonic() - began, 1)}
    with database.write() as session:
        run = session.get_one(TrainingRun, run_id)
        run.version, run.path, run.details = version, path, details


def log_of(settings: Settings, run_id: str) -> Path:
    """Return where the log of a run is."""
    return settings.data_dir / "log" / "training" / f"{run_id}.log"


class _Progress:
    """Writes how far the work is into the run's row, not more often than somebody could look."""

    def __init__(self, settings: Settings, database: Database, run_id: str, shown: Report) -> None:
        self._settings = settings
        self._database, self._run_id, self._shown = database, run_id, shown
        self._phase, self._saved = "", 0.0

    def __call__(self, phase: str, share: float) -> None:
        self._shown(phase, share)
        if phase == self._phase and time.monotonic() - self._saved < SAVE_SECONDS:
            return
        if phase != self._phase:
            _say(self._settings, f"{phase}（{share:.0%}）")
        self._phase, self._saved = phase, time.monotonic()
        with self._database.write() as session:
            run = session.get_one(TrainingRun, self._run_id)
            run.phase, run.share = phase[:40], round(share, 4)


def _failed(database: Database, run_id: str, code: str, words: str) -> None:
    with database.write() as session:
        run = session.get_one(TrainingRun, run_id)
        if run.state == "running":
            run.state, run.failure_code, run.failure, run.ended_at = "failed", code, words, now()


def _say(settings: Settings, line: str) -> None:
    """Write a line into the log, at the time that the shop's clock shows."""
    print(f"{now().astimezone(settings.zone):%H:%M:%S} {line}", flush=True)
