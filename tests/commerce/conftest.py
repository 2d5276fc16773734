"""A seeded demo shop, and the same shop behind a real HTTP server."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import uvicorn

from kefu.commerce.demo import DemoCommerce
from kefu.commerce.ports import Commerce
from kefu.commerce.seed import seed_demo
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.integrations.shop_http import HttpCommerce
from tests.commerce.shop import TOKEN, Shop, shop_app

DEMO = Path(__file__).parents[2] / "content" / "demo.yml"


@pytest.fixture
def seeded(database: Database) -> Database:
    with database.write() as session:
        seed_demo(session, DEMO, now())
    return database


@pytest.fixture(scope="session")
def server() -> Iterator[Shop]:
    # The socket listens before the server runs: whoever connects early waits in its queue.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        shop = Shop(f"http://127.0.0.1:{listener.getsockname()[1]}/kefu/")
        uvicorn_server = uvicorn.Server(uvicorn.Config(shop_app(shop), log_level="critical", lifespan="off"))
        thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield shop
        finally:
            uvicorn_server.should_exit = uvicorn_server.force_exit = True
            thread.join()


@pytest.fixture
def shop(server: Shop, seeded: Database) -> Shop:
    server.commerce = DemoCommerce(seeded)
    for seen in (server.requests, server.keys, server.tokens, server.faults):
        seen.clear()
    return server


@pytest.fixture
async def remote(shop: Shop) -> AsyncIterator[HttpCommerce]:
    commerce = HttpCommerce(shop.url, TOKEN, timeout=5)
    yield commerce
    await commerce.close()


@pytest.fixture(params=["demo", "http"])
def commerce(request: pytest.FixtureRequest, seeded: Database) -> Commerce:
    """Return one of the implementations of the port."""
    if request.param == "demo":
        return DemoCommerce(seeded)
    remote: HttpCommerce = request.getfixturevalue("remote")
    return remote
