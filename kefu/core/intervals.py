"""Shares and how sure one can be of them."""

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959964


@dataclass(frozen=True)
class Share:
    """``count`` of ``of``; ``low`` and ``high`` are Wilson's 95 % interval."""

    count: int
    of: int
    share: float
    low: float
    high: float


def wilson(count: int, of: int) -> Share:
    """Return a share with its interval. Of nothing the share is 0, and anything is possible."""
    if of == 0:
        return Share(0, 0, 0.0, 0.0, 1.0)
    rate, square = count / of, Z95**2
    centre = (rate + square / (2 * of)) / (1 + square / of)
    reach = Z95 * sqrt(rate * (1 - rate) / of + square / (4 * of**2)) / (1 + square / of)
    low, high = max(0.0, centre - reach), min(1.0, centre + reach)
    return Share(count, of, round(rate, 4), round(low, 4), round(high, 4))
