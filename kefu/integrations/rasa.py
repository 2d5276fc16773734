"""The bot process behind its port: one HTTP call a turn, with a deadline and a circuit breaker."""

import asyncio
import base64
from http import HTTPStatus
from typing import Any

import aiohttp
import structlog

from kefu.dialogue.ports import BotReading, BotRequest, BotUnavailable, Intent

log = structlog.get_logger()
FAILURES_TO_OPEN = 2
PROBE_SECONDS = 1.0
CONNECTIONS = 64


class RasaBot:
    """Asks Rasa. While the breaker is open every turn goes on at once without it; a background probe closes it.

    No library's breaker fits: they let every n-th caller try and wait, while here no customer may ever wait
    for a process that is known to be away (docs/decisions/0006-breaker.md).
    """

    def __init__(self, url: str, token: str, deadline_seconds: float) -> None:
        self._url, self._headers = url, {"Authorization": f"Bearer {token}"}
        self._session: aiohttp.ClientSession | None = None
        self._deadline = deadline_seconds
        self._failures = 0
        self._open = True  # until the first probe succeeds
        self._probe: asyncio.Task[None] | None = None
        self.model = ""
        self.state = "loading"

    async def start(self) -> None:
        """Look for the bot in the background."""
        # aiohttp, not httpx: a third of the processor time per call (docs/decisions/0009-fast-turn.md).
        self._session = aiohttp.ClientSession(
            self._url,
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=self._deadline),
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
        )
        self._probe = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop looking, close connections."""
        if self._probe is not None:
            self._probe.cancel()
        if self._session is not None:
            await self._session.close()

    async def ask(self, request: BotRequest) -> BotReading:
        """Run one message through Rasa. Raises ``BotUnavailable`` at the deadline at the latest."""
        if self._open or self._session is None:
            raise BotUnavailable
        body = {
            "turn_id": request.turn_id,
            "text": request.text,
            "vector": None if request.vector is None else _packed(request.vector),
            "state": request.state,
        }
        try:
            async with self._session.post("/webhooks/kefu/turn", json=body, raise_for_status=True) as answer:
                reading = _reading(await answer.json())
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
            self._failed(error)
            raise BotUnavailable from error
        self._failures = 0
        return reading

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        log.warning("bot_call_failed", error=repr(error), failures=self._failures)
        # A refused connection says at once that the process is gone; a slow answer must repeat itself.
        if isinstance(error, aiohttp.ClientConnectorError) or self._failures >= FAILURES_TO_OPEN:
            self._open = True
            self.state = "down"

    async def _watch(self) -> None:
        while True:
            if self._open:
                await self._look()
            await asyncio.sleep(PROBE_SECONDS)

    async def _look(self) -> None:
        if self._session is None:
            return
        try:
            async with self._session.get("/webhooks/kefu/health") as answer:
                if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
                    self.state = "loading"
                elif answer.status == HTTPStatus.OK:
                    self.model = str((await answer.json()).get("model", ""))
                    self._open, self._failures, self.state = False, 0, "ok"
                    log.info("bot_ready", model=self.model)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return


def _packed(vector: Any) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")


def _intent(found: dict[str, Any]) -> Intent:
    return Intent(str(found.get("name") or ""), float(found.get("confidence") or 0.0))


def _reading(body: dict[str, Any]) -> BotReading:
    return BotReading(
        intent=_intent(body["intent"]),
        ranking=tuple(_intent(one) for one in body.get("ranking", ())),
        entities=tuple(body.get("entities", ())),
        action=body.get("action"),
    )
