"""Targets and promises on a real database: when they begin, pause and end, what is said, and that nothing counts twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kefu.conversations import service as conversations
from kefu.core.database import Database
from kefu.core.outbox import EventRow
from kefu.promises import service as promises
from kefu.promises import targets
from kefu.promises.models import Commitment, Kind, State
from kefu.promises.service import Keeper
from kefu.routing import hours
from tests.routing.conftest import START, Desk, desk_on

MINUTE, HOUR = 60.0, 3600.0
FIRST, NEXT, RESOLUTION = 180.0, 300.0, 24 * HOUR  # of an ordinary conversation


@pytest.fixture
def keeper(desk: Desk) -> Keeper:
    keeper = Keeper(desk.database, desk.settings)
    keeper.run_once()  # from here on
    return keeper


def found(desk: Desk, kind: Kind) -> list[Commitment]:
    with desk.database.read() as session:
        return list(
            session.scalars(select(Commitment).where(Commitment.kind == kind).order_by(Commitment.opened_at))
        )


def said(desk: Desk) -> list[tuple[str, str]]:
    with desk.database.read() as session:
        rows = session.scalars(
            select(EventRow).where(EventRow.type.like("commitment.%")).order_by(EventRow.event_id)
        )
        return [(row.type.removeprefix("commitment."), row.data["kind"]) for row in rows]


def test_a_first_response_is_warned_of_missed_and_late(desk: Desk, keeper: Keeper) -> None:
    agent = desk.agent("一")
    desk.presence(agent, "busy")
    conversation = desk.queued()
    keeper.run_once()
    desk.later(FIRST * 0.8)
    keeper.run_once()
    assert said(desk) == [("due", "first_response")]
    desk.later(FIRST * 0.3)
    keeper.run_once()
    keeper.run_once()
    assert said(desk) == [("due", "first_response"), ("missed", "first_response")]
    desk.claim(conversation, agent)
    desk.answers(conversation)
    keeper.run_once()
    (first,) = found(desk, Kind.FIRST)
    assert first.state == State.LATE
    assert first.staff_id == agent
    with desk.database.read() as session:
        line = promises.figures(session, START).lines[0]
    assert (line.kept, line.missed, line.open) == (0, 1, 0)


def test_the_next_response_runs_from_the_first_word_after_the_answer(desk: Desk, keeper: Keeper) -> None:
    agent = desk.agent("一")
    desk.presence(agent, "online")
    conversation = desk.queued()
    desk.claim(conversation, agent)
    desk.answers(conversation)
    for text in ("还有一件事", "在吗"):
        desk.later(MINUTE)
        desk.says(conversation, text)
    keeper.run_once()
    (following,) = found(desk, Kind.NEXT)
    assert following.opened_at == START + timedelta(seconds=MINUTE + 0.001)
    desk.answers(conversation)
    keeper.run_once()
    assert found(desk, Kind.NEXT)[0].state == State.KEPT
    assert found(desk, Kind.FIRST)[0].state == State.KEPT
    assert said(desk) == []


def test_time_stands_still_while_nobody_works(desk: Desk, keeper: Keeper) -> None:
    desk.clock.move_to(datetime(2026, 11, 18, 13, 59, tzinfo=UTC))  # one minute before ten in the evening
    desk.queued()
    keeper.run_once()
    (first,) = found(desk, Kind.FIRST)
    assert first.due_at is not None
    assert first.due_at.replace(microsecond=0) == datetime(
        2026, 11, 19, 0, 2, tzinfo=UTC
    )  # 8:02 the next morning


def test_urgent_matters_have_less_time(desk: Desk, keeper: Keeper) -> None:
    desk.queued(priority=20)
    keeper.run_once()
    (first,) = found(desk, Kind.FIRST)
    assert first.level == "urgent"
    assert first.due_at == first.opened_at + timedelta(seconds=60)


def test_a_promise_in_a_reply_is_kept_count_of(desk: Desk, keeper: Keeper) -> None:
    agent = desk.agent("一")
    desk.presence(agent, "online")
    conversation = desk.queued()
    desk.claim(conversation, agent)
    desk.answers(conversation, "我去问仓库，半小时内给您回复。")
    keeper.run_once()
    (promise,) = found(desk, Kind.PROMISE)
    assert promise.staff_id == agent
    assert promise.due_at == START + timedelta(minutes=30, seconds=0.001)
    desk.later(25 * MINUTE)
    keeper.run_once()
    desk.later(6 * MINUTE)
    keeper.run_once()
    assert [what for what in said(desk) if what[1] == "promise"] == [
        ("due", "promise"),
        ("missed", "promise"),
    ]


def test_a_recalled_promise_binds_nobody(desk: Desk, keeper: Keeper) -> None:
    agent = desk.agent("一")
    desk.presence(agent, "online")
    conversation = desk.queued()
    desk.claim(conversation, agent)
    desk.answers(conversation, "明天上午给您回电")
    keeper.run_once()
    with desk.database.write() as session:
        row = conversations.lock(session, conversation)
        (*_, message) = conversations.messages(session, conversation)
        conversations.recall(session, row, message, timedelta(minutes=2))
    keeper.run_once()
    assert found(desk, Kind.PROMISE)[0].state == State.DROPPED


def test_unsolved_goes_on_until_a_reply_is_on_record(desk: Desk, keeper: Keeper) -> None:
    agent = desk.agent("一")
    desk.presence(agent, "online")
    conversation = desk.queued()
    desk.claim(conversation, agent)
    desk.answers(conversation)
    with desk.database.write() as session:
        row = conversations.lock(session, conversation)
        row.wrap_up = {"solved": False}
        conversations.close(session, row, survey=True)
    keeper.run_once()
    (resolution,) = found(desk, Kind.RESOLUTION)
    assert (resolution.state, resolution.staff_id) == (State.RUNNING, agent)


steps = st.lists(
    st.tuples(st.sampled_from(["customer", "agent", "keeper"]), st.integers(1, 9 * 60)),
    min_size=1,
    max_size=14,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.integers(0, 24 * 60))
def test_a_resolution_counts_the_working_time_in_which_the_customer_waits(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, int]], offset: int
) -> None:
    """Against a model that adds up intervals; the keeper runs whenever it likes, and catches up at the end."""
    with time_machine.travel(START + timedelta(minutes=offset), tick=False) as clock:
        path = tmp_path_factory.mktemp("promises") / "db.sqlite3"
        path.write_bytes(sqlite_template.read_bytes())
        database = Database(f"sqlite:///{path}")
        desk = desk_on(database, clock)
        keeper = Keeper(database, desk.settings)
        keeper.run_once()
        agent = desk.agent("一")
        desk.presence(agent, "busy")
        conversation = desk.queued()
        desk.claim(conversation, agent)
        with database.read() as session:
            schedule = hours.schedule(session, desk.settings)
            target = timedelta(seconds=targets.everyone(session)[-1].resolution_seconds)
        waits: datetime | None = datetime.now(UTC)
        spent = timedelta()
        for who, minutes in moves:
            desk.later(minutes * MINUTE)
            if who == "keeper":
                keeper.run_once()
            elif who == "customer":
                desk.says(conversation, "在吗")
                waits = waits or datetime.now(UTC)
            else:
                desk.answers(conversation)
                spent += schedule.between(waits, datetime.now(UTC)) if waits else timedelta()
                waits = None
        keeper.run_once()
        (one,) = found(desk, Kind.RESOLUTION)
        if waits is None:
            assert one.state == State.PAUSED
            assert timedelta(seconds=one.left_seconds or 0) == max(timedelta(), target - spent)
        else:
            assert one.state == State.RUNNING
            assert one.due_at is not None
            if one.due_at > waits:
                assert schedule.between(waits, one.due_at) == max(timedelta(), target - spent)
        database.close()
