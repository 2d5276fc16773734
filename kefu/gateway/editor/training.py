"""The editors' calls for training, comparing and releasing models and indexes."""

import re
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.rights import Right, has
from kefu.analytics import gaps, trials
from kefu.bootstrap.container import Container
from kefu.core.clock import now
from kefu.core.errors import Conflict
from kefu.core.intervals import wilson
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import training_schemas as s
from kefu.gateway.editor.schemas import Person
from kefu.gateway.editor.views import people
from kefu.nlu import releasing, service
from kefu.nlu.models import Release, TrainingRun

router = APIRouter(prefix="/console", tags=["editor"])
RUNS, RELEASES = 30, 30
LOG_BYTES = 64_000
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")  # a bar that is drawn again and again: its last state is enough
ENOUGH_DONE = 0.1
"""From this share on the work itself tells how long it takes."""


@router.get("/training-runs", operation_id="consoleTrainingRuns")
def runs(person: Editor, parts: Parts) -> s.Trainings:
    """Return the newest runs and releases."""
    parts.trainings.settle()
    with parts.database.read() as session:
        found = list(session.scalars(select(TrainingRun).order_by(TrainingRun.began_at.desc()).limit(RUNS)))
        query = select(Release).where(Release.kind.in_(service.ARTEFACTS)).order_by(Release.created_at.desc())
        releases = list(session.scalars(query.limit(RELEASES)))
        live = {kind: service.live(session, kind) for kind in service.ARTEFACTS}
        names = people(session, [run.author_id for run in found] + [_by(one) for one in releases])
        trial = service.on_trial(session)
    model, index = live["model"], live["index"]
    return s.Trainings(
        items=[_run(one, names, trial) for one in found],
        releases=[_release(parts, one, live[one.kind], names) for one in releases],
        rights=s.Rights(release=has(person, Right.RELEASE), override=has(person, Right.OVERRIDE)),
        model=model.version if model else None,
        index=index.version if index else None,
        changed=len(parts.live.changed()) if parts.brain.ready else 0,
        tolerance=parts.settings.release_tolerance,
    )


def _by(release: Release) -> str | None:
    return str(release.report["by"]) if release.report.get("by") else None


def _run(run: TrainingRun, names: dict[str | None, Person], trial: Release | None) -> s.RunView:
    elapsed = ((run.ended_at or now()) - run.began_at).total_seconds()
    running = run.state == "running"
    left = float(run.details.get("expected_seconds", 0)) - elapsed
    if left <= 0 and run.share > ENOUGH_DONE:  # it takes longer than the last one did
        left = elapsed * (1 - run.share) / run.share
    return s.RunView.model_validate(
        {
            **{name: getattr(run, name) for name in ("id", "kind", "state", "phase", "share", "version")},
            **{
                name: getattr(run, name)
                for name in ("began_at", "ended_at", "passed", "failure_code", "failure")
            },
            "author": names.get(run.author_id),
            "elapsed_seconds": round(elapsed, 1),
            "remaining_seconds": round(left) if running and left > 0 else None,
            "blocked_by": run.report.get("gate", {}).get("blocked_by", []),
            "trial": trial.trial if trial is not None and run.release_id == trial.id else None,
        }
    )


def _release(
    parts: Container, release: Release, live: Release | None, names: dict[str | None, Person]
) -> s.ReleaseView:
    serves = live is not None and live.id == release.id
    same = live is not None and live.version == release.version
    return s.ReleaseView.model_validate(
        {
            **{name: getattr(release, name) for name in ("id", "kind", "version", "trial")},
            "at": release.created_at,
            "live": serves,
            "by": names.get(_by(release)),
            "reason": str(release.report.get("reason", "")),
            "run_id": release.report.get("run"),
            "back_to": "back_to" in release.report,
            "can_restore": not same and (parts.settings.data_dir / release.path).exists(),
        }
    )


@router.post("/training-runs", operation_id="consoleTrain", status_code=202)
def begin(body: s.TrainingRequest, person: Editor, parts: Parts) -> s.RunView:
    """Make a candidate and compare it with what serves, in the background; nothing is released."""
    parts.trainings.settle()
    with parts.database.write() as session:
        run = parts.trainings.begin(session, body.kind, person.id)
        accounts.audit(session, person, "train", run.id, kind=body.kind)
    parts.trainings.start(run.id)
    return _view(parts, run.id)


