"""How Rasa calls the service's actions: one kept connection, and no more of the tracker than they read."""

from __future__ import annotations

from typing import Any

import aiohttp
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

DEADLINE_SECONDS = 10.0
"""Far beyond the service's own deadline for a turn, so that it never is what ends one."""


class CallbackEndpoint(EndpointConfig):
    """The action server of endpoints.yml.

    Rasa's own endpoint opens a connection for every call and sends the whole tracker and domain; the service has the
    memory of record and reads who, and what was understood.
    """

    def __init__(self, endpoint: EndpointConfig) -> None:
        super().__init__(endpoint.url, enable_selective_domain=True)
        self._session: aiohttp.ClientSession | None = None

    async def request(self, *_: Any, **kwargs: Any) -> dict[str, Any]:
        """Call an action; returns its answer.

        Raises:
            ClientResponseError: the service refuses (a turn that has ended, say).
            RasaException: it does not answer as an action server.
        """
        body = kwargs["json"]
        body["tracker"]["events"], body["domain"] = [], {}  # rasa-sdk wants both, whatever is in them
        async with self._kept().post(self.url, json=body) as response:
            if response.status >= 400:
                raise ClientResponseError(response.status, response.reason, await response.text())
            answer = await response.json()
        if not isinstance(answer, dict) or not isinstance(answer.get("events"), list):
            raise RasaException(f"the action server answered {str(answer)[:200]}")
        return answer

    def _kept(self) -> aiohttp.ClientSession:
        if self._session is None:  # made within the loop that serves
            timeout = aiohttp.ClientTimeout(total=DEADLINE_SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0))
        return self._session
