"""The figures, on rows small enough to count by hand."""

import pytest

from kb_index.evaluate import (
    Outcome,
    Row,
    calibration_error,
    coverage_at,
    figures,
    outcome,
    right_at,
    risk_coverage,
    separation,
)

ROWS = [
    Row(frozenset("a"), ("a", "b"), 0.9, 0.9),
    Row(frozenset("b"), ("a", "b"), 0.8, 0.9),
    Row(frozenset("b"), ("a", "b"), 0.4, 0.9),
    Row(frozenset("z"), ("a", "b"), 0.3, 0.9),
    Row(frozenset(), ("a", "b"), 0.2, 0.1),
]


def test_what_customers_get() -> None:
    assert outcome(ROWS, answer_at=0.7, decline_below=0.5) == Outcome(
        right=0.2, one_click=0.2, wrong=0.4, declined=0.2
    )
    assert outcome(ROWS, answer_at=0.7, decline_below=0.0).wrong == pytest.approx(0.6)


def test_right_at() -> None:
    assert (right_at(ROWS[:4], 1), right_at(ROWS[:4], 2)) == (0.25, 0.75)


def test_ties_are_answered_together() -> None:
    curve = risk_coverage([0.9, 0.5, 0.5, 0.1], [True, True, False, False])
    assert curve == [(0.25, 0.0), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]
    assert coverage_at(0.1, curve) == 0.25
    assert coverage_at(0.4, curve) == 0.75
    assert risk_coverage([], []) == []


def test_honest_probabilities_have_no_error_and_boasts_do() -> None:
    right = [True, False] * 50
    assert calibration_error([0.5] * 100, right) == pytest.approx(0.0)
    assert calibration_error([0.9] * 100, right) == pytest.approx(0.4)


def test_separation() -> None:
    assert separation([0.9, 0.8], [0.1, 0.85]) == 0.75
    assert separation([0.9], []) == 0.5


def test_figures_count_out_of_scope_as_wrong_answers() -> None:
    summary = figures(ROWS)
    assert summary["right_at_1"] == 0.25
    assert summary["in_domain_auroc"] == 1.0
    assert summary["coverage_at_risk_5"] == 0.2
