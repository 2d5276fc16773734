"""How much can be answered at once at which share of wrong answers, and how near that is to what is possible."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb_index.evaluate import calibration_error, coverage_at, risk_coverage
from kb_index.search import KnowledgeIndex
from kefu.measure.cases import KnowledgeCase, OutOfScopeCase, Plan

PRECISION = 0.95
"""The share of right answers that is asked for."""


@dataclass(frozen=True)
class Risk:
    """The figures of a ranking with confidences, over messages that have an answer and messages that have none.

    ``coverage`` is the share of all messages that can be answered at 95 % precision; ``ceiling`` is what a confidence
    that knows right from wrong could answer at that precision with the same ranking.
    """

    messages: int
    first_right: float
    coverage: float
    ceiling: float
    calibration_error: float
    curve: tuple[tuple[float, float], ...]

    @property
    def of_ceiling(self) -> float:
        """How much of what is possible is reached."""
        return self.coverage / self.ceiling if self.ceiling else 0.0


def risk(confidence: Sequence[float], right: Sequence[bool]) -> Risk:
    """Return the figures of messages, each with the first candidate's confidence and whether it is right."""
    curve = risk_coverage(confidence, right)
    share = sum(right) / len(right) if right else 0.0
    return Risk(
        messages=len(right),
        first_right=share,
        coverage=coverage_at(1 - PRECISION, curve),
        ceiling=min(1.0, share / PRECISION),
        calibration_error=calibration_error(confidence, right),
        curve=tuple(curve),
    )


def of_index(index: KnowledgeIndex, plan: Plan) -> Risk:
    """Measure an index on the questions that it should answer and those that it should not."""
    known = [(case.text, case.keys) for _, case in plan.cases("knowledge", KnowledgeCase)]
    none: frozenset[str] = frozenset()
    strange = [(case.text, none) for _, case in plan.cases("out_of_scope", OutOfScopeCase)]
    confidence, right = [], []
    for text, keys in [*known, *strange]:
        top = index.search(text, limit=1).candidates
        confidence.append(top[0].confidence if top else 0.0)
        right.append(bool(top) and top[0].key in keys)
    return risk(confidence, right)
