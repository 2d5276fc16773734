"""What stands around every request: no body that is too large, and the headers that keep a browser safe.

Plain ASGI: Starlette's ``BaseHTTPMiddleware`` runs each request in a task of its own, twice the cost of the rest.
"""

from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kefu.bootstrap.container import Container
from kefu.conversations.pictures import too_large
from kefu.core.words import preferred
from kefu.gateway.problems import of_domain, problem

MAX_BODY = 64 * 1024
COUNTED_AS_READ = "/console/import"
MAX_ARTICLE = 1024 * 1024


class BodyLimit:
    """Refuses a body that is too large by its stated length; one that states none cannot be bounded."""

    def __init__(self, app: ASGIApp, container: Container) -> None:
        self._app, self._container = app, container

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        locale = preferred(headers.get("accept-language"))
        if "transfer-encoding" in headers and not path.endswith(COUNTED_AS_READ):
            return problem(411, "length_required", "请求没有说明长度", locale=locale)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) <= self._limit(path):
            return None
        if path.endswith("/uploads"):
            return of_domain(too_large(self._container.pictures.limit), locale)
        return problem(413, "body_too_large", "请求内容太大", locale=locale)

    def _limit(self, path: str) -> int:
        if path.endswith("/uploads"):
            return self._container.pictures.limit + MAX_BODY
        if path.endswith(COUNTED_AS_READ):
            return self._container.settings.import_max_bytes + MAX_BODY
        return MAX_ARTICLE if "/console/" in path else MAX_BODY


class SecurityHeaders:
    """Adds the content security policy and its kin; ``origins`` lists by inbox who may embed the customer's page."""

    POLICY = (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors "
    )

    def __init__(self, app: ASGIApp, origins: Mapping[str, Sequence[str]]) -> None:
        self._app, self._origins = app, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add to the answer's headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(scope, MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, add)

    def _add(self, scope: Scope, headers: MutableHeaders) -> None:
        path = scope["path"]
        embedding = ["'self'"]
        if path.startswith("/chat"):
            embedding += self._origins.get(QueryParams(scope["query_string"]).get("inbox", "web"), ())
        headers.setdefault("Content-Security-Policy", self.POLICY + " ".join(embedding))
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        if "/assets/" in path:
            # The name of a built file changes with what is in it.
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        if not path.startswith(("/chat", "/kf")):
            headers["X-Frame-Options"] = "SAMEORIGIN"
