"""What is compared with the live release: the checkout built from nothing, or a release of the past."""

import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from sqlalchemy import select, update

from kefu.core.database import Database
from kefu.core.errors import NotFound
from kefu.core.settings import Settings
from kefu.measure import throwaway
from kefu.measure.checkout import share_made
from kefu.nlu.models import Release

Say = Callable[[str], None]
Running = AbstractAsyncContextManager[Settings]
CHECKOUT = "checkout"


def running(settings: Settings, name: str, say: Say) -> Running:
    """Run a candidate: ``checkout``, or the (beginning of the) version of an index or a model."""
    if name == CHECKOUT:
        return from_checkout(settings, say)
    return throwaway.running(settings, say, prepare=lambda own: release(settings, own, name))


def from_checkout(settings: Settings, say: Say) -> Running:
    """Run what the checkout's content and training data give: seeded, indexed and trained from nothing."""
    nowhere = settings.model_copy(
        update={"data_dir": settings.data_dir / "nowhere", "database_url": "", "seed_demo": True}
    )
    return throwaway.running(nowhere, say, prepare=lambda own: share_made(settings, own))


def release(settings: Settings, own: Settings, version: str) -> None:
    """Let the copy ``own`` serve another release of an index or a model.

    Raises:
        NotFound: there is no such release, or its files are gone (``release_not_found``).
    """
    database = Database(own.database)
    try:
        with database.write() as session:
            query = select(Release).where(
                Release.kind.in_(("index", "model")), Release.version.startswith(version, autoescape=True)
            )
            found = session.scalars(query.order_by(Release.created_at.desc())).first()
            if found is None or not (settings.data_dir / found.path).exists():
                raise NotFound("release_not_found", "没有这个发布", f"{version}：不在库里，或文件已清理。")
            session.execute(update(Release).where(Release.kind == found.kind).values(active=False))
            found.active = True
            _take(settings.data_dir / found.path, own.data_dir / found.path)
    finally:
        database.close()


def _take(source: Path, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
