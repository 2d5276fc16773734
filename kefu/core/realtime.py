"""Fan-out inside one process: a subscriber gets every event of its customer, or all that staff may see."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from kefu.core.outbox import Event

STAFF = "staff"
BACKLOG = 1000  # events; a client further behind than this refetches from its cursor


class Subscription:
    """A bounded queue of events. ``lost`` is set when the reader fell behind and must refetch."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Event] = asyncio.Queue(BACKLOG)
        self.lost = False

    def put(self, event: Event) -> None:
        """Offer an event; never blocks."""
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            self.lost = True


class Hub:
    """Delivers committed events to the sockets of this process."""

    def __init__(self) -> None:
        self._subscribers: dict[str, set[Subscription]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the loop on which subscribers live."""
        self._loop = loop

    def publish(self, events: list[Event]) -> None:
        """Deliver events; callable from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver, events)

    def _deliver(self, events: list[Event]) -> None:
        for event in events:
            if event.audience == "internal":
                continue
            if event.audience != "staff":
                for subscription in self._subscribers.get(event.customer_id, ()):
                    subscription.put(event)
            if event.audience != "customer":
                for subscription in self._subscribers.get(STAFF, ()):
                    subscription.put(event)

    @contextmanager
    def subscribe(self, topic: str) -> Iterator[Subscription]:
        """Receive the events of a customer id, or of :data:`STAFF`, while the block runs."""
        subscription = Subscription()
        self._subscribers[topic].add(subscription)
        try:
            yield subscription
        finally:
            self._subscribers[topic].discard(subscription)
            if not self._subscribers[topic]:
                del self._subscribers[topic]
