"""When people work: the weekly hours, the days that differ from them, and time that counts only while people work.

Everything is arithmetic on a :class:`Schedule`, which is read once and then asks the database nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.core.settings import Settings
from kefu.routing.models import CalendarDay

LOOK_AHEAD = 30  # days
DAY = timedelta(days=1)
FRIDAY = 5
Shift = tuple[datetime, datetime]


@dataclass(frozen=True)
class Schedule:
    """The weekly hours in ``settings`` and the ``special`` days that differ."""

    settings: Settings
    special: Mapping[date, CalendarDay]

    def hours_of(self, day: date) -> tuple[time, time] | None:
        """Return the opening and closing time of a day, None when it is closed. Equal times: round the clock.

        A closing time before the opening time lies on the next morning.
        """
        special, settings = self.special.get(day), self.settings
        if special is None:
            working = day.isoweekday() in settings.open_weekdays
            return (settings.opens_at, settings.closes_at) if working else None
        if not special.open:
            return None
        return special.opens_at or settings.opens_at, special.closes_at or settings.closes_at

    def shift(self, day: date) -> Shift | None:
        """Return when (UTC) the work that begins on a day begins and ends."""
        hours = self.hours_of(day)
        if hours is None:
            return None
        begins = datetime.combine(day, hours[0], self.settings.zone)
        ends = datetime.combine(day, hours[1], self.settings.zone)
        return begins.astimezone(UTC), (ends if ends > begins else ends + DAY).astimezone(UTC)

    def day_of(self, moment: datetime) -> date:
        """Return the day on which a moment falls where people work."""
        return moment.astimezone(self.settings.zone).date()

    def is_open(self, moment: datetime) -> bool:
        """Whether people work at this moment."""
        today = self.day_of(moment)
        shifts = (self.shift(day) for day in (today - DAY, today))
        return any(shift is not None and shift[0] <= moment < shift[1] for shift in shifts)

    def reopens_at(self, moment: datetime) -> datetime | None:
        """Return when people work again; None when the calendar names no such day within a month."""
        today = self.day_of(moment)
        for ahead in range(LOOK_AHEAD):
            shift = self.shift(today + timedelta(days=ahead))
            if shift is not None and shift[0] > moment:
                return shift[0].astimezone(self.settings.zone)
        return None

    def working_day(self, day: date) -> bool:
        """Whether a day is a 工作日: Monday to Friday, unless a holiday or a make-up day says otherwise."""
        special = self.special.get(day)
        return special.open if special is not None else day.isoweekday() <= FRIDAY

    def _open_from(self, moment: datetime) -> Iterator[Shift]:
        """Yield what is left of the shifts from a moment on; shifts that overlap count once."""
        day, reached, empty = self.day_of(moment) - DAY, moment, 0
        while empty < LOOK_AHEAD:
            shift = self.shift(day)
            day += DAY
            if shift is None or shift[1] <= reached:
                empty += 1
                continue
            empty = 0
            yield max(shift[0], reached), shift[1]
            reached = shift[1]

    def after(self, moment: datetime, span: timedelta) -> datetime:
        """Return the moment when ``span`` of working time has passed; plain time where nobody works for a month."""
        left, moment = span, moment.astimezone(UTC)
        for begins, ends in self._open_from(moment):
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
            moment = ends
        return moment + left

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two moments; nothing when they are the wrong way round."""
        total = timedelta()
        for begins, ends in self._open_from(start.astimezone(UTC)):
            if begins >= end:
                break
            total += min(ends, end.astimezone(UTC)) - begins
        return total


def schedule(session: Session, settings: Settings) -> Schedule:
    """Return the schedule in force."""
    return Schedule(settings, {day.day: day for day in session.scalars(select(CalendarDay))})


def is_open(session: Session, moment: datetime, settings: Settings) -> bool:
    """Whether people work at this moment; of the calendar only the days that can matter are read."""
    today = moment.astimezone(settings.zone).date()
    near = select(CalendarDay).where(CalendarDay.day.in_((today - DAY, today)))
    return Schedule(settings, {day.day: day for day in session.scalars(near)}).is_open(moment)


def reopens_at(session: Session, moment: datetime, settings: Settings) -> datetime | None:
    """Return when people work again; None when the calendar names no such day within a month."""
    return schedule(session, settings).reopens_at(moment)


def calendar(session: Session, since: date) -> list[CalendarDay]:
    """Return the days that differ, in order."""
    return list(
        session.scalars(select(CalendarDay).where(CalendarDay.day >= since).order_by(CalendarDay.day))
    )
