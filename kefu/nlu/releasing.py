"""Deciding on a candidate: live for all or for a share, withdrawn, or back to what served before. Everything is audited."""

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, require
from kefu.core.errors import Conflict, Invalid
from kefu.nlu import service
from kefu.nlu.models import Release, TrainingRun

ALL = 100


def release(
    session: Session, run: TrainingRun, person: Staff, data_dir: Path, *, share: int = ALL, reason: str = ""
) -> Release:
    """Let a candidate serve ``share`` percent of the conversations; ``ALL`` makes it the one that serves.

    A candidate that did not pass needs a reason, and somebody who may override. Raises ``run_not_releasable``,
    ``live_changed``, ``override_reason_needed``, ``trial_models_only``, ``trial_running``, ``artefact_gone``.
    """
    require(person, Right.RELEASE)
    # Two people may decide at once: the second one waits here, and then sees what the first one did.
    session.execute(select(Release.id).where(Release.active).with_for_update())
    _check(session, run, data_dir, share)
    if not run.passed:
        require(person, Right.OVERRIDE)
        if not reason.strip():
            raise Invalid(
                "override_reason_needed",
                "请写明理由",
                "候选没有通过门槛；由经理说明理由后才能发布，理由会留在记录里。",
            )
    return _serve(session, run, person, share, reason)


def release_passed(session: Session, run: TrainingRun, data_dir: Path) -> Release:
    """Let a candidate that passed serve, by nobody's hand (the command line). Raises as :func:`release` does."""
    session.execute(select(Release.id).where(Release.active).with_for_update())
    _check(session, run, data_dir, ALL)
    if not run.passed:
        raise Conflict(
            "gate_not_passed", "没过门槛，没有发布", "经理可以在控制台“训练与发布”里写明理由发布。"
        )
    return _serve(session, run, None, ALL, "")


def _serve(session: Session, run: TrainingRun, person: Staff | None, share: int, reason: str) -> Release:
    report: dict[str, Any] = {
        "run": run.id,
        "by": person.id if person else None,
        "reason": "" if run.passed else reason.strip(),
    }
    report |= {name: run.details[name] for name in ("encoder", "seconds") if name in run.details}
    if run.state == "trial":
        report["trial"] = run.release_id
    if share == ALL:
        done = service.release(session, run.kind, run.version, run.path, report)
        run.state = "released"
        _outdate(session, run)
    elif run.state == "trial":
        done = service.get(session, str(run.release_id))
        done.trial = share
    else:
        done = service.begin_trial(session, run.version, run.path, share, report)
        run.state = "trial"
    run.release_id = done.id
    action = "release" if run.passed else "release_override"
    accounts.audit(session, person, action, run.id, version=run.version, share=share, reason=reason.strip())
    session.flush()
    return done


def _check(session: Session, run: TrainingRun, data_dir: Path, share: int) -> None:
    if run.state not in ("ready", "trial"):
        raise Conflict("run_not_releasable", "现在不能发布它", "它还没有完成比较，或已经发布、撤回了。")
    if share != ALL and run.kind != "model":
        raise Invalid("trial_models_only", "索引不能灰度", "索引几秒就能换上、也能一键退回，请直接发布。")
    tried = service.on_trial(session)
    if tried is not None and run.state != "trial" and run.kind == "model":
        raise Conflict("trial_running", "已有一个模型在灰度", "请先把它转正或撤回。")
    live = service.live(session, run.kind)
    if run.compared_with.get(run.kind) != (live.id if live else None):
        detail = "它是与另一个版本比较的，结论对现在的线上不成立。请重新训练、比较后再发布。"
        raise Conflict("live_changed", "线上已换了版本", detail)
    if live is not None and live.version == run.version:
        raise Conflict("already_live", "线上就是这一版", "内容没有变，做出的索引与线上相同，不必发布。")
    if not (data_dir / run.path).exists():
        raise Conflict("artefact_gone", "候选的文件不在了", "请重新训练。")


def _outdate(session: Session, released: TrainingRun) -> None:
    """Other candidates were compared with what serves no more: they can only be looked at."""
    query = select(TrainingRun).where(
        TrainingRun.kind == released.kind, TrainingRun.state == "ready", TrainingRun.id != released.id
    )
    for run in session.scalars(query):
        run.state = "outdated"


def withdraw(session: Session, run: TrainingRun, person: Staff) -> TrainingRun:
    """End a trial: the conversations go back to the model that serves. Raises ``not_on_trial``."""
    require(person, Right.RELEASE)
    if run.state != "trial" or service.end_trial(session) is None:
        raise Conflict("not_on_trial", "它没有在灰度", "请刷新页面。")
    run.state = "withdrawn"
    accounts.audit(session, person, "release_withdraw", run.id, version=run.version)
    return run


def roll_back(session: Session, current: Release, person: Staff) -> Release:
    """Put back what served before a release. Raises ``not_live``, ``nothing_before``."""
    live = service.live(session, current.kind)
    if live is None or live.id != current.id:
        raise Conflict("not_live", "它不是线上的版本", "请刷新页面，从线上的版本退回。")
    return restore(session, service.before(session, current), person)


def restore(session: Session, target: Release, person: Staff) -> Release:
    """Let a release serve again. A trial ends with it: it was compared with what goes."""
    require(person, Right.RELEASE)
    session.execute(select(Release.id).where(Release.active).with_for_update())
    live = service.live(session, target.kind)
    if live is not None and live.version == target.version:
        raise Conflict("already_live", "线上就是这一版")
    tried = select(TrainingRun).where(TrainingRun.kind == target.kind, TrainingRun.state == "trial")
    for run in session.scalars(tried):
        run.state = "withdrawn"
    if live is not None and live.report.get("run"):
        left = session.get(TrainingRun, str(live.report["run"]))
        if left is not None and left.state == "released":
            left.state = "rolled_back"
    done = service.back_to(session, target, {"by": person.id, "back_to": target.id})
    accounts.audit(session, person, "release_rollback", done.id, version=target.version, kind=target.kind)
    return done
