"""The statistics agree with values worked out elsewhere."""

import pytest

from kefu.measure.figures import difference, milliseconds, share


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson(count: int, of: int, low: float, high: float) -> None:
    found = share([True] * count + [False] * (of - count))
    assert (found.count, found.of) == (count, of)
    assert (found.low, found.high) == pytest.approx((low, high), abs=2e-4)


def test_a_share_of_nothing_says_nothing() -> None:
    found = share([])
    assert (found.share, found.low, found.high) == (0.0, 0.0, 1.0)


def test_milliseconds() -> None:
    assert milliseconds([0.001 * n for n in range(101)]) == {"p50": 50.0, "p95": 95.0}


def test_a_clear_fall_is_told_from_chance() -> None:
    earlier = [True] * 90 + [False] * 10
    fallen = difference(earlier, [True] * 70 + [False] * 30)
    assert fallen.mean == -0.2
    assert fallen.low < -0.2 < fallen.high < 0
    assert fallen.worse_than(0.01)
    assert not fallen.worse_than(0.25)
    swapped = difference(earlier, [False] * 5 + [True] * 89 + [False] * 6)
    assert swapped.mean == pytest.approx(-0.05 + 0.04)
    assert not swapped.worse_than(0.0)


def test_nothing_changed() -> None:
    same = difference([True, False, True], [True, False, True])
    assert (same.mean, same.low, same.high) == (0.0, 0.0, 0.0)
    assert not same.worse_than(0.0)
