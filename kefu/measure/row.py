"""What became of one case: the unit of every figure, of the list of failures and of comparisons."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from kefu.measure.judging import Verdict, described
from kefu.measure.visitor import Exchange

T = TypeVar("T")
R = TypeVar("R")
Report = Callable[[float], None]
"""Called with the share of a set that is done."""


@dataclass(frozen=True)
class Row:
    """One judged message. ``group`` is its style, kind or dialogue; ``seconds`` as the customer waits.

    ``leads``: the article answered with, or offered first, is right.
    """

    set: str
    case: str
    group: str
    text: str
    expected: str
    got: str
    verdict: Verdict
    ok: bool
    confidence: float | None
    seconds: float
    leads: bool = False


_ROW = TypeAdapter(Row)


def judged(
    name: str, case: str, group: str, text: str, expected: str, seen: Exchange, verdict: Verdict, ok: bool,
    leads: bool = False,
) -> Row:  # fmt: skip
    """Return the row of one exchange."""
    answer = seen.reply("answer")
    confidence = float(answer["confidence"]) if answer is not None else None
    return Row(
        name, case, group, text, expected, described(seen), verdict, ok, confidence, seen.seconds, leads
    )


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write rows, one JSON object a line."""
    lines = [_ROW.dump_json(row).decode() + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8")


def read(path: Path) -> list[Row]:
    """Read rows written before."""
    return [_ROW.validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def each(
    items: Sequence[T], work: Callable[[T], Awaitable[R]], at_once: int, report: Report
) -> list[R]:
    """Do ``work`` on every item, so many at once; results in the items' order."""
    free, done = asyncio.Semaphore(at_once), 0

    async def one(item: T) -> R:
        nonlocal done
        async with free:
            result = await work(item)
        done += 1
        report(done / len(items))
        return result

    return await asyncio.gather(*(one(item) for item in items))
