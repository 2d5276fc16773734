"""Figures about retrieval: what a customer gets at given thresholds, ranking, separation, honesty of probabilities."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb_index.features import Floats

BINS = 10


@dataclass(frozen=True)
class Row:
    """One evaluated message: the keys that are right (none: out of scope) and what retrieval said."""

    gold: frozenset[str]
    ranked: tuple[str, ...]
    confidence: float
    in_domain: float

    @property
    def right(self) -> bool:
        """Whether the first candidate answers the message."""
        return bool(self.ranked) and self.ranked[0] in self.gold


@dataclass(frozen=True)
class Outcome:
    """Shares of all messages. For out-of-scope messages only `declined` is good."""

    right: float
    one_click: float
    wrong: float
    declined: float


def outcome(rows: Sequence[Row], *, answer_at: float, decline_below: float, options: int = 5) -> Outcome:
    """What customers get at given thresholds.

    A confidence of `answer_at` answers at once, an `in_domain` under `decline_below` declines, and everything
    between offers the first `options` candidates. An answer with a wrong key, and options without a right one, are wrong.
    """
    counts = dict.fromkeys(("right", "one_click", "wrong", "declined"), 0)
    for row in rows:
        counts[_fate(row, answer_at, decline_below, options)] += 1
    return Outcome(**{name: count / max(1, len(rows)) for name, count in counts.items()})


def _fate(row: Row, answer_at: float, decline_below: float, options: int) -> str:
    if row.in_domain < decline_below or not row.ranked:
        return "declined"
    if row.confidence >= answer_at:
        return "right" if row.right else "wrong"
    return "one_click" if row.gold.intersection(row.ranked[:options]) else "wrong"


def right_at(rows: Iterable[Row], rank: int) -> float:
    """Share of messages with a right key among the first `rank` candidates."""
    hits = [bool(row.gold.intersection(row.ranked[:rank])) for row in rows]
    return float(np.mean(hits)) if hits else 0.0


def risk_coverage(
    confidence: Sequence[float] | Floats, right: Sequence[bool] | NDArray[np.bool_]
) -> list[tuple[float, float]]:
    """(coverage, risk) after each distinct confidence, from the most confident on: ties are answered together."""
    scores = np.asarray(confidence, dtype=np.float64)
    order = np.argsort(-scores, kind="stable")
    wrong = np.cumsum(~np.asarray(right, dtype=bool)[order])
    ends = (
        np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
        if len(order)
        else np.array([], dtype=int)
    )
    return [((end + 1) / len(order), wrong[end] / (end + 1)) for end in ends.tolist()]


def coverage_at(risk: float, curve: Iterable[tuple[float, float]]) -> float:
    """The largest share of messages that can be answered with at most `risk` of the answers wrong."""
    return max((coverage for coverage, wrong in curve if wrong <= risk), default=0.0)


def calibration_error(
    confidence: Sequence[float] | Floats, right: Sequence[bool] | NDArray[np.bool_]
) -> float:
    """Expected calibration error over `BINS` equally filled bins: mean |confidence - share right|."""
    scores = np.asarray(confidence, dtype=np.float64)
    hits = np.asarray(right, dtype=np.float64)
    if not len(scores):
        return 0.0
    bins = np.array_split(np.argsort(scores, kind="stable"), min(BINS, len(scores)))
    gaps = [abs(scores[part].mean() - hits[part].mean()) * len(part) for part in bins]
    return float(sum(gaps) / len(scores))


def separation(inside: Sequence[float] | Floats, outside: Sequence[float] | Floats) -> float:
    """AUROC of a score that should be higher for covered messages than for out-of-scope ones; 0.5 without either."""
    if not len(inside) or not len(outside):
        return 0.5
    from sklearn.metrics import roc_auc_score

    truth = np.concatenate([np.ones(len(inside)), np.zeros(len(outside))])
    return float(roc_auc_score(truth, np.concatenate([np.asarray(inside), np.asarray(outside)])))


def figures(rows: Sequence[Row]) -> Mapping[str, float]:
    """The usual summary of covered and out-of-scope messages together."""
    covered = [row for row in rows if row.gold]
    outside = [row for row in rows if not row.gold]
    curve = risk_coverage([row.confidence for row in rows], [row.right for row in rows])
    summary = {
        "right_at_1": right_at(covered, 1),
        "right_at_5": right_at(covered, 5),
        "in_domain_auroc": separation([row.in_domain for row in covered], [row.in_domain for row in outside]),
        "calibration_error": calibration_error([row.confidence for row in rows], [row.right for row in rows]),
        "coverage_at_risk_5": coverage_at(0.05, curve),
        "coverage_at_risk_10": coverage_at(0.10, curve),
    }
    return {name: round(value, 4) for name, value in summary.items()}
