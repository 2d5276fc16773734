"""How often somebody may do something: so much at once, then so much a second."""

from collections.abc import Callable
from dataclasses import dataclass

from kefu.core.clock import now
from kefu.core.errors import DomainError

ROUNDING = 0.001  # seconds; sums of times since 1970 are exact to less than that
SWEEP = 10_000
"""So many callers are kept before those who have been quiet are let go."""


@dataclass(frozen=True)
class Rate:
    """``burst`` uses at once; one more comes back every ``1 / per_second`` seconds."""

    burst: int
    per_second: float


class Limiter:
    """Generic cell rate algorithm (ITU-T I.371): one number per caller, in this process.

    ``limits`` 5.8 in memory visits every active caller at every use, with a thread for each; what that took grew with
    the square of the customers (docs/decisions/0009-fast-turn.md).
    """

    def __init__(self, clock: Callable[[], float] = lambda: now().timestamp()) -> None:
        self._clock = clock  # seconds
        self._due: dict[tuple[str, ...], float] = {}  # when a caller will have all its uses again

    def check(self, rate: Rate, *caller: str) -> None:
        """Count one use. Raises ``too_many_requests`` (429) past the rate."""
        moment = self._clock()
        due = max(self._due.get(caller, moment), moment) + 1 / rate.per_second
        if due - moment > rate.burst / rate.per_second + ROUNDING:
            raise DomainError(
                "too_many_requests", "操作太频繁", "请稍等几秒再试，已发送的消息不会丢失。", status=429
            )
        self._due[caller] = due
        if len(self._due) > SWEEP:
            self._due = {one: then for one, then in self._due.items() if then > moment}
