"""When people work: the weekly hours, and the days that differ from them."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.core.settings import Settings
from kefu.routing.models import CalendarDay

LOOK_AHEAD = 30  # days


def hours_of(session: Session, day: date, settings: Settings) -> tuple[time, time] | None:
    """Return the opening and closing time of a day, None when it is closed. Equal times: round the clock.

    A closing time before the opening time lies on the next morning.
    """
    special = session.get(CalendarDay, day)
    if special is None:
        working = day.isoweekday() in settings.open_weekdays
        return (settings.opens_at, settings.closes_at) if working else None
    if not special.open:
        return None
    return special.opens_at or settings.opens_at, special.closes_at or settings.closes_at


def _shift(session: Session, day: date, settings: Settings) -> tuple[datetime, datetime] | None:
    """Return when the work that begins on a day begins and ends."""
    hours = hours_of(session, day, settings)
    if hours is None:
        return None
    begins = datetime.combine(day, hours[0], settings.zone)
    ends = datetime.combine(day, hours[1], settings.zone)
    return begins, ends if ends > begins else ends + timedelta(days=1)


def is_open(session: Session, moment: datetime, settings: Settings) -> bool:
    """Whether people work at this moment."""
    today = moment.astimezone(settings.zone).date()
    shifts = (_shift(session, day, settings) for day in (today - timedelta(days=1), today))
    return any(shift is not None and shift[0] <= moment < shift[1] for shift in shifts)


def reopens_at(session: Session, moment: datetime, settings: Settings) -> datetime | None:
    """Return when people work again; None when the calendar names no such day within a month."""
    today = moment.astimezone(settings.zone).date()
    for ahead in range(LOOK_AHEAD):
        shift = _shift(session, today + timedelta(days=ahead), settings)
        if shift is not None and shift[0] > moment:
            return shift[0]
    return None


def calendar(session: Session, since: date) -> list[CalendarDay]:
    """Return the days that differ, in order."""
    return list(
        session.scalars(select(CalendarDay).where(CalendarDay.day >= since).order_by(CalendarDay.day))
    )
