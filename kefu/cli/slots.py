"""Which model runs behind which port: a new one starts beside the old, and takes over when it is ready.

Customers never meet a model that is loading: the service goes on with the old process until the new one answers, and the
old one ends when no turn can be in it any more.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kefu.supervisor.child import Child
from kefu.supervisor.supervisor import Supervisor

DRAIN_SECONDS = 5.0
"""How long a process that nobody is sent to any more goes on: longer than a turn may wait for it."""


@dataclass(frozen=True)
class Model:
    """A released model: its version and its file."""

    version: str
    path: Path


@dataclass
class Slot:
    """A port, and the model behind it. ``idle_since``: from when on it is not wanted."""

    port: int
    model: Model | None = None
    idle_since: float | None = None


class Slots:
    """Two ports, for the model that serves and for the one that is to follow it or is tried beside it."""

    def __init__(
        self,
        supervisor: Supervisor,
        ports: Sequence[int],
        child: Callable[[str, Model, int], Child],
        loaded: Callable[[], Awaitable[set[str]]],
        say: Callable[[str], None],
    ) -> None:
        self._supervisor, self._child, self._loaded, self._say = supervisor, child, loaded, say
        self._slots = [Slot(port) for port in ports]
        self._serving = ""
        """The version that was last seen to serve: it goes on until another one does."""

    async def follow(self, live: Model | None, tried: Model | None) -> None:
        """Go one step towards the models that are wanted; called again and again."""
        wanted = [model for model in (live, tried) if model is not None]
        loaded = await self._loaded()
        if live is not None and live.version in loaded:
            self._serving = live.version
        for model in wanted:
            if model.version not in self._versions():
                await self._start(model, wanted)
        there = all(model.version in loaded for model in wanted)
        for slot in self._slots:
            needed = slot.model is None or slot.model in wanted or not (wanted and there)
            slot.idle_since = None if needed else slot.idle_since or time.monotonic()
            if slot.idle_since is not None and time.monotonic() - slot.idle_since > DRAIN_SECONDS:
                await self._stop(slot)

    def _versions(self) -> set[str]:
        return {slot.model.version for slot in self._slots if slot.model is not None}

    async def _start(self, model: Model, wanted: Sequence[Model]) -> None:
        free = next((slot for slot in self._slots if slot.model is None), None)
        if free is None:  # what is not wanted makes room, what serves as the last
            unwanted = [slot for slot in self._slots if slot.model not in wanted]
            free = min(
                unwanted, key=lambda slot: slot.model is not None and slot.model.version == self._serving
            )
            await self._stop(free)
        if self._serving:
            self._say(f"载入模型 {model.version}，线上照常")
        free.model = model
        await self._supervisor.keep(self._child(self._name(free), model, free.port))

    async def _stop(self, slot: Slot) -> None:
        await self._supervisor.drop(self._name(slot))
        if slot.model is not None:
            self._say(f"模型 {slot.model.version} 已停下")
        slot.model, slot.idle_since = None, None

    def _name(self, slot: Slot) -> str:
        return f"bot-{self._slots.index(slot) + 1}"
