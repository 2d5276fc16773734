"""An event socket held as the pages hold it: it pings, and comes back with its cursor when it breaks."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from kefu.measure.visitor import Json

PING_SECONDS = 25.0
BACK_SECONDS = (0.5, 1.5)  # how long a page waits before it comes back


class Line:
    """One socket of one person, for as long as :meth:`frames` is read."""

    def __init__(self, url: str, token: str) -> None:
        self.connections = 0
        self._url, self._token = url, token
        self._cursor: int | None = None
        self._socket: ClientConnection | None = None

    async def frames(self) -> AsyncIterator[Json]:
        """Yield every frame, over all connections; each begins with ``ready``."""
        while True:
            with suppress(ConnectionClosed, InvalidHandshake, OSError, TimeoutError):
                # Browsers send no pings of their own; the pages send theirs as frames.
                async with connect(
                    self._url, open_timeout=60, ping_interval=None, proxy=None, compression=None
                ) as socket:
                    async for frame in self._talk(socket):
                        yield frame
            self._socket = None
            await asyncio.sleep(random.uniform(*BACK_SECONDS))

    async def send(self, frame: Json) -> None:
        """Send a frame if the socket is open, as the pages do."""
        if self._socket is not None:
            with suppress(ConnectionClosed):
                await self._socket.send(json.dumps(frame))

    async def _talk(self, socket: ClientConnection) -> AsyncIterator[Json]:
        after = {} if self._cursor is None else {"after": self._cursor}
        await socket.send(json.dumps({"type": "auth", "token": self._token} | after))
        beat = asyncio.create_task(self._beat())
        try:
            async for raw in socket:
                frame: Json = json.loads(raw)
                if frame["type"] == "ready":
                    self._socket = socket
                    self.connections += 1
                if frame.get("event_id") is not None:
                    self._cursor = max(self._cursor or 0, frame["event_id"])
                yield frame
        finally:
            beat.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            await self.send({"type": "ping"})
