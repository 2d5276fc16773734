"""Running the service: the public server and, beside it in the same loop, Rasa's callback on loopback."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from functools import partial

import uvicorn
import uvloop
from starlette.types import ASGIApp
from threadpoolctl import threadpool_limits

from kefu.bootstrap.container import make_container
from kefu.bootstrap.seed import keep_demo_fresh
from kefu.core import logging
from kefu.core.process import keep_loaded
from kefu.core.settings import Settings
from kefu.gateway.app import create_app
from kefu.gateway.internal.callback import create_callback_app


class _Server(uvicorn.Server):
    """A server that leaves signals to :func:`main`, because two run in one process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing."""
        yield


def _server(app: ASGIApp, host: str, port: int) -> _Server:
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, ws="websockets-sansio", ws_per_message_deflate=False,
        timeout_graceful_shutdown=5, server_header=False,
    )  # fmt: skip
    return _Server(config)


async def _serve(settings: Settings) -> None:
    container = make_container(settings)
    await asyncio.to_thread(partial(container.live.load, suggesting=False))
    # One message's products are small: BLAS's helper threads would only spin for the next one, on cores that others need.
    threadpool_limits(limits=1)
    keep_loaded()
    await asyncio.to_thread(keep_demo_fresh, container.database)
    servers = [_server(create_app(container), settings.host, settings.port)]
    if settings.action_port:
        servers.append(_server(create_callback_app(container), "127.0.0.1", settings.action_port))

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await asyncio.gather(*(server.serve() for server in servers), asyncio.to_thread(container.live.suggest))


def main(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM."""
    logging.configure()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))
