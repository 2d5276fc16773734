"""What the hub delivers to whom, and that hints which say the same are not repeated for each change."""

import asyncio
from collections.abc import Callable

import pytest

from kefu.core import realtime
from kefu.core.outbox import Event
from kefu.core.realtime import STAFF, Hub


def hint(team: str = "default") -> Event:
    return Event("queue.updated", "", {}, audience="staff", team=team)


def said(text: str) -> Event:
    return Event("message.created", "c1", {"text": text}, 7, 1, "someone", "both", "default", None)


def heard(work: Callable[[Hub], object], sees: Callable[[Event], bool] = lambda _event: True) -> list[Event]:
    """What one member of staff hears while ``work`` publishes, until nothing is left to come."""

    async def run() -> list[Event]:
        hub = Hub()
        hub.bind(asyncio.get_running_loop())
        with hub.subscribe(STAFF, sees) as subscription:
            work(hub)
            found = [await asyncio.wait_for(subscription.queue.get(), 5)]
            while True:
                try:
                    found.append(await asyncio.wait_for(subscription.queue.get(), realtime.HINT_PAUSE * 3))
                except TimeoutError:
                    return found

    return asyncio.run(run())


@pytest.fixture(autouse=True)
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(realtime, "HINT_PAUSE", 0.05)


def test_a_hundred_hints_at_once_are_told_twice() -> None:
    """At once, and once more at the end, so that what the last of them was about is looked at too."""
    found = heard(lambda hub: [hub.publish([hint()]) for _ in range(100)])
    assert [event.type for event in found] == ["queue.updated"] * 2


def test_hints_about_different_teams_are_both_told() -> None:
    found = heard(lambda hub: hub.publish([hint("east"), hint("west")]))
    assert [event.team for event in found] == ["east", "west"]


def test_what_has_content_is_told_every_time() -> None:
    place = Event("queue.updated", "c1", {"position": 2}, customer_id="someone", audience="both")
    found = heard(lambda hub: hub.publish([said("一"), place, said("一"), place]))
    assert [event.type for event in found] == ["message.created", "queue.updated"] * 2


def test_who_may_not_see_a_hint_does_not_hear_it() -> None:
    found = heard(lambda hub: hub.publish([hint("east"), said("您好")]), lambda event: event.team != "east")
    assert [event.type for event in found] == ["message.created"]
