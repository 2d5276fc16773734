"""How long the wait will be, from measured handling times, and how wrong that was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kefu.conversations.models import Conversation, State
from kefu.core.clock import now
from kefu.core.settings import Settings
from kefu.routing import teams
from kefu.routing.hours import is_open
from kefu.routing.models import EntryState, QueueEntry

MEASURED = 50  # finished conversations that the estimate looks back on
ENOUGH = 5  # fewer than these, and the setting stands for the measurement
TO_FIRST_WORD = 15  # seconds from an agent's acceptance to the first word


@dataclass(frozen=True)
class Place:
    """Where a conversation stands: how many are ahead, and about how long it takes (None: nobody on duty)."""

    position: int
    ahead: int
    eta_seconds: int | None

    def wire(self) -> dict[str, Any]:
        """The JSON object that clients receive."""
        return {"position": self.position, "ahead": self.ahead, "eta_seconds": self.eta_seconds}


@dataclass(frozen=True)
class Outlook:
    """What the estimate of a wait is made of, read once. ``places`` is 0 when nobody takes conversations."""

    places: int
    busy: int
    handling_seconds: float

    def eta_seconds(self, ahead: int) -> int | None:
        """Return the seconds until it is the turn of one with ``ahead`` before it; None when nobody is on duty."""
        if self.places == 0:
            return None
        rounds = max(0, ahead + 1 - max(0, self.places - self.busy)) / self.places
        return round(rounds * self.handling_seconds) + TO_FIRST_WORD

    def place(self, ahead: int) -> Place:
        """Return the place of one with ``ahead`` before it."""
        return Place(ahead + 1, ahead, self.eta_seconds(ahead))


def outlook(session: Session, settings: Settings) -> Outlook:
    """Return places on duty, conversations held, and the measured handling time."""
    moment = now()
    places = teams.places(session, moment, settings) if is_open(session, moment, settings) else 0
    busy = session.scalar(
        select(func.count()).select_from(Conversation).where(Conversation.state == State.HUMAN)
    )
    return Outlook(places, busy or 0, _handling_seconds(session, settings))


def _handling_seconds(session: Session, settings: Settings) -> float:
    query = (
        select(QueueEntry.ended_at, Conversation.closed_at)
        .join(Conversation, Conversation.id == QueueEntry.conversation_id)
        .where(QueueEntry.state == EntryState.CLAIMED, Conversation.closed_at.is_not(None))
        .order_by(Conversation.closed_at.desc())
        .limit(MEASURED)
    )
    spans = [
        (closed - claimed).total_seconds() for claimed, closed in session.execute(query) if claimed and closed
    ]
    return sum(spans) / len(spans) if len(spans) >= ENOUGH else float(settings.handling_seconds)


@dataclass(frozen=True)
class Accuracy:
    """How far the estimates were from the waits: mean absolute error and bias (positive: promised too long), seconds."""

    measured: int
    error_seconds: float | None
    bias_seconds: float | None


def accuracy(session: Session, since: datetime) -> Accuracy:
    """Compare what was promised on entering with how long it took, for those accepted since then."""
    query = select(QueueEntry.eta_seconds, QueueEntry.entered_at, QueueEntry.ended_at).where(
        QueueEntry.state == EntryState.CLAIMED,
        QueueEntry.ended_at >= since,
        QueueEntry.eta_seconds.is_not(None),
    )
    errors = [
        promised - (ended - entered).total_seconds()
        for promised, entered, ended in session.execute(query)
        if promised is not None and ended is not None
    ]
    if not errors:
        return Accuracy(0, None, None)
    count = len(errors)
    return Accuracy(count, round(sum(map(abs, errors)) / count, 1), round(sum(errors) / count, 1))
