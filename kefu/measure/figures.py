"""Statistics: shares with intervals, percentiles, paired comparison."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kefu.core.intervals import Share, wilson

RESAMPLES = 10_000
SEED = 7


def share(hits: Sequence[bool]) -> Share:
    """Return how many of ``hits`` are true. Of nothing the share is 0, and anything is possible."""
    return wilson(sum(hits), len(hits))


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Return the median and the 95th percentile of some durations, in milliseconds."""
    if not seconds:
        return {"p50": 0.0, "p95": 0.0}
    p50, p95 = np.percentile(np.asarray(seconds) * 1000, (50, 95))
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2)}


@dataclass(frozen=True)
class Difference:
    """How two measurements of the same cases differ: newer minus earlier, with a 95 % interval."""

    cases: int
    earlier: float
    newer: float
    mean: float
    low: float
    high: float

    def worse_than(self, tolerance: float) -> bool:
        """Whether it fell by more than ``tolerance``, and not by chance."""
        return self.mean < -tolerance and self.high < 0


def difference(earlier: Sequence[bool], newer: Sequence[bool]) -> Difference:
    """Compare paired outcomes by bootstrap over the cases."""
    before, after = np.asarray(earlier, dtype=float), np.asarray(newer, dtype=float)
    change = after - before
    if not len(change):
        return Difference(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    random = np.random.default_rng(SEED)
    # A resample of n changes of -1, 0 and 1 is a multinomial draw.
    values, counts = np.unique(change, return_counts=True)
    draws = random.multinomial(len(change), counts / len(change), RESAMPLES) @ values / len(change)
    low, high = np.percentile(draws, (2.5, 97.5))
    numbers = (before.mean(), after.mean(), change.mean(), low, high)
    return Difference(len(change), *(round(float(number), 4) for number in numbers))
