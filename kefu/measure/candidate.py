"""A candidate model or index beside what serves, on everything that is held out, before anybody meets it."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory

import uvicorn
from sqlalchemy import select

from kefu.bootstrap.container import Container, make_container
from kefu.core.settings import Settings
from kefu.dialogue.brain import Brain
from kefu.dialogue.ports import Bot, NoBot
from kefu.gateway.editor.cases import run_case
from kefu.gateway.internal.callback import create_callback_app
from kefu.integrations.rasa_process import RasaProcess
from kefu.measure import gate, row, stage
from kefu.measure.cases import Plan
from kefu.measure.rehearsing import SETS, Rehearsal
from kefu.measure.row import Row
from kefu.measure.running import run
from kefu.measure.visitor import Json, Service
from kefu.nlu import held_out
from kefu.nlu import service as releases
from kefu.nlu.models import Release, TrainingRun, TryCase

Report = Callable[[str, float], None]
AT_ONCE = 3
KEPT = 4
"""So many measurements of what serves are kept, for the next candidate to be compared with."""
DECIDES = ("answer_threshold", "answer_margin", "decline_threshold", "max_options", "encoder")


Artefact = Release | TrainingRun
"""A model that can be served: a release, or a run's candidate."""


@dataclass(frozen=True)
class Side:
    """What answers: a model (None: the service's own understanding) and an index."""

    name: str
    model: Artefact | None
    brain: Brain

    def described(self) -> Json:
        """What the report says of it."""
        return {"model": self.model.version if self.model else None, "index": self.brain.index.version}


class Judge:
    """Runs both sides over the held-out sets and the kept messages, in this process; customers notice nothing."""

    def __init__(
        self,
        settings: Settings,
        container: Container,
        acting: Container,
        sets: Sequence[Path],
        action_url: str,
    ) -> None:
        self._settings, self._container, self._sets, self._action_url = settings, container, sets, action_url
        self._acting = acting
        """Where messages are answered: the container itself, or a copy on which conversations can be held."""
        with container.database.read() as session:
            self._cases = list(session.scalars(select(TryCase).order_by(TryCase.created_at)))
        articles = container.brain.brain.knowledge.articles.values()
        self._tools = {one.key: one.tool for one in articles if one.tool}

    async def compare(self, live: Side, candidate: Side, report: Report) -> Json:
        """Return the report on a candidate (see :mod:`kefu.measure.gate`), with the kept messages' results."""
        before, cases_before = await self._measure(live, lambda name, share: report(name, share * 0.45))
        after, cases_after = await self._measure(
            candidate, lambda name, share: report(name, 0.45 + share * 0.5)
        )
        report("写报告", 0.98)
        document = await asyncio.to_thread(gate.report, before, after, self._settings.release_tolerance)
        broken = [
            new["text"]
            for old, new in zip(cases_before, cases_after, strict=True)
            if old["passed"] and not new["passed"]
        ]
        if broken:
            document["gate"]["passed"] = False
            document["gate"]["blocked_by"].append(f"用例变了 {len(broken)} 条")
        tries = [{"live": old, "candidate": new} for old, new in zip(cases_before, cases_after, strict=True)]
        return document | {
            "live": live.described(), "candidate": candidate.described(), "tries": tries,
        }  # fmt: skip

    async def _measure(self, side: Side, report: Report) -> tuple[list[Row], list[Json]]:
        kept = self._kept(side)
        async with AsyncExitStack() as stack:
            bot: Bot = NoBot()
            if side.model is not None and not (kept.exists() and not self._cases):
                report(f"载入{side.name}模型", 0.0)
                path = self._settings.data_dir / side.model.path
                started = RasaProcess(self._settings, side.model.version, path, self._action_url)
                bot = (await stack.enter_async_context(started)).bot
            if kept.exists():
                rows = await asyncio.to_thread(row.read, kept)
            else:
                rows = await self._rows(side, bot, report)
                kept.parent.mkdir(exist_ok=True)
                await asyncio.to_thread(row.write, kept, rows)
            cases = [await run_case(self._acting, case, brain=side.brain, bot=bot) for case in self._cases]
        self._forget(kept.parent)
        return rows, cases

    async def _rows(self, side: Side, bot: Bot, report: Report) -> list[Row]:
        rows: list[Row] = []
        parts: list[tuple[Service, Sequence[str]]] = [(Rehearsal(self._acting.turns, side.brain, bot), SETS)]
        async with AsyncExitStack() as stack:
            if self._acting is not self._container:
                talking = stage.service(self._acting, side.brain, bot)
                parts.append((await stack.enter_async_context(talking), stage.SETS))
            steps = [(service, names, directory) for directory in self._sets for service, names in parts]
            for at, (service, names, directory) in enumerate(steps):

                def shown(label: str, share: float, at: int = at) -> None:
                    report(f"评测{side.name}：{label}", (at + share) / len(steps))

                chosen = [one for one in names if (directory / f"{one}.jsonl").exists()]
                rows += await run(service, Plan(directory, self._tools, None, AT_ONCE), chosen, shown)
        return rows

    def _kept(self, side: Side) -> Path:
        """Where the measurement of a side is kept: the same question to the same side has the same answer."""
        digest = hashlib.sha256(json.dumps(side.described()).encode())
        with self._container.database.read() as session:
            content = releases.live(session, "knowledge")
        digest.update((content.id if content else "").encode())
        digest.update(repr(stage.SETS if self._acting is not self._container else ()).encode())
        digest.update(repr([getattr(self._settings, name) for name in DECIDES]).encode())
        for path in sorted(file for directory in self._sets for file in directory.glob("*.jsonl")):
            digest.update(path.name.encode() + path.read_bytes())
        return self._settings.data_dir / "evaluations" / f"{digest.hexdigest()[:24]}.jsonl"

    def _forget(self, directory: Path) -> None:
        files = sorted(directory.glob("*.jsonl"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in files[KEPT:]:
            old.unlink(missing_ok=True)


@asynccontextmanager
async def judging(settings: Settings) -> AsyncIterator[tuple[Judge, Container]]:
    """Build a judge over the files of the settings and over what editors have labelled, with Rasa's callback."""
    own = settings.model_copy(update={"action_token": token_urlsafe(24), "bot_url": ""})
    container = make_container(own)
    async with AsyncExitStack() as stack:
        stack.callback(container.close)
        scratch = stack.enter_context(TemporaryDirectory(prefix="kefu-held-out-"))
        await asyncio.to_thread(container.live.load)
        with container.database.read() as session:
            held_out.export(session, Path(scratch))
        acting = container
        if stage.possible(own):
            acting = await stack.enter_async_context(stage.copied(own, container.brain.encoder))
        port = await stack.enter_async_context(_called_back(acting))
        url = f"http://127.0.0.1:{port}/webhook?token={own.action_token}"
        yield Judge(own, container, acting, (settings.held_out_dir, Path(scratch)), url), container


@asynccontextmanager
async def _called_back(container: Container) -> AsyncIterator[int]:
    """Listen for Rasa's callbacks; yields the port."""
    server = uvicorn.Server(
        uvicorn.Config(create_callback_app(container), port=0, log_config=None, access_log=False)
    )
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.02)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving
