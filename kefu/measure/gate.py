"""The report on a candidate beside what serves, and whether it may go live: a comparison, as pages read it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from kefu.measure import comparison
from kefu.measure.comparison import Compared, Pair, merit
from kefu.measure.judging import Verdict
from kefu.measure.row import Row
from kefu.measure.running import LABELS
from kefu.measure.visitor import Json

CONFUSED = 12
"""So many articles at most stand in the picture of what was taken for what."""
KINDS = ("answer", "clarify", "fallback", "text", "form", "card", "handoff")
"""What a customer can get, as columns of the picture of what was done with what."""


def report(live: Sequence[Row], candidate: Sequence[Row], tolerance: float) -> Json:
    """Return the report on a candidate; ``tolerance`` is how much worse (a share) it may be in any figure.

    ``gate`` says whether it passed, and which figures, styles and articles kept it (see :mod:`comparison`).
    """
    both = comparison.paired(live, candidate)
    found = comparison.compare(both, tolerance)
    worse = sorted((one for one in found if one.worse), key=lambda one: one.group != "")
    blocked = [one.label for one in worse]
    changes = [_change(*pair) for pair in (*comparison.regressions(both), *comparison.gains(both))]
    changes.sort(key=lambda one: (one["better"], one["set"], one["text"]))
    return {
        "cases": len(both),
        "tolerance": tolerance,
        "figures": [_figure(one) for one in found if not one.group],
        "gate": {"passed": bool(both) and not blocked, "blocked_by": blocked},
        "changes": changes,
        "confusion": {"kinds": _kinds(both), "articles": _articles(both)},
    }


def _figure(found: Compared) -> Json:
    figure, change = found.figure, found.change
    return {
        "set": figure.set,
        "set_label": LABELS[figure.set],
        "name": figure.name,
        "label": figure.label,
        "more_is_better": figure.more,
        "live": asdict(found.earlier),
        "candidate": asdict(found.newer),
        "difference": {"mean": change.mean, "low": change.low, "high": change.high},
        "blocks": found.worse,
    }


def _change(old: Row, new: Row) -> Json:
    return {
        "set": new.set,
        "text": new.text,
        "expected": new.expected,
        "before": {"verdict": old.verdict.value, "got": old.got},
        "after": {"verdict": new.verdict.value, "got": new.got},
        "better": merit(new) > merit(old),
    }


def _kinds(both: Sequence[Pair]) -> Json:
    """What was done with each kind of message: counts by set (rows) and by first reply (columns)."""
    names = [name for name in LABELS if any(new.set == name for _, new in both) and name != "typing"]

    def counts(side: int) -> list[list[int]]:
        seen = Counter((pair[side].set, pair[side].got.split(" ", 1)[0]) for pair in both)
        return [[seen[name, kind] for kind in KINDS] for name in names]

    return {
        "rows": [LABELS[name] for name in names], "columns": list(KINDS), "live": counts(0), "candidate": counts(1),
    }  # fmt: skip


def _articles(both: Sequence[Pair]) -> list[Json]:
    """The articles most often answered instead of another, with how often each side did."""
    sides: tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]] = (Counter(), Counter())
    for pair in both:
        for side, row in enumerate(pair):
            if row.set == "knowledge" and row.verdict is Verdict.WRONG:
                sides[side][row.expected, row.got.split(" ")[1]] += 1
    worst = sorted(set(sides[0]) | set(sides[1]), key=lambda one: (-sides[1][one], -sides[0][one], one))
    return [
        {"expected": one[0], "got": one[1], "live": sides[0][one], "candidate": sides[1][one]}
        for one in worst[:CONFUSED]
    ]
