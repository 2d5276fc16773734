"""The router: after every change and once a second, what is due happens, and the free get those who wait.

It works in transactions of its own, after those that made the change: a customer's message never waits for it. Two
routers on one PostgreSQL do no harm: every step checks again, and what the other did is not done twice.
"""

import threading
from collections.abc import Callable
from typing import Any

import structlog

from kefu.conversations.models import State
from kefu.core import outbox
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.settings import Settings
from kefu.routing import matching, timers
from kefu.routing import service as routing
from kefu.routing.estimate import Place, outlook

log = structlog.get_logger()
WAKING = frozenset({"state.changed", "queue.updated", "presence.changed"})


class Router:
    """Runs passes, and says when one is worth its while."""

    def __init__(self, database: Database, settings: Settings, present: timers.Present) -> None:
        self._database, self._settings, self._present = database, settings, present
        self._told: dict[str, Place] = {}
        self._lock = threading.Lock()
        self._wake: Callable[[], Any] = lambda: None

    def on_wake(self, wake: Callable[[], Any]) -> None:
        """Name what is called, from any thread, when something has changed."""
        self._wake = wake

    def notice(self, events: list[Any]) -> None:
        """Look at what was committed; callable from any thread."""
        if any(map(_wakes, events)):
            self._wake()

    def run_once(self) -> None:
        """Run one pass to its end."""
        with self._lock:
            with self._database.read() as session:
                steps: list[timers.Step] = timers.due(session, self._settings, self._present)
            for step in steps:
                self._write(step)
            with self._database.read() as session:
                matches = matching.find(session, self._settings)
            for match in matches:
                self._write(matching.giving(match))
            self._tell_places()

    def _write(self, step: timers.Step) -> None:
        try:
            with self._database.write() as session:
                step(session, self._settings)
        except DomainError as error:  # it has gone another way meanwhile
            log.info("routing_step_overtaken", code=error.code)

    def _tell_places(self) -> None:
        """Tell each one who waits where they stand, if that has changed."""
        with self._database.read() as session:
            waiting = routing.in_line(session)
            view = outlook(session, self._settings) if waiting else None
        told, self._told = self._told, {}
        events = []
        for ahead, (entry_id, conversation_id, customer_id) in enumerate(waiting):
            assert view is not None  # noqa: S101 - read because somebody waits
            place = self._told[entry_id] = view.place(ahead)
            if told.get(entry_id) != place:
                events.append(_place_event(conversation_id, customer_id, place))
        self._database.publish(events)


def _wakes(event: outbox.Event) -> bool:
    """Whether somebody may wait or be free who was not before: not when a customer begins to talk to the bot."""
    begins = event.type == "state.changed" and event.data.get("before") == State.NEW
    to_bot = begins and event.data["state"] == State.BOT
    return event.type in WAKING and event.audience != "customer" and not to_bot


def _place_event(conversation_id: str, customer_id: str, place: Place) -> outbox.Event:
    return outbox.Event(
        "queue.updated", conversation_id, place.wire(), customer_id=customer_id, audience="customer"
    )
