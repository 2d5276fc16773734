"""The bot's training files: those of the checkout until an editor changes one, from then on the database's.

Every version stays, so that each change can be taken back. The caller owns the transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kefu.core.errors import Conflict, NotFound
from kefu.core.settings import ROOT
from kefu.nlu.models import BotFile

CHECKOUT = ROOT / "data"


@dataclass(frozen=True)
class FileText:
    """One file as it is now; ``number`` grows with every change, 0 while it is the checkout's."""

    path: str
    number: int
    text: str


Files = Mapping[str, FileText]


def checkout(directory: Path | None = None) -> dict[str, str]:
    """Return the files under the checkout's ``data``, by path inside it."""
    root = directory or CHECKOUT
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*.yml"))
    }


def current(session: Session) -> dict[str, FileText]:
    """Return every file as it is now, by path; a text that is empty was removed and is left out."""
    kept = stored(session)
    if not kept:
        return {path: FileText(path, 0, text) for path, text in checkout().items()}
    return {path: found for path, found in sorted(kept.items()) if found.text}


def stored(session: Session) -> dict[str, FileText]:
    """Return what the database holds; nothing while the checkout is the truth."""
    newest = select(BotFile.path, func.max(BotFile.number).label("number")).group_by(BotFile.path).subquery()
    query = select(BotFile).join(
        newest, (BotFile.path == newest.c.path) & (BotFile.number == newest.c.number)
    )
    return {row.path: FileText(row.path, row.number, row.text) for row in session.scalars(query)}


def texts(session: Session) -> dict[str, str]:
    """Return the text of every file as it is now."""
    return {path: found.text for path, found in current(session).items()}


def write(
    session: Session, changed: Mapping[str, str], seen: Mapping[str, int], author_id: str | None, note: str
) -> dict[str, int]:
    """Write files; ``seen`` are the numbers that the author started from. Returns the new numbers.

    The first change takes the whole checkout over. Raises ``bot_file_changed`` when somebody wrote meanwhile.
    """
    now = {path: found.number for path, found in current(session).items()}
    for path in changed:
        if now.get(path, 0) != seen.get(path, 0):
            raise Conflict("bot_file_changed", "别人刚改过这份语料", "请刷新后再改；您的改动还在页面上。")
    if not stored(session):
        for path, text in checkout().items():
            session.add(BotFile(path=path, number=1, text=text, author_id=None, note="取自代码库"))
        session.flush()
    numbers = {path: found.number + 1 for path, found in stored(session).items() if path in changed}
    for path, text in changed.items():
        session.add(
            BotFile(path=path, number=numbers.setdefault(path, 1), text=text, author_id=author_id, note=note)
        )
    session.flush()
    return numbers


def version(session: Session, path: str, number: int) -> BotFile:
    """Return one version of a file. Raises ``bot_file_not_found``."""
    found = session.get(BotFile, (path, number))
    if found is None:
        raise NotFound("bot_file_not_found", "没有这份语料", "它可能被改名或移走了，请刷新。")
    return found


def history(session: Session, path: str, limit: int = 50) -> list[BotFile]:
    """Return the versions of a file, the newest first."""
    query = select(BotFile).where(BotFile.path == path).order_by(BotFile.number.desc()).limit(limit)
    return list(session.scalars(query))


def export(written: Mapping[str, str], directory: Path) -> None:
    """Write files below a directory."""
    for path, text in written.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