@router.get("/training-runs/{run_id}", operation_id="consoleTrainingRun")
def detail(
    run_id: str, person: Editor, parts: Parts, log_after: Annotated[int, Query(ge=0)] = 0
) -> s.RunDetail:
    """Return how far a run is, its log from an offset (bytes) on, and its report."""
    parts.trainings.settle()
    with parts.database.read() as session:
        report = parts.trainings.get(session, run_id).report or None
    text, following = _log(parts, run_id, log_after)
    return s.RunDetail(run=_view(parts, run_id), log=text, log_next=following, report=report)


def _log(parts: Container, run_id: str, after: int) -> tuple[str, int]:
    path = parts.trainings.log_file(run_id)
    if not path.exists():
        return "", 0
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(min(max(after, size - LOG_BYTES), size))
        # A line that is still being written comes with the next call.
        body = file.read()
    whole = body[: body.rfind(b"\n") + 1]
    return OVERWRITTEN.sub("", COLOURS.sub("", whole.decode(errors="replace"))), size - len(body) + len(whole)


@router.post("/training-runs/{run_id}/cancel", operation_id="consoleCancelTraining")
def cancel(run_id: str, person: Editor, parts: Parts) -> s.RunView:
    """Stop a run."""
    parts.trainings.cancel(run_id)
    with parts.database.write() as session:
        accounts.audit(session, person, "train_cancel", run_id)
    return _view(parts, run_id)


@router.post("/training-runs/{run_id}/release", operation_id="consoleRelease")
def release(run_id: str, body: s.ReleaseRequest, person: Editor, parts: Parts) -> s.RunView:
    """Let a candidate serve all conversations, or a share of them; a share can be changed, and become all."""
    with parts.database.write() as session:
        run = _locked(parts, session, run_id)
        releasing.release(session, run, person, parts.settings.data_dir, share=body.share, reason=body.reason)
        if run.kind == "model" and run.state == "released":
            gaps.trained(session)
    return _taken_up(parts, run_id)


@router.post("/training-runs/{run_id}/withdraw", operation_id="consoleWithdrawTrial")
def withdraw(run_id: str, person: Editor, parts: Parts) -> s.RunView:
    """End a trial."""
    with parts.database.write() as session:
        releasing.withdraw(session, _locked(parts, session, run_id), person)
    return _view(parts, run_id)


@router.post("/training-runs/{run_id}/rollback", operation_id="consoleRollBackRun")
def roll_back(run_id: str, person: Editor, parts: Parts) -> s.RunView:
    """Put back what served before this run was released."""
    with parts.database.write() as session:
        run = _locked(parts, session, run_id)
        if run.release_id is None:
            raise Conflict("not_live", "它不是线上的版本", "它没有发布过。")
        releasing.roll_back(session, service.get(session, run.release_id), person)
    return _taken_up(parts, run_id)


@router.post("/releases/{release_id}/restore", operation_id="consoleRestore", status_code=204)
def restore(release_id: str, person: Editor, parts: Parts) -> None:
    """Let an earlier release serve again."""
    with parts.database.write() as session:
        releasing.restore(session, service.get(session, release_id), person)
    parts.live.refresh()


@router.get("/training-runs/{run_id}/trial", operation_id="consoleTrial")
def trial(run_id: str, person: Editor, parts: Parts) -> s.TrialView:
    """Return how customers fare with the model on trial and with the one that serves."""
    with parts.database.read() as session:
        run = parts.trainings.get(session, run_id)
        tried, live = service.on_trial(session), service.live(session, "model")
        if tried is None or live is None or tried.id != run.release_id:
            raise Conflict("not_on_trial", "它没有在灰度", "请刷新页面。")
        sides = trials.served(session, (live.version, tried.version), tried.created_at)
    ours, theirs = (_side(one) for one in sides)
    return s.TrialView(
        since=tried.created_at, share=tried.trial or 0, labels=trials.FIGURES, live=ours, trial=theirs
    )


def _side(served: trials.Served) -> s.TrialSide:
    figures = {name: s.Interval(**asdict(wilson(count, of))) for name, (count, of) in served.counts.items()}
    return s.TrialSide(
        model=served.model, conversations=served.conversations, turns=served.turns, figures=figures
    )


def _locked(parts: Container, session: Session, run_id: str) -> TrainingRun:
    parts.trainings.get(session, run_id)
    return session.get_one(TrainingRun, run_id, with_for_update=True)


def _taken_up(parts: Container, run_id: str) -> s.RunView:
    """An index is live when the call returns; a model as soon as its process is ready."""
    parts.live.refresh()
    return _view(parts, run_id)


def _view(parts: Container, run_id: str) -> s.RunView:
    with parts.database.read() as session:
        run = parts.trainings.get(session, run_id)
        return _run(run, people(session, [run.author_id]), service.on_trial(session))
