"""A candidate that editors try out: loaded when somebody asks for it, let go when nobody does any more."""

import asyncio
import time

from kefu.bootstrap.knowledge import LiveKnowledge
from kefu.core.database import Database
from kefu.core.errors import Conflict
from kefu.core.settings import Settings
from kefu.dialogue.brain import Brain, BrainHolder
from kefu.dialogue.ports import Bot, NoBot
from kefu.integrations.rasa import RasaBots
from kefu.integrations.rasa_process import RasaProcess
from kefu.nlu.models import TrainingRun

IDLE_SECONDS = 600.0
LOOK_SECONDS = 30.0


class Candidates:
    """At most one candidate is in memory; what serves is not touched by it."""

    def __init__(
        self, settings: Settings, database: Database, live: LiveKnowledge, holder: BrainHolder, bot: Bot
    ) -> None:
        self._settings, self._database = settings, database
        self._live, self._holder, self._serving = live, holder, bot
        self._lock = asyncio.Lock()
        self._index: tuple[str, Brain] | None = None
        self._process: RasaProcess | None = None
        self._used = 0.0

    async def of(self, run_id: str) -> tuple[Brain, Bot | None]:
        """Return what answers for a run: its index, or its model (None: the one that serves).

        A model takes some seconds to load. Raises ``candidate_unknown``, ``candidate_not_started``.
        """
        with self._database.read() as session:
            run = session.get(TrainingRun, run_id)
        if run is None or not run.path or not (self._settings.data_dir / run.path).exists():
            raise Conflict("candidate_unknown", "没有这个候选", "它还没有做好，或已被清理。")
        self._used = time.monotonic()
        async with self._lock:
            if run.kind == "model":
                return self._holder.brain, await self._bot(run)
            if self._index is None or self._index[0] != run.id:
                self._index = (run.id, await asyncio.to_thread(self._live.with_index, run.path))
            return self._index[1], None

    async def _bot(self, run: TrainingRun) -> Bot:
        if isinstance(self._serving, RasaBots) and (loaded := self._serving.of_model(run.version)):
            return loaded
        if not self._settings.action_port:  # nobody to call back: the service runs without Rasa
            return NoBot()
        if self._process is not None and self._process.version == run.version and self._process.running:
            return self._process.bot
        await self._let_go()
        url = f"http://127.0.0.1:{self._settings.action_port}/webhook?token={self._settings.action_token}"
        process = RasaProcess(self._settings, run.version, self._settings.data_dir / run.path, url)
        self._process = await process.__aenter__()
        return process.bot

    async def keep_tidy(self) -> None:
        """Let go of a candidate that nobody has asked for a while; runs until cancelled."""
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                if self._process is not None and time.monotonic() - self._used > IDLE_SECONDS:
                    async with self._lock:
                        await self._let_go()
        finally:
            await self._let_go()

    async def _let_go(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.stop()
