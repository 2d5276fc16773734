"""The public application: API, pages, security headers, start and stop."""

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import cache

import structlog
from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from kefu.accounts import service as accounts
from kefu.bootstrap.container import Container
from kefu.core import outbox
from kefu.core.process import keep_loaded
from kefu.gateway import pages, problems
from kefu.gateway.desk import api as desk_api
from kefu.gateway.desk import audit as desk_audit
from kefu.gateway.desk import auth
from kefu.gateway.desk import callbacks as desk_callbacks
from kefu.gateway.desk import hall as desk_hall
from kefu.gateway.desk import management as desk_management
from kefu.gateway.desk import orders as desk_orders
from kefu.gateway.desk import people as desk_people
from kefu.gateway.desk import privacy as desk_privacy
from kefu.gateway.desk import promises as desk_promises
from kefu.gateway.desk import search as desk_search
from kefu.gateway.desk import socket as desk_socket
from kefu.gateway.desk.viewers import Viewers
from kefu.gateway.editor import articles as editor_articles
from kefu.gateway.editor import (
    cases,
    heldout,
    imports,
    intents,
    rehearsal,
    replies,
    stories,
    topics,
    training,
    unanswered,
)
from kefu.gateway.guards import BodyLimit, SecurityHeaders
from kefu.gateway.internal import health, operator
from kefu.gateway.limiting import Limiter
from kefu.gateway.visitor import api as visitor_api
from kefu.gateway.visitor import privacy as visitor_privacy
from kefu.gateway.visitor import records
from kefu.gateway.visitor import socket as visitor_socket
from kefu.integrations.rasa import RasaBots
from kefu.privacy.requests import carry_out_due

log = structlog.get_logger()
FLUSH_SECONDS = 5.0
ROUTE_SECONDS = 1.0
PROMISE_SECONDS = 1.0
ROUTE_PAUSE = 0.02  # changes that come together make one pass
WARM_PAUSE = 3.0  # how much longer the pauses of warming up are than its work
HOUR = 3600.0
THREADS = 32


@cache
def _api() -> APIRouter:
    """Return every route of the API, analysed once however many applications there are."""
    root = APIRouter()
    for router in (
        visitor_api.router, records.router, visitor_privacy.router, visitor_socket.router, auth.router,
        desk_api.router, desk_people.router, desk_orders.router, desk_search.router, desk_promises.router,
        desk_callbacks.router,
        desk_audit.router, desk_management.router, desk_hall.router, desk_privacy.router, desk_socket.router,
        imports.router, editor_articles.router, unanswered.router, topics.router, intents.router,
        stories.router, replies.router, rehearsal.router,
        cases.router, training.router, heldout.router, health.router, operator.router,
    ):  # fmt: skip
        root.include_router(router, prefix="/api/v1")
    root.include_router(health.router, include_in_schema=False)
    return root


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
        routes=_api().routes,
    )
    app.state.container, app.state.limiter = container, Limiter()
    app.state.viewers = Viewers(container.hub)
    problems.install(app)
    app.add_middleware(BodyLimit, container=container)
    app.add_middleware(SecurityHeaders, origins=container.settings.allowed_origins)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=4)
    pages.install(app, container)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    container: Container = app.state.container
    loop = asyncio.get_running_loop()
    # asyncio's own few threads would let a customer wait behind the router and the keepers, who wait for the database.
    loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="work"))
    container.hub.bind(loop)
    await asyncio.to_thread(container.trainings.settle)
    if isinstance(container.bot, RasaBots):
        await container.bot.start()
    resumed = container.turns.resume()
    if resumed:
        log.info("turns_resumed", conversations=resumed)
    keepers = [
        asyncio.create_task(keep(container))
        for keep in (_flush, _forget, _follow, _route, _promises, _finish)
    ]
    keepers.append(asyncio.create_task(container.candidates.keep_tidy()))
    yield
    for keeper in keepers:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
    await container.turns.close()
    if isinstance(container.bot, RasaBots):
        await container.bot.close()
    container.close()


async def _finish(container: Container) -> None:
    await container.on_behalf.resume()


async def _flush(container: Container) -> None:
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        await asyncio.to_thread(container.choices.flush)


async def _route(container: Container) -> None:
    """Give those who wait to those who are free: at once after a change, and every second for what time brings."""
    woken = asyncio.Event()
    loop = asyncio.get_running_loop()
    container.router.on_wake(lambda: loop.call_soon_threadsafe(woken.set))
    while True:
        woken.clear()
        try:
            await asyncio.to_thread(container.router.run_once)
        except Exception:  # a failed pass must not end the routing
            log.exception("routing_failed")
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), ROUTE_SECONDS)
        await asyncio.sleep(ROUTE_PAUSE)


async def _promises(container: Container) -> None:
    """What is to be answered, solved or kept in time is noted, and said before and after its time."""
    while True:
        await asyncio.sleep(PROMISE_SECONDS)
        try:
            await asyncio.to_thread(container.keeper.run_once)
        except Exception:
            log.exception("promises_failed")


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
                    await _warm(container)
                await asyncio.to_thread(run)
            except Exception:
                log.exception("follow_failed")


async def _warm(container: Container) -> None:
    """Warm up in small steps with rests between: customers go first, and a stop waits for one step at most."""
    steps = container.live.warm()
    more = True
    while more:
        began = time.perf_counter()
        more = await asyncio.to_thread(next, steps, False)
        await asyncio.sleep(WARM_PAUSE * (time.perf_counter() - began))
    await asyncio.to_thread(keep_loaded)


async def _forget(container: Container) -> None:
    """Old events go, and customers whose request to be erased is due."""

    def run() -> None:
        with container.database.write() as session:
            accounts.forget_sessions(session)
            outbox.forget(session, timedelta(days=container.settings.event_retention_days))
        erased = carry_out_due(container.database, container.pictures.directory)
        if erased:
            log.info("customers_erased", count=erased)

    while True:
        try:
            await asyncio.to_thread(run)
        except Exception:  # what cannot be forgotten now is tried again
            log.exception("forget_failed")
        await asyncio.sleep(HOUR)
