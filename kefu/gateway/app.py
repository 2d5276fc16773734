"""The public application: API, pages, security headers, start and stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from starlette.middleware.gzip import GZipMiddleware

from kefu.bootstrap.container import Container
from kefu.core import outbox
from kefu.gateway import pages, problems
from kefu.gateway.deps import Limiter
from kefu.gateway.desk import api as desk_api
from kefu.gateway.desk import auth
from kefu.gateway.desk import socket as desk_socket
from kefu.gateway.editor import articles as editor_articles
from kefu.gateway.editor import imports, rehearsal, topics, unanswered
from kefu.gateway.internal import health
from kefu.gateway.visitor import api as visitor_api
from kefu.gateway.visitor import socket as visitor_socket
from kefu.integrations.rasa import RasaBot

log = structlog.get_logger()
MAX_BODY = 64 * 1024
MAX_ARTICLE = 1024 * 1024
FLUSH_SECONDS = 5.0
HOUR = 3600.0


def create_app(container: Container) -> FastAPI:
    """Return the application around a container."""
    docs = container.settings.public_docs
    app = FastAPI(
        title="kefu",
        version="1",
        openapi_url="/api/v1/openapi.json" if docs else None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.container, app.state.limiter = container, Limiter()
    problems.install(app)
    app.middleware("http")(_limit_body)
    app.middleware("http")(_security_headers(container))
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    api = APIRouter(prefix="/api/v1")
    for router in (
        visitor_api.router, visitor_socket.router, auth.router, desk_api.router, desk_socket.router,
        imports.router, editor_articles.router, unanswered.router, topics.router, rehearsal.router, health.router,
    ):  # fmt: skip
        api.include_router(router)
    app.include_router(api)
    app.include_router(health.router, include_in_schema=False)
    pages.install(app, container)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    container: Container = app.state.container
    container.hub.bind(asyncio.get_running_loop())
    if isinstance(container.bot, RasaBot):
        await container.bot.start()
    resumed = container.turns.resume()
    if resumed:
        log.info("turns_resumed", conversations=resumed)
    keepers = [asyncio.create_task(keep(container)) for keep in (_flush, _forget, _follow)]
    yield
    for keeper in keepers:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
    await container.turns.close()
    if isinstance(container.bot, RasaBot):
        await container.bot.close()
    container.close()


async def _flush(container: Container) -> None:
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        await asyncio.to_thread(container.choices.flush)


async def _follow(container: Container) -> None:
    """What another process published goes live here, and what customers did is counted."""

    def run() -> None:
        container.live.refresh()
        container.learner.catch_up()

    warm = False
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        if container.brain.ready:
            try:
                if not warm:
                    warm = True
                    await asyncio.to_thread(container.live.warm)
                await asyncio.to_thread(run)
            except Exception:
                log.exception("follow_failed")


async def _forget(container: Container) -> None:
    def run() -> int:
        with container.database.write() as session:
            return outbox.forget(session, timedelta(days=container.settings.event_retention_days))

    while True:
        await asyncio.to_thread(run)
        await asyncio.sleep(HOUR)


Next = Callable[[Request], Awaitable[Response]]


async def _limit_body(request: Request, call_next: Next) -> Response:
    length = request.headers.get("content-length", "0")
    limit = MAX_BODY
    if request.url.path.endswith("/uploads"):
        limit = request.app.state.container.settings.upload_max_bytes + MAX_BODY
    elif request.url.path.endswith("/console/import"):
        limit = request.app.state.container.settings.import_max_bytes + MAX_BODY
    elif "/console/" in request.url.path:
        limit = MAX_ARTICLE
    if length.isdigit() and int(length) > limit:
        return problems.problem(413, "body_too_large", "请求内容太大")
    return await call_next(request)


def _security_headers(container: Container) -> Callable[[Request, Next], Awaitable[Response]]:
    ancestors = " ".join(["'self'", *container.settings.allowed_origins])
    policy = (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        f"connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors {ancestors}"
    )

    async def add(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if not request.url.path.startswith(("/chat", "/kf")):
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    return add
