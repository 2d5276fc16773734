"""From rows to the figures of ``eval/report.json``."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from kb_index.evaluate import calibration_error
from kefu.core.clock import now
from kefu.core.intervals import Share
from kefu.measure.figures import milliseconds, share
from kefu.measure.judging import Verdict
from kefu.measure.risk import PRECISION, risk
from kefu.measure.row import Row
from kefu.measure.visitor import Json

Figures = dict[str, Share]

KNOWLEDGE = (Verdict.RIGHT, Verdict.ONE_CLICK, Verdict.WRONG, Verdict.MISSED, Verdict.DECLINED,
             Verdict.HANDED_OVER, Verdict.OTHER, Verdict.NO_REPLY)  # fmt: skip
VAGUE = (Verdict.OFFERED, Verdict.GUESSED, Verdict.MISSED, Verdict.DECLINED, Verdict.HANDED_OVER,
         Verdict.OTHER, Verdict.NO_REPLY)  # fmt: skip
OUT_OF_SCOPE = (Verdict.ANSWERED, Verdict.CLARIFIED, Verdict.DECLINED, Verdict.SMALLTALK,
                Verdict.HANDED_OVER, Verdict.OTHER, Verdict.NO_REPLY)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """The figures of one set: of all its cases, and by group where it has groups."""

    overall: Figures
    groups: dict[str, Figures]


def sections(rows: Sequence[Row]) -> dict[str, Section]:
    """Return the figures of every set that was run."""
    found = {}
    for name, figures in FIGURES.items():
        mine = [row for row in rows if row.set == name]
        if mine:
            groups = dict.fromkeys(row.group for row in mine) if name in GROUPED else {}
            by_group = {group: figures([row for row in mine if row.group == group]) for group in groups}
            found[name] = Section(figures(mine), by_group)
    return found


def _verdicts(rows: Sequence[Row], verdicts: Iterable[Verdict]) -> Figures:
    return {verdict.value: share([row.verdict is verdict for row in rows]) for verdict in verdicts}


def _knowledge(rows: Sequence[Row]) -> Figures:
    return {"within_one_click": share([row.ok for row in rows])} | _verdicts(rows, KNOWLEDGE)


def _vague(rows: Sequence[Row]) -> Figures:
    return _verdicts(rows, VAGUE)


def _out_of_scope(rows: Sequence[Row]) -> Figures:
    return {"acceptable": share([row.ok for row in rows])} | _verdicts(rows, OUT_OF_SCOPE)


def _handoff(rows: Sequence[Row]) -> Figures:
    needed = [row for row in rows if row.group == "handoff"]
    needless = [row for row in rows if row.group != "handoff"]
    given = [row for row in rows if row.verdict is Verdict.HANDED_OVER]
    return {
        "recall": share([row.ok for row in needed]),
        "precision": share([row.ok for row in given]),
        "needless": share([not row.ok for row in needless]),
    }


def _dialogues(rows: Sequence[Row]) -> Figures:
    through: dict[str, bool] = {}
    with_clicks: dict[str, bool] = {}
    for row in rows:
        through[row.group] = through.get(row.group, True) and row.ok
        with_clicks[row.group] = with_clicks.get(row.group, True) and _within_one_click(row)
    return {
        "carried_through": share(list(through.values())),
        "carried_with_clicks": share(list(with_clicks.values())),
        "turns_as_expected": share([row.ok for row in rows]),
    }


def _within_one_click(row: Row) -> bool:
    return row.ok or row.verdict is Verdict.ONE_CLICK


def _first(rows: Sequence[Row]) -> Figures:
    """``right_at_once``: of the messages that an article, a card or a form settles, those that got it."""
    settled = [row for row in rows if '"key"' in row.expected or '"form_id"' in row.expected]
    at_once = ("answer", "card", "form")
    return {
        "as_expected": share([row.ok for row in rows]),
        "within_one_click": share([_within_one_click(row) for row in rows]),
        "right_at_once": share([row.ok and row.got.startswith(at_once) for row in settled]),
        "wrong": share([not row.ok and row.got.startswith("answer") for row in rows]),
    }


def _typing(rows: Sequence[Row]) -> Figures:
    return {"offered": share([row.ok for row in rows])}


FIGURES: dict[str, Callable[[Sequence[Row]], Figures]] = {
    "knowledge": _knowledge,
    "vague": _vague,
    "out_of_scope": _out_of_scope,
    "handoff": _handoff,
    "first": _first,
    "dialogues": _dialogues,
    "typing": _typing,
}
GROUPED = frozenset({"knowledge", "vague", "out_of_scope"})


def calibration(rows: Sequence[Row]) -> dict[str, float]:
    """Return the expected calibration error of the answers' confidence (10 equally filled bins).

    ``knowledge`` counts the answers to questions; ``everything`` also the answers that nothing should have had.
    """
    answered = [
        row for row in rows if row.confidence is not None and row.set in {"knowledge", "out_of_scope"}
    ]
    return {
        "knowledge": _ece([row for row in answered if row.set == "knowledge"]),
        "everything": _ece(answered),
    }


def _ece(rows: Sequence[Row]) -> float:
    confidence = [row.confidence or 0.0 for row in rows]
    return round(calibration_error(confidence, [row.verdict is Verdict.RIGHT for row in rows]), 4)


def answered_at_precision(rows: Sequence[Row]) -> dict[str, float]:
    """Return which share of all questions was answered at 95 % precision or better, and what was possible.

    A lower bound: what the service chose not to answer has no confidence, and counts as not answerable.
    """
    asked = [row for row in rows if row.set in {"knowledge", "out_of_scope"}]
    found = risk(
        [row.confidence if row.confidence is not None else -1.0 for row in asked],
        [row.verdict is Verdict.RIGHT and row.confidence is not None for row in asked],
    )
    ceiling = min(1.0, sum(row.leads for row in asked) / (PRECISION * max(1, len(asked))))
    return {
        "coverage": round(found.coverage, 4),
        "ceiling": round(ceiling, 4),
        "of_ceiling": round(found.coverage / ceiling, 4) if ceiling else 0.0,
    }


def turns(rows: Sequence[Row]) -> list[float]:
    """Return the seconds of every turn (a suggestion is none)."""
    return [row.seconds for row in rows if row.set != "typing" and row.verdict is not Verdict.NOT_OFFERED]


def document(rows: Sequence[Row], health: Json, at_once: int) -> Json:
    """Return the whole report: when, on what, how much, and every figure."""
    return {
        "date": f"{now():%Y-%m-%d}",
        "cores": os.cpu_count(),
        "service": {
            "model": health.get("model"),
            "index": health.get("index_version"),
            "bot": health.get("parts", {}).get("bot"),
            "turns_without_bot": health.get("turns_without_bot"),
        },
        "cases": {name: sum(row.set == name for row in rows) for name in FIGURES},
        "sets": {name: asdict(section) for name, section in sections(rows).items()},
        "calibration_error": calibration(rows),
        "answered_at_95_precision": answered_at_precision(rows),
        "turn_ms": milliseconds(turns(rows)) | {"turns": len(turns(rows)), "at_once": at_once},
        "suggestion_ms": milliseconds([row.seconds for row in rows if row.set == "typing"]),
    }
