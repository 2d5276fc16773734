"""How soon: the targets by priority, and which one a conversation has."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.promises.models import Kind, Target

MINUTE, HOUR = 60, 3600
DEFAULTS = (
    ("urgent", "紧急", 20, MINUTE, 2 * MINUTE, 4 * HOUR),
    ("high", "优先", 5, 2 * MINUTE, 3 * MINUTE, 12 * HOUR),
    ("normal", "普通", 0, 3 * MINUTE, 5 * MINUTE, 24 * HOUR),
)


def everyone(session: Session) -> list[Target]:
    """Return the targets, the most urgent first: what managers set, else the usual ones."""
    found = list(session.scalars(select(Target).order_by(Target.at_least.desc())))
    return found or [
        Target(
            level=level,
            title=title,
            at_least=at_least,
            first_seconds=first,
            next_seconds=following,
            resolution_seconds=resolution,
        )
        for level, title, at_least, first, following, resolution in DEFAULTS
    ]


def of(priority: int, targets: Sequence[Target]) -> Target:
    """Return the target of a conversation whose last wait had this priority."""
    return next((one for one in targets if priority >= one.at_least), targets[-1])


def seconds(target: Target, kind: Kind) -> int:
    """Return how many seconds of working time a kind has; a promise has none of its own."""
    return {
        Kind.FIRST: target.first_seconds,
        Kind.NEXT: target.next_seconds,
        Kind.RESOLUTION: target.resolution_seconds,
    }[kind]
