"""Which artefact serves."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kefu.nlu.models import Release


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


def release(session: Session, kind: str, version: str, path: str, report: dict[str, object]) -> Release:
    """Make an artefact the one that serves."""
    session.execute(update(Release).where(Release.kind == kind, Release.active).values(active=False))
    row = Release(kind=kind, version=version, path=path, report=report, active=True)
    session.add(row)
    session.flush()
    return row
