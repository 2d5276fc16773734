"""The bot process behind its port: one HTTP call a turn, with a deadline and a circuit breaker."""

import asyncio
import base64
import time
from typing import Any

import httpx
import structlog

from kefu.dialogue.ports import BotReading, BotRequest, BotUnavailable, Intent

log = structlog.get_logger()
FAILURES_TO_OPEN = 2
PROBE_SECONDS = 1.0


class RasaBot:
    """Asks Rasa. While the breaker is open every turn goes on at once without it; a background probe closes it.

    No library's breaker fits: they let every n-th caller try and wait, while here no customer may ever wait
    for a process that is known to be away (docs/decisions/0006-breaker.md).
    """

    def __init__(self, url: str, token: str, deadline_seconds: float) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(deadline_seconds),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=64),
        )
        self._deadline = deadline_seconds
        self._failures = 0
        self._open = True  # until the first probe succeeds
        self._probe: asyncio.Task[None] | None = None
        self.model = ""
        self.state = "loading"

    async def start(self) -> None:
        """Look for the bot in the background."""
        self._probe = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop looking, close connections."""
        if self._probe is not None:
            self._probe.cancel()
        await self._client.aclose()

    async def ask(self, request: BotRequest) -> BotReading:
        """Run one message through Rasa. Raises ``BotUnavailable`` at the deadline at the latest."""
        if self._open:
            raise BotUnavailable
        body = {
            "turn_id": request.turn_id,
            "text": request.text,
            "vector": None if request.vector is None else _packed(request.vector),
            "state": request.state,
        }
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._client.post("/webhooks/kefu/turn", json=body)
            answer.raise_for_status()
            reading = _reading(answer.json())
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError) as error:
            self._failed(error)
            raise BotUnavailable from error
        self._failures = 0
        return reading

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        log.warning("bot_call_failed", error=repr(error), failures=self._failures)
        # A refused connection says at once that the process is gone; a slow answer must repeat itself.
        if isinstance(error, httpx.ConnectError) or self._failures >= FAILURES_TO_OPEN:
            self._open = True
            self.state = "down"

    async def _watch(self) -> None:
        while True:
            if self._open:
                await self._look()
            await asyncio.sleep(PROBE_SECONDS)

    async def _look(self) -> None:
        began = time.monotonic()
        try:
            answer = await self._client.get("/webhooks/kefu/health")
        except httpx.HTTPError:
            return
        if answer.status_code == httpx.codes.OK and time.monotonic() - began < self._deadline:
            self.model = str(answer.json().get("model", ""))
            self._open, self._failures, self.state = False, 0, "ok"
            log.info("bot_ready", model=self.model)
        elif answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            self.state = "loading"


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
