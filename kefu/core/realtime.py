"""Fan-out inside one process: a subscriber gets every event of its customer, or all that staff may see."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kefu.core.outbox import Event

STAFF = "staff"
BACKLOG = 1000  # events; a client further behind than this refetches from its cursor


class Subscription:
    """A bounded queue of the events that ``sees`` lets through. ``lost``: the reader fell behind and must refetch."""

    def __init__(self, sees: Callable[[Event], bool]) -> None:
        self.queue: asyncio.Queue[Event] = asyncio.Queue(BACKLOG)
        self.lost = False
        self._sees = sees

    def put(self, event: Event) -> None:
        """Offer an event; never blocks."""
        if not self._sees(event):
            return
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

    def present(self, topic: str) -> bool:
        """Whether anybody receives the events of a customer id (has a page open)."""
        return topic in self._subscribers

    @contextmanager
    def subscribe(
        self, topic: str, sees: Callable[[Event], bool] = lambda _event: True
    ) -> Iterator[Subscription]:
        """Receive the events of a customer id, or those of :data:`STAFF` that ``sees`` allows, while the block runs."""
        subscription = Subscription(sees)
        self._subscribers[topic].add(subscription)
        try:
            yield subscription
        finally:
            self._subscribers[topic].discard(subscription)
            if not self._subscribers[topic]:
                del self._subscribers[topic]
