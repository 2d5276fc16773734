"""``kefu bench-swap``: models change one after the other while customers keep asking; what that costs them, and memory."""

import asyncio
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.settings import Settings
from kefu.measure import processes, throwaway
from kefu.measure.figures import milliseconds
from kefu.measure.visitor import Json, Service, ServiceFailed
from kefu.nlu import service as releases

POLL_SECONDS = 0.5
SWAP_SECONDS = 300.0
THINK_SECONDS = 0.2
QUESTIONS = ("发票", "怎么申请退货", "快递三天没动了", "你好", "退款多久到账")


@dataclass
class Asked:
    """What customers met: how long each waited (seconds), and how often nothing came."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0


async def bench(settings: Settings, swaps: int, say: Callable[[str], None]) -> Json:
    """Measure on a copy of the data; returns waiting times, turns without Rasa, and memory (MiB) by swap."""
    async with throwaway.running(settings, say) as own:
        address = f"http://127.0.0.1:{own.port}"
        async with Service.at(address, own.secret_of_inbox) as service:
            database = Database(own.database)
            try:
                return await _swap(own, database, service, swaps, say)
            finally:
                database.close()


async def _swap(
    own: Settings, database: Database, service: Service, swaps: int, say: Callable[[str], None]
) -> Json:
    with database.read() as session:
        first = releases.live(session, "model")
    if first is None:
        raise DomainError("no_model", "没有发布的模型", "先训练一个：kefu train。")
    before, asked = throwaway.without_bot(own), Asked()
    asking = asyncio.create_task(_ask(service, asked))
    memory: list[Json] = [_memory(own.data_dir)]
    took: list[float] = []
    try:
        for number in range(1, swaps + 1):
            version = f"swap-{number}"
            path = Path(first.path).with_name(f"{version}.tar.gz")
            shutil.copyfile(own.data_dir / first.path, own.data_dir / path)
            began = time.monotonic()
            with database.write() as session:
                releases.release(session, "model", version, str(path), {"encoder": first.report["encoder"]})
            await _alone(service, version)
            took.append(time.monotonic() - began)
            memory.append(_memory(own.data_dir))
            say(f"第 {number} 次：{took[-1]:.0f} 秒，内存 {memory[-1]['service']} + {memory[-1]['bot']} MiB")
    finally:
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
    return {
        "date": f"{now():%Y-%m-%d}", "swaps": swaps, "turns": len(asked.seconds), "failed": asked.failed,
        "turns_without_bot": throwaway.without_bot(own) - before,
        "wait_ms": milliseconds(asked.seconds) | {"longest": round(max(asked.seconds, default=0.0) * 1000)},
        "swap_seconds": {"median": round(sorted(took)[len(took) // 2], 1), "longest": round(max(took), 1)},
        "memory_mib": memory,
    }  # fmt: skip


async def _ask(service: Service, asked: Asked) -> None:
    number = 0
    while True:
        try:
            visitor = await service.open()
            seen = await visitor.say(QUESTIONS[number % len(QUESTIONS)])
            asked.seconds.append(seen.seconds)
            asked.failed += not seen.replies
            await visitor.leave(seen)
        except ServiceFailed:
            asked.failed += 1
        number += 1
        await asyncio.sleep(THINK_SECONDS)


async def _alone(service: Service, version: str) -> None:
    """Wait until a model serves and the one before it has ended."""
    async with asyncio.timeout(SWAP_SECONDS):
        while True:
            with suppress(ServiceFailed):
                health = await service.health()
                if health["models"] == [version]:
                    return
            await asyncio.sleep(POLL_SECONDS)


def _memory(data_dir: Path) -> Json:
    """Resident memory (MiB) of the processes of a data directory, by kind."""
    return {kind: round(processes.resident_mib(pids)) for kind, pids in processes.of(data_dir).items()}
