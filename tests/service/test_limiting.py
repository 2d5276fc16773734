"""How often somebody may do something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.core.errors import DomainError
from kefu.gateway.limiting import Limiter, Rate

RATE = Rate(burst=20, per_second=5)


class Clock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def allowed(limiter: Limiter, caller: str, rate: Rate = RATE) -> bool:
    try:
        limiter.check(rate, "message", caller)
    except DomainError as error:
        return error.code != "too_many_requests"
    return True


def test_a_burst_and_then_one_by_one() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    assert [allowed(limiter, "a") for _ in range(21)] == [True] * 20 + [False]
    assert allowed(limiter, "b"), "another caller has uses of their own"
    clock.now += 0.21
    assert [allowed(limiter, "a") for _ in range(2)] == [True, False]
    clock.now += 4.01
    assert sum(allowed(limiter, "a") for _ in range(30)) == 20


@given(st.lists(st.floats(0, 3), max_size=200))
def test_never_more_than_the_rate_allows(pauses: list[float]) -> None:
    clock = Clock()
    limiter, passed = Limiter(clock), []
    for pause in pauses:
        clock.now += pause
        if allowed(limiter, "a"):
            passed.append(clock.now)
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            seconds = passed[last] - passed[first]
            assert last - first + 1 <= RATE.burst + seconds * RATE.per_second + 0.01


def test_quiet_callers_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kefu.gateway.limiting.SWEEP", 10)
    clock = Clock()
    limiter = Limiter(clock)
    for number in range(50):
        assert allowed(limiter, str(number))
        clock.now += 1
    assert len(limiter._due) <= 11
