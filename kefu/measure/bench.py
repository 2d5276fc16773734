"""Speed side by side, in one run: a plain Rasa, our Rasa process alone, and the whole service."""

import asyncio
import os
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.settings import ROOT, Settings
from kefu.measure import plain_rasa, systems
from kefu.measure.cases import KnowledgeCase, read
from kefu.measure.figures import milliseconds
from kefu.measure.load import Level, Measured, Order
from kefu.measure.processes import resident_mib
from kefu.measure.systems import Address
from kefu.measure.visitor import Json
from kefu.nlu.service import live

CORES = 2
SEED = 7
WARM_UP_AT_ONCE = 4
QUIET_LOAD = 0.5
"""The load average above which others are at work on this machine."""
System = Literal["plain_rasa", "bot", "service"]


@dataclass(frozen=True)
class Size:
    """How many messages warm a system up, and how many are measured.

    ``turns`` are of new texts, by how many customers speak at once; ``repeated`` are of texts that come as customers
    repeat them; ``long`` are those of one conversation.
    """

    warm_up: int
    turns: dict[int, int]
    repeated: int
    long: int


FULL = Size(40, {1: 120, 8: 160, 16: 200, 32: 200}, repeated=400, long=200)
QUICK = Size(16, {1: 40, 8: 64, 16: 64, 32: 96}, repeated=128, long=40)
REPEATED_AT_ONCE = 16
ENDS = 10
"""So many turns at either end of the long conversation are compared."""
SETS = ("eval", "eval/fresh", "eval/dev")


async def bench(
    settings: Settings, database: Database, size: Size, epochs: int, say: Callable[[str], None]
) -> Json:
    """Measure all systems, one after the other, on the same cores; returns the report.

    ``epochs`` are those of the plain Rasa's training.
    """
    model = _model(settings, database)
    cores = _keep_to(CORES)
    plain = plain_rasa.project(settings, plain_rasa.published(database), epochs)
    await plain_rasa.train(plain, say)
    load = os.getloadavg()[0]
    if load > QUIET_LOAD:
        say(f"这台机器正忙（负载 {load:.1f}）：量到的数会偏慢，也不稳定。")
    logs = settings.data_dir / "log" / "bench"
    logs.mkdir(parents=True, exist_ok=True)
    running: dict[System, Callable[[], AbstractAsyncContextManager[Address]]] = {
        "plain_rasa": lambda: systems.plain_rasa(plain, logs),
        "bot": lambda: systems.bot(plain, model, settings, logs),
        "service": lambda: systems.service(settings, say),
    }
    warm_up, levels = _texts(size)
    figures: dict[System, list[Json]] = {}
    long: dict[System, Json] = {}
    at_rest: Json = {}
    for name, start in running.items():
        say(f"启动 {name}")
        async with start() as address:
            say(f"测量 {name}")
            if name == "service":
                at_rest = _at_rest(address)
            await _load(name, address, Level(at_once=WARM_UP_AT_ONCE, texts=warm_up))
            figures[name] = [await _level(name, address, level) for level in levels[:-1]]
            long[name] = growth_of(await _load(name, address, levels[-1]))
    return document(figures, long, at_rest, cores, load, epochs)


def _at_rest(address: Address) -> Json:
    """Return how long a warm start took (seconds), and what its processes hold when nobody speaks (MiB)."""
    memory = {name: round(resident_mib(pids)) for name, pids in address.processes.items()}
    return {
        "started": {name: round(seconds, 1) for name, seconds in address.started.items()},
        "memory_mib": memory,
    }


async def _level(name: System, address: Address, level: Level) -> Json:
    """Measure one level; returns its figures."""
    before = await asyncio.to_thread(address.turns_without_bot)
    measured = await _load(name, address, level)
    after = await asyncio.to_thread(address.turns_without_bot)
    return figures_of(measured) | {"kind": level.kind, "without_bot": after - before}


async def _load(name: System, address: Address, level: Level) -> Measured:
    order = Order(system=name, url=address.url, token=address.token, processes=address.processes, level=level)
    return Measured.model_validate_json(await systems.load(order.model_dump_json()))


