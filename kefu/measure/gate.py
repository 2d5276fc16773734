"""A candidate beside what serves, on the same cases: figures with intervals, what changed, and whether it may go live."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from kefu.measure.figures import difference, share
from kefu.measure.judging import Verdict
from kefu.measure.row import Row
from kefu.measure.running import LABELS
from kefu.measure.visitor import Json

CONFUSED = 12
"""So many articles at most stand in the picture of what was taken for what."""
Hit = Callable[[Row], bool | None]
"""Whether a row counts, None where the figure is not about it."""


@dataclass(frozen=True)
class Figure:
    """One share that is compared; ``more`` says whether more of it is better."""

    set: str
    name: str
    label: str
    more: bool
    hit: Hit


def _is(verdict: Verdict) -> Hit:
    return lambda row: row.verdict is verdict


def _ok(group: str = "") -> Hit:
    return lambda row: row.ok if not group or row.group == group else None


FIGURES = (
    Figure("knowledge", "right", "直接答对", True, _is(Verdict.RIGHT)),
    Figure("knowledge", "within_one_click", "一次点击之内", True, _ok()),
    Figure("knowledge", "wrong", "答错", False, _is(Verdict.WRONG)),
    Figure("vague", "offered", "该收窄的给出了选项", True, _is(Verdict.OFFERED)),
    Figure("vague", "guessed", "该收窄的却猜着作答", False, _is(Verdict.GUESSED)),
    Figure("out_of_scope", "acceptable", "范围之外处理得当", True, _ok()),
    Figure("out_of_scope", "answered", "范围之外却作答", False, _is(Verdict.ANSWERED)),
    Figure("handoff", "recall", "该转人工的转了", True, _ok("handoff")),
    Figure("handoff", "kept", "不该转人工的没转", True, _ok("no_handoff")),
    Figure("first", "as_expected", "开场第一句处理得当", True, _ok()),
    Figure("dialogues", "as_expected", "多轮对话每轮如预期", True, _ok()),
    Figure("typing", "offered", "输入联想里有", True, _ok()),
)
"""What is compared; a candidate that is worse in any of these by more than the tolerance must not go live."""

KINDS = ("answer", "clarify", "fallback", "text", "form", "card", "handoff")
"""What a customer can get, as columns of the picture of what was done with what."""


def pairs(live: Sequence[Row], candidate: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Return the cases that both have seen, as (live, candidate)."""
    before = {(row.set, row.case, row.text): row for row in live}
    return [
        (before[row.set, row.case, row.text], row)
        for row in candidate
        if (row.set, row.case, row.text) in before
    ]


def compare(live: Sequence[Row], candidate: Sequence[Row], tolerance: float) -> Json:
    """Return the report on a candidate; ``tolerance`` is how much worse (a share) it may be in any figure.

    ``gate`` says whether it passed, and which figures kept it; a fall counts when it is larger than the tolerance and
    the paired bootstrap's 95 % interval does not reach back to none.
    """
    both = pairs(live, candidate)
    figures = [found for figure in FIGURES if (found := _figure(figure, both, tolerance)) is not None]
    changes = [_change(old, new) for old, new in both if _merit(old) != _merit(new)]
    changes.sort(key=lambda one: (one["better"], one["set"], one["text"]))
    return {
        "cases": len(both),
        "tolerance": tolerance,
        "figures": figures,
        "gate": {
            "passed": bool(both) and not any(one["blocks"] for one in figures),
            "blocked_by": [one["label"] for one in figures if one["blocks"]],
        },
        "changes": changes,
        "confusion": {"kinds": _kinds(both), "articles": _articles(both)},
    }


def _figure(figure: Figure, both: Sequence[tuple[Row, Row]], tolerance: float) -> Json | None:
    counted = [
        (bool(figure.hit(old)), bool(figure.hit(new)))
        for old, new in both
        if new.set == figure.set and figure.hit(new) is not None
    ]
    if not counted:
        return None
    before, after = [old for old, _ in counted], [new for _, new in counted]
    found = difference(before, after)
    # The same question whichever way is better: did the good share fall?
    good = found if figure.more else difference([not one for one in before], [not one for one in after])
    return {
        "set": figure.set,
        "set_label": LABELS[figure.set],
        "name": figure.name,
        "label": figure.label,
        "more_is_better": figure.more,
        "live": asdict(share(before)),
        "candidate": asdict(share(after)),
        "difference": {"mean": found.mean, "low": found.low, "high": found.high},
        "blocks": good.worse_than(tolerance),
    }


def _merit(row: Row) -> int:
    """How good a result is for the customer: right at once beats one click, which beats the rest; wrong is worst."""
    if row.verdict in {Verdict.WRONG, Verdict.GUESSED, Verdict.ANSWERED}:
        return 0
    if not row.ok:
        return 1
    return 2 if row.verdict is Verdict.ONE_CLICK else 3


def _change(old: Row, new: Row) -> Json:
    return {
        "set": new.set,
        "text": new.text,
        "expected": new.expected,
        "before": {"verdict": old.verdict.value, "got": old.got},
        "after": {"verdict": new.verdict.value, "got": new.got},
        "better": _merit(new) > _merit(old),
    }


def _kinds(both: Sequence[tuple[Row, Row]]) -> Json:
    """What was done with each kind of message: counts by set (rows) and by first reply (columns)."""
    names = [name for name in LABELS if any(new.set == name for _, new in both) and name != "typing"]

    def counts(side: int) -> list[list[int]]:
        seen = Counter((pair[side].set, pair[side].got.split(" ", 1)[0]) for pair in both)
        return [[seen[name, kind] for kind in KINDS] for name in names]

    return {
        "rows": [LABELS[name] for name in names], "columns": list(KINDS), "live": counts(0), "candidate": counts(1),
    }  # fmt: skip


def _articles(both: Sequence[tuple[Row, Row]]) -> list[Json]:
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
