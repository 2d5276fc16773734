"""A customer of a running service, over its public API."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import httpx
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from kefu.core.errors import DomainError
from kefu.customers.service import identifier_hash

WAIT_SECONDS = 10
TOP = 5
"""Only options that a customer sees at once count."""
WITH_PEOPLE = frozenset({"queued", "human"})

Json = dict[str, Any]


class ServiceFailed(DomainError):
    """The service did not answer as its API says."""

    def __init__(self, detail: str) -> None:
        super().__init__("service_failed", "服务没有正常回答", detail, status=502)


class BrokenTurn(ServiceFailed):
    """The service failed inside (5xx)."""


@dataclass(frozen=True)
class Exchange:
    """What one message led to, and how long that took (seconds, as the customer sees it)."""

    replies: tuple[Json, ...]
    state: str
    seconds: float

    @property
    def handed_over(self) -> bool:
        """Whether people have the conversation now."""
        return self.state in WITH_PEOPLE or self.reply("handoff") is not None

    def reply(self, *kinds: str) -> Json | None:
        """Return the content of the first reply of one of these kinds."""
        return next((reply["content"] for reply in self.replies if reply["kind"] in kinds), None)

    def options(self) -> list[Json]:
        """Return everything offered to choose, in order."""
        return [option for reply in self.replies for option in reply["content"].get("options", ())]


def offered(options: list[Json]) -> list[str]:
    """Return the articles among the first options."""
    return [one["target"]["key"] for one in options[:TOP] if one["target"]["kind"] == "article"]


class Visitor:
    """One customer in one conversation."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}

    async def say(self, text: str) -> Exchange:
        """Send a text and wait for the replies of its turn."""
        return await self._send("text", {"text": text})

    async def choose(self, option_id: str) -> Exchange:
        """Click an option."""
        return await self._send("option", {"option_id": option_id})

    async def _send(self, kind: str, content: Json) -> Exchange:
        body = {"client_msg_id": uuid4().hex, "kind": kind, "content": content}
        began = time.perf_counter()
        try:
            answer = await _checked(
                self._client.post(
                    "/visitor/messages", params={"wait": WAIT_SECONDS}, json=body, headers=self._headers
                )
            )
        except BrokenTurn as error:  # one turn's fault is a finding, not the end of the run
            answer = {"replies": [], "state": error.detail}
        return Exchange(tuple(answer["replies"]), answer["state"], time.perf_counter() - began)

    async def ask_for_human(self) -> Exchange:
        """Press the button that is always there."""
        began = time.perf_counter()
        answer = await _checked(self._client.post("/visitor/handoff", headers=self._headers))
        return Exchange((), answer["state"], time.perf_counter() - began)

    async def leave(self, last: Exchange) -> None:
        """Go; leave no place in the queue behind, so that no agent waits for nobody."""
        if last.state == "queued":
            await _checked(self._client.delete("/visitor/handoff", headers=self._headers))

    async def suggestions(self, prefix: str) -> tuple[list[str], float]:
        """Return the articles suggested while typing, and the seconds that took."""
        began = time.perf_counter()
        answer = await _checked(
            self._client.get("/visitor/suggest", params={"q": prefix}, headers=self._headers)
        )
        return offered(answer["items"]), time.perf_counter() - began


class Service:
    """A running service. ``restore`` puts a demo customer's orders back to the first day, where we may do that."""

    restore: Callable[[str], None] | None = None

    def __init__(self, client: httpx.AsyncClient, secret_of: Callable[[str], str] = str) -> None:
        self._client, self._secret_of = client, secret_of

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, secret_of: Callable[[str], str] = str) -> AsyncIterator[Self]:
        """Reach the service at ``url``; an inbox's secret proves the identity of its verified customers."""
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/api/v1", trust_env=False, timeout=WAIT_SECONDS + 5, limits=limits
        ) as client:
            yield cls(client, secret_of)

    async def health(self) -> Json:
        """Return what serves: ``parts``, ``index_version``, ``model``. Raises ``ServiceFailed``."""
        return await _checked(self._client.get("/health/ready"))

    async def open(self, external_id: str | None = None, inbox: str = "web") -> Visitor:
        """Begin a visit: anonymous, or verified as the shop's customer ``external_id``.

        The same customer in another ``inbox`` has a conversation of its own, and the same orders.
        """
        body: Json = {"inbox": inbox}
        if external_id is not None:
            proof = identifier_hash(self._secret_of(inbox), external_id)
            body["user"] = {"external_id": external_id, "identifier_hash": proof}
        return Visitor(self._client, (await _checked(self._begin(body)))["token"])

    @retry(
        retry=retry_if_result(lambda answer: answer.status_code == httpx.codes.TOO_MANY_REQUESTS),
        wait=wait_fixed(0.2),
        stop=stop_after_delay(10),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
    )
    async def _begin(self, body: Json) -> httpx.Response:
        return await self._client.post("/visitor/sessions", json=body)


async def _checked(call: Any) -> Json:
    """Return the body of a call that succeeded. Raises ``ServiceFailed``."""
    try:
        answer: httpx.Response = await call
    except httpx.TransportError as error:
        raise ServiceFailed(f"连接不上：{error!r}") from error
    if not answer.is_success:
        failure = BrokenTurn if answer.is_server_error else ServiceFailed
        raise failure(f"{answer.request.url.path} {answer.status_code}：{answer.text[:300]}")
    body: Json = answer.json()
    return body