def _model(settings: Settings, database: Database) -> Path:
    with database.read() as session:
        release = live(session, "model")
    if release is None or not (settings.data_dir / release.path).exists():
        raise DomainError("bench_needs_model", "还没有训练好的机器人", "先 make run 一次，等它训练完。")
    return settings.data_dir / release.path


def _keep_to(count: int) -> int:
    """Let this process and all that it starts use only so many cores; returns how many there are for it."""
    cores = sorted(os.sched_getaffinity(0))[:count]
    os.sched_setaffinity(0, cores)
    return len(cores)


def _texts(size: Size) -> tuple[list[str], list[Level]]:
    """Return texts that no training has seen: for the warm-up, and for every level, the long conversation last.

    No text of a level of new ones is said twice in a run, so that no cache helps.
    """
    by_set = [[case.text for case in read(ROOT / name, "knowledge", KnowledgeCase)] for name in SETS]
    texts = list(dict.fromkeys(text for one in by_set for text in one))
    chance = random.Random(SEED)
    chance.shuffle(texts)
    drawn = iter(texts)
    warm_up = [next(drawn) for _ in range(size.warm_up)]
    levels = [
        Level(at_once=at_once, texts=[next(drawn) for _ in range(count)])
        for at_once, count in size.turns.items()
    ]
    said = list(dict.fromkeys(by_set[0]))
    chance.shuffle(said)
    often = chance.choices(said, [1 / rank for rank in range(1, len(said) + 1)], k=size.repeated)  # Zipf
    levels.append(Level(at_once=REPEATED_AT_ONCE, texts=often, kind="repeated"))
    levels.append(Level(at_once=1, texts=[next(drawn) for _ in range(size.long)], kind="long"))
    return warm_up, levels


def document(
    figures: Mapping[System, Sequence[Json]],
    long: Mapping[System, Json],
    at_rest: Json,
    cores: int,
    load: float,
    epochs: int,
) -> Json:
    """Return the report: per system and level the figures, and the ratios to the plain Rasa.

    ``at_rest`` is what was measured of the service before anybody spoke.
    """
    plain = figures["plain_rasa"]
    return {
        "date": f"{now():%Y-%m-%d}",
        "cores": cores,
        "load_before": round(load, 1),
        "processor": _processor(),
        "rasa": plain_rasa.version(),
        "epochs": epochs,
        "systems": {
            name: [level | _ratios(level, base) for level, base in zip(levels, plain, strict=True)]
            for name, levels in figures.items()
        },
        "long": dict(long),
        "at_rest": at_rest,
    }


def figures_of(level: Measured) -> Json:
    """Return the figures of one level."""
    completed = len(level.turns) + level.without_action
    return {
        "at_once": level.at_once,
        **{f"{name}_ms": value for name, value in milliseconds(level.turns).items()},
        "turns_per_second": round(completed / level.seconds, 1),
        "processor_ms": {
            name: round(1000 * used / max(1, completed), 1) for name, used in level.processor.items()
        },
        "turns": len(level.turns),
        "without_action": level.without_action,
        "failed": level.failed,
    }


def growth_of(conversation: Measured) -> Json:
    """Return how long the first and the last turns of a long conversation take (medians)."""
    turns = conversation.turns
    first, last = (milliseconds(part)["p50"] for part in (turns[:ENDS], turns[-ENDS:]))
    return {
        "turns": len(turns),
        "first_ms": first,
        "last_ms": last,
        "times": round(last / first, 2) if first else None,
    }


def _ratios(level: Json, plain: Json) -> Json:
    """Return how many times better than the plain Rasa a level is."""

    def times(better: float, worse: float) -> float | None:
        return round(better / worse, 2) if worse else None

    return {
        "p50_times": times(plain["p50_ms"], level["p50_ms"]),
        "p95_times": times(plain["p95_ms"], level["p95_ms"]),
        "turns_times": times(level["turns_per_second"], plain["turns_per_second"]),
    }


def _processor() -> str:
    """Return the processor's name, as Linux tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
