"""Texts that nobody means anything by: none may break a turn, be answered, or take much longer than others."""

import math
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kefu.bootstrap.container import Container

SEED = 7
SLOWER = 10.0
"""How many times the median a text may take, of processor time."""
_LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SIGNS = "0123456789!?.,;:…～—“”‘’（）【】《》、·@#￥%&*+-=/\\|<>[]{}\u200b\u200d\u3000\t\n😀😡👍🏻"


def _han(rng: random.Random) -> str:
    return chr(rng.randrange(0x4E00, 0x9FA6))


def _any(rng: random.Random) -> str:
    code = rng.randrange(0x110000)
    return chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"


KINDS: dict[str, Callable[[random.Random], str]] = {
    "汉字": _han,
    "拉丁字母": lambda rng: rng.choice(_LATIN),
    "数字符号表情": lambda rng: rng.choice(_SIGNS),
    "任意 Unicode": _any,
    "混合": lambda rng: rng.choice((_han(rng), rng.choice(_LATIN), rng.choice(_SIGNS), _any(rng))),
}
"""One random character of each kind."""


@dataclass(frozen=True)
class Tried:
    """One text: what it led to, and the milliseconds of processor time that took."""

    kind: str
    length: int
    outcome: str
    milliseconds: float


@dataclass(frozen=True)
class Fuzzed:
    """What a run found. ``broken`` are failures by name; ``slowest`` is times the median."""

    tried: tuple[Tried, ...]
    broken: tuple[str, ...]
    median: float
    slowest: float

    @property
    def answered(self) -> int:
        """How many texts got an answer."""
        return sum(one.outcome == "answer" for one in self.tried)

    @property
    def holds(self) -> bool:
        """Whether nothing broke, nothing was answered, and nothing took too long."""
        return not self.broken and not self.answered and self.slowest <= SLOWER


def texts(count: int, longest: int, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Random texts of every kind in turn; lengths from 1 to ``longest``, short ones as often as long ones."""
    rng = random.Random(seed)
    for at in range(count):
        kind = list(KINDS)[at % len(KINDS)]
        length = max(1, round(math.exp(rng.uniform(0, math.log(longest)))))
        yield kind, "".join(KINDS[kind](rng) for _ in range(length))


async def fuzz(container: Container, count: int, longest: int, report: Callable[[float], None]) -> Fuzzed:
    """Rehearse random texts as customers' first messages."""
    await container.turns.rehearse("预热", None)
    tried, broken = [], []
    for at, (kind, text) in enumerate(texts(count, longest), 1):
        began = time.process_time()
        try:
            decision = (await container.turns.rehearse(text, None)).decision
        except Exception as error:  # whatever breaks a turn is the finding
            broken.append(f"{kind}，{len(text)} 字：{error!r}")
            continue
        tried.append(Tried(kind, len(text), decision.outcome, 1000 * (time.process_time() - began)))
        report(at / count)
    times = [one.milliseconds for one in tried] or [0.0]
    median = statistics.median(times)
    return Fuzzed(tuple(tried), tuple(broken), median, max(times) / median if median else 0.0)
