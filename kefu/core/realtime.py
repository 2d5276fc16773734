"""Fan-out inside one process: a subscriber gets every event of its customer, or all that staff may see."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kefu.core.outbox import Event

STAFF = "staff"
BACKLOG = 1000  # events; a client further behind than this refetches from its cursor
HINT_PAUSE = 0.2  # seconds between two hints that say the same


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
        # Hints told just now, by what they are about; True where the same was to be told again since.
        self._hints: dict[tuple[str | None, ...], bool] = {}

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
            if event.is_hint:
                self._hint(event)
            else:
                self._put(event)

    def _put(self, event: Event) -> None:
        if event.audience != "staff":
            for subscription in self._subscribers.get(event.customer_id, ()):
                subscription.put(event)
        if event.audience != "customer":
            for subscription in self._subscribers.get(STAFF, ()):
                subscription.put(event)

    def _hint(self, event: Event) -> None:
        """Tell a hint at once, and what repeats it within a moment as one more at the end of that moment."""
        if event.about in self._hints:
            self._hints[event.about] = True
            return
        self._put(event)
        self._hints[event.about] = False
        asyncio.get_running_loop().call_later(HINT_PAUSE, self._hint_again, event)

    def _hint_again(self, event: Event) -> None:
        if self._hints.pop(event.about):
            self._hint(event)

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
