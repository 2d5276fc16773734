"""The bot process behind its port: one HTTP call a turn, with a deadline and a circuit breaker."""

import asyncio
import base64
import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import structlog

from kefu.dialogue.ports import BotReading, BotRequest, BotUnavailable, Intent
from kefu.nlu.service import Serving

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
            await self.look()
            await asyncio.sleep(PROBE_SECONDS)

    async def look(self) -> None:
        """See whether the bot is there, and which model: another process may have taken the port."""
        began = time.monotonic()
        try:
            answer = await self._client.get("/webhooks/kefu/health")
        except httpx.ConnectError:
            if not self._open:
                self._open, self.state = True, "down"
            return
        except httpx.HTTPError:
            return
        if answer.status_code == httpx.codes.OK and time.monotonic() - began < self._deadline:
            self.model = str(answer.json().get("model", ""))
            if self._open:
                log.info("bot_ready", model=self.model)
                self._open, self._failures, self.state = False, 0, "ok"
        elif answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            self._open, self.state = True, "loading"


class RasaBots:
    """The bot processes behind their ports; while models change, two of them run.

    Each conversation is served by the model that the releases give it, as soon as a process has it loaded; until
    then, and when that process is away, by the other. So nobody waits for a model that is still loading.
    """

    def __init__(self, bots: Sequence[RasaBot], serving: Callable[[], Serving]) -> None:
        self._bots, self._serving = bots, serving
        self._shared = Serving()
        self._follow: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look for the bots, and follow the releases."""
        await asyncio.gather(*(bot.start() for bot in self._bots))
        self._follow = asyncio.create_task(self._following())

    async def close(self) -> None:
        """Stop looking, close connections."""
        if self._follow is not None:
            self._follow.cancel()
        await asyncio.gather(*(bot.close() for bot in self._bots))

    def bot_for(self, conversation_id: str) -> RasaBot:
        """Return the process that serves a conversation."""
        wanted = self._shared.model_for(conversation_id)
        found = self.of_model(wanted) or self.of_model(self._shared.model)
        return found or next((bot for bot in self._bots if bot.state == "ok"), self._bots[0])

    def of_model(self, version: str) -> RasaBot | None:
        """Return the process that has a model loaded."""
        return next((bot for bot in self._bots if bot.state == "ok" and bot.model == version), None)

    async def ask(self, request: BotRequest) -> BotReading:
        """Ask the model that serves most conversations. Raises ``BotUnavailable``."""
        return await self.bot_for("").ask(request)

    @property
    def model(self) -> str:
        """The model that serves."""
        loaded = self.models
        return self._shared.model if self._shared.model in loaded else (loaded or [""])[0]

    @property
    def models(self) -> list[str]:
        """Every model that a process has loaded."""
        return [bot.model for bot in self._bots if bot.state == "ok"]

    @property
    def state(self) -> str:
        """How the best of them is: ok, loading or down."""
        states = {bot.state for bot in self._bots}
        return next((state for state in ("ok", "loading") if state in states), "down")

    async def _following(self) -> None:
        while True:
            try:
                self._shared = await asyncio.to_thread(self._serving)
            except Exception:  # the database is away: what was shared out stays so
                log.exception("releases_unread")
            await asyncio.sleep(PROBE_SECONDS)


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
