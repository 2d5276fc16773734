"""Working time is time: it adds up, never runs backwards, and stands still while nobody works."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kefu.core.settings import Settings
from kefu.routing.hours import Schedule
from kefu.routing.models import CalendarDay

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 20
clocks = st.builds(time, st.integers(0, 23), st.sampled_from((0, 30)))
moments = st.integers(0, DAYS * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
spans = st.integers(0, 72 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    weekdays = draw(st.sets(st.integers(1, 7), min_size=1).map(sorted))
    hours = Settings(opens_at=draw(clocks), closes_at=draw(clocks), open_weekdays=weekdays)
    days = draw(st.sets(st.integers(-2, DAYS), max_size=6))
    special = {}
    for offset in days:
        day = date(2026, 3, 1) + timedelta(days=offset)
        own = draw(st.booleans())
        special[day] = CalendarDay(
            day=day,
            name="特别",
            open=draw(st.booleans()),
            opens_at=draw(clocks) if own else None,
            closes_at=draw(clocks) if own else None,
        )
    return Schedule(hours, special)


@settings(max_examples=60, deadline=None)
@given(schedules(), moments, spans)
def test_after_and_between_are_each_others_inverse(
    schedule: Schedule, moment: datetime, span: timedelta
) -> None:
    end = schedule.after(moment, span)
    assert end >= moment
    assert schedule.between(moment, end) == span


@settings(max_examples=60, deadline=None)
@given(schedules(), st.lists(moments, min_size=3, max_size=3).map(sorted), spans)
def test_working_time_adds_up_and_never_runs_backwards(
    schedule: Schedule, times: list[datetime], span: timedelta
) -> None:
    a, b, c = times
    assert schedule.between(a, b) + schedule.between(b, c) == schedule.between(a, c)
    assert timedelta() <= schedule.between(a, b) <= b - a
    assert schedule.after(a, span) <= schedule.after(b, span)


@settings(max_examples=30, deadline=None)
@given(schedules(), moments, st.integers(1, 600))
def test_it_counts_exactly_the_minutes_in_which_people_work(
    schedule: Schedule, start: datetime, minutes: int
) -> None:
    counted = sum(schedule.is_open(start + timedelta(minutes=one)) for one in range(minutes))
    assert schedule.between(start, start + timedelta(minutes=minutes)) == timedelta(minutes=counted)


def test_where_nobody_works_for_a_month_time_is_plain_time() -> None:
    closed = {
        day: CalendarDay(day=day, name="停业", open=False)
        for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(200))
    }
    schedule = Schedule(Settings(), closed)
    assert schedule.after(FIRST, timedelta(hours=2)) == FIRST + timedelta(hours=2)
