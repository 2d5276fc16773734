"""Which artefact serves: releasing, trying on a share of the conversations, rolling back."""

from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kefu.core.errors import Conflict, NotFound
from kefu.nlu.models import Release

ARTEFACTS = ("model", "index")


@dataclass(frozen=True)
class Serving:
    """Which models serve: one, and beside it perhaps one on trial for ``share`` percent of the conversations."""

    model: str = ""
    trial: str = ""
    share: int = 0

    def model_for(self, conversation_id: str) -> str:
        """Return the version that serves a conversation, the same one as long as the trial lasts."""
        return self.trial if crc32(conversation_id.encode()) % 100 < self.share else self.model


def live(session: Session, kind: str) -> Release | None:
    """Return the release of ``kind`` (``index`` or ``model``) that serves."""
    query = (
        select(Release)
        .where(Release.kind == kind, Release.active)
        .order_by(Release.created_at.desc())
        .limit(1)
    )
    return session.scalar(query)


def live_model(session: Session, encoder: str) -> Release | None:
    """Return the model that serves, unless it was trained on another encoder's vectors, which mean nothing to it.

    ``encoder`` is the name of the encoder in use.
    """
    model = live(session, "model")
    return model if model is not None and model.report.get("encoder") == encoder else None


def on_trial(session: Session) -> Release | None:
    """Return the model that is tried on a share of the conversations."""
    return session.scalar(select(Release).where(Release.kind == "model", Release.trial.is_not(None)))


def serving(session: Session) -> Serving:
    """Return which models serve, and how conversations are shared out."""
    model, tried = live(session, "model"), on_trial(session)
    if tried is None:
        return Serving(model.version if model else "")
    return Serving(model.version if model else "", tried.version, tried.trial or 0)


def release(session: Session, kind: str, version: str, path: str, report: dict[str, object]) -> Release:
    """Make an artefact the one that serves; a model on trial ends."""
    before = live(session, kind)
    session.execute(update(Release).where(Release.kind == kind, Release.active).values(active=False))
    if kind == "model":
        session.execute(update(Release).where(Release.trial.is_not(None)).values(trial=None))
    noted = {"before": before.id} if before is not None and kind in ARTEFACTS else {}
    row = Release(kind=kind, version=version, path=path, report=noted | report, active=True)
    session.add(row)
    session.flush()
    return row


def begin_trial(session: Session, version: str, path: str, share: int, report: dict[str, object]) -> Release:
    """Let a model serve ``share`` percent of the conversations. Raises ``trial_running`` beside another."""
    if on_trial(session) is not None:
        raise Conflict("trial_running", "已有一个模型在灰度", "请先把它转正或撤回。")
    row = Release(kind="model", version=version, path=path, report=report, active=False, trial=share)
    session.add(row)
    session.flush()
    return row


def end_trial(session: Session) -> Release | None:
    """Let the model on trial serve nobody any more; returns its release."""
    tried = on_trial(session)
    if tried is not None:
        tried.trial = None
        session.flush()
    return tried


def get(session: Session, release_id: str) -> Release:
    """Return a release. Raises ``release_not_found``."""
    found = session.get(Release, release_id)
    if found is None or found.kind not in ARTEFACTS:
        raise NotFound("release_not_found", "没有这次发布", "请刷新页面。")
    return found


def before(session: Session, current: Release) -> Release:
    """Return what served before a release. Raises ``nothing_before``."""
    found = session.get(Release, str(current.report.get("before") or ""))
    if found is None:
        raise Conflict("nothing_before", "没有可以退回的上一版", "这是第一次发布。")
    return found


def back_to(session: Session, target: Release, report: dict[str, Any]) -> Release:
    """Release once more what served before; what served before *that* stays reachable."""
    kept = {
        name: value
        for name, value in target.report.items()
        if name in ("encoder", "seconds", "before", "run")
    }
    return release(session, target.kind, target.version, target.path, kept | report)
