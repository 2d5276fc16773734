"""The event log: who reads on from an event's number misses none, whichever transaction ends first."""

import pytest
from sqlalchemy.orm import Session

from kefu.core import outbox
from kefu.core.clock import new_id
from kefu.core.database import Database
from kefu.core.outbox import TURN_REQUESTED, EventRow


def say(session: Session, customer_id: str, type_: str = "message.created") -> EventRow:
    return outbox.emit(session, type_, conversation_id="c", customer_id=customer_id, data={})


def test_a_transaction_that_ends_later_is_not_passed_over(postgres: Database | None) -> None:
    if postgres is None:
        pytest.skip("没有 PostgreSQL")
    customer = new_id()
    with postgres.write() as slow:
        say(slow, customer)
        slow.flush()
        with postgres.write() as quick:
            say(quick, customer)
        with postgres.read() as session:
            (first,) = outbox.after(session, 0, customer_id=customer)
            cursor = outbox.latest(session)
    assert cursor == first.event_id
    with postgres.read() as session:
        (second,) = outbox.after(session, cursor, customer_id=customer)
    assert second.event_id is not None
    assert second.event_id > cursor


def test_a_requested_turn_is_numbered_at_once_and_moves_no_cursor(sqlite: Database) -> None:
    with sqlite.write() as session:
        said = say(session, "k")
    with sqlite.write() as session:
        asked = say(session, "k", TURN_REQUESTED)
        session.flush()
        assert asked.event_id > said.event_id
        assert [row.event_id for row in outbox.open_work(session, TURN_REQUESTED)] == [asked.event_id]
    with sqlite.read() as session:
        assert outbox.latest(session) == said.event_id


def test_events_are_told_after_the_commit_in_their_order(sqlite: Database) -> None:
    told: list[outbox.Event] = []
    sqlite.after_commit.append(told.extend)
    with sqlite.write() as session:
        say(session, "k")
        say(session, "k", "state.changed")
        assert told == []
    assert [event.type for event in told] == ["message.created", "state.changed"]
    numbers = [event.event_id for event in told]
    assert numbers == sorted(numbers, key=lambda number: number or 0)
