"""The service's own interface in this process, on a copy of the data: whole conversations with what does not serve.

Conversations click, file and cancel things. Here they do so in a database that is thrown away, and with the demo's shop.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from sqlalchemy.engine import make_url

from kb_index.encoders import Encoder
from kefu.bootstrap.container import Container, make_container
from kefu.core.settings import Settings
from kefu.dialogue.brain import Brain
from kefu.dialogue.ports import Bot, NoBot
from kefu.gateway.app import create_app
from kefu.measure import throwaway
from kefu.measure.visitor import WAIT_SECONDS, Service

SETS = ("first", "dialogues")
"""The sets that need a conversation that is kept."""


def possible(settings: Settings) -> bool:
    """Whether the data can be copied."""
    return make_url(settings.database).get_backend_name() == "sqlite"


@asynccontextmanager
async def copied(settings: Settings, encoder: Encoder) -> AsyncIterator[Container]:
    """Yield a container on a copy of the data; nothing runs in the background, no page and no agent is reached."""
    with TemporaryDirectory(prefix="kefu-stage-") as scratch:
        own = settings.model_copy(
            update={"data_dir": Path(scratch), "database_url": "", "bot_url": "", "commerce_url": "", "seed_demo": True}
        )  # fmt: skip
        await asyncio.to_thread(throwaway.copy, settings.model_copy(update={"seed_demo": True}), own.data_dir)
        container = make_container(own, bot=NoBot(), encoder=encoder)
        container.hub.bind(asyncio.get_running_loop())
        container.turns.resume()
        try:
            yield container
        finally:
            await container.turns.close()
            container.close()


@asynccontextmanager
async def service(container: Container, brain: Brain, bot: Bot) -> AsyncIterator[Service]:
    """Reach a copy whose customers are answered by ``brain`` and ``bot``."""
    container.brain.put(brain)
    container.turns.bot_for = lambda _: bot
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app(container)),
        base_url="http://127.0.0.1/api/v1",
        timeout=WAIT_SECONDS + 5,
    ) as client:
        found = Service(client, container.settings.secret_of_inbox)
        found.restore = throwaway.restoring(container.settings)
        yield found
