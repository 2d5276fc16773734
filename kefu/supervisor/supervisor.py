"""The children of one start, each in a task of its own."""

import asyncio
import contextlib
import socket
from types import TracebackType
from typing import Self

from kefu.supervisor.child import Child


class Supervisor:
    """Runs children until the block ends; then all of them stop, at the same time."""

    def __init__(self) -> None:
        self._running: dict[str, tuple[Child, asyncio.Task[None]]] = {}

    async def __aenter__(self) -> Self:
        """Begin with no child."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything."""
        tasks = [task for _, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def children(self) -> list[Child]:
        """What is being kept running."""
        return [child for child, _ in self._running.values()]

    async def keep(self, child: Child) -> None:
        """Keep a child running, in the place of the one that has its name: that one stops first."""
        await self.drop(child.name)
        self._running[child.name] = (child, asyncio.create_task(child.run(), name=child.name))

    async def drop(self, name: str) -> None:
        """Stop the child of this name, if there is one, and keep it no longer."""
        if name in self._running:
            _, task = self._running.pop(name)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback address that nobody listens on now, all different."""
    with contextlib.ExitStack() as open_sockets:
        ports = []
        for _ in range(count):
            listener = open_sockets.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            ports.append(listener.getsockname()[1])
        return ports


def port_is_free(host: str, port: int) -> bool:
    """Whether one may listen on ``host:port`` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
        return True
