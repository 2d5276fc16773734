"""Comparing two runs of the same cases: by set, by style, by article, and case by case."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kefu.measure.figures import Difference, difference
from kefu.measure.judging import Verdict
from kefu.measure.report import FIGURES, GROUPED
from kefu.measure.row import Row

Pair = tuple[Row, Row]
"""The same case, earlier and newer."""
TOLERANCE, ARTICLE_TOLERANCE = 0.01, 0.5
"""How far a set or a style, and one article with its few cases, may fall before that counts."""
FEW = 3
"""An article with fewer cases is not judged alone."""
CONVERSATIONS = frozenset({"dialogues", "first"})
"""Sets in which a text means what its place in a conversation makes it mean."""
RIGHT_AT_ONCE = "knowledge_right_at_once"


@dataclass(frozen=True)
class Compared:
    """One figure of both runs. ``of`` is the set; ``group`` a style, kind or article, empty for the whole set."""

    of: str
    group: str
    found: Difference
    tolerance: float

    @property
    def worse(self) -> bool:
        """Whether it fell by more than is tolerated, and not by chance."""
        return self.found.worse_than(self.tolerance)


def paired(earlier: Sequence[Row], newer: Sequence[Row]) -> list[Pair]:
    """Return the cases that both runs have; a line that moved within its set is still the same."""
    before = {_identity(row): row for row in earlier}
    return [(before[_identity(row)], row) for row in newer if _identity(row) in before]


def _identity(row: Row) -> tuple[str, str]:
    return (row.case if row.set in CONVERSATIONS else row.set, row.text)


def compare(pairs: Sequence[Pair], tolerance: float, article_tolerance: float) -> list[Compared]:
    """Return the sets, then their styles, then the articles that differ."""
    found = []
    for name in FIGURES:
        mine = [pair for pair in pairs if pair[1].set == name]
        if not mine:
            continue
        found.append(Compared(name, "", _difference(mine, _ok), tolerance))
        if name == "knowledge":
            found.append(Compared(RIGHT_AT_ONCE, "", _difference(mine, _at_once), tolerance))
        groups = dict.fromkeys(new.group for _, new in mine) if name in GROUPED else {}
        for group in groups:
            chosen = [pair for pair in mine if pair[1].group == group]
            found.append(Compared(name, group, _difference(chosen, _ok), tolerance))
    return found + list(_articles(pairs, article_tolerance))


def _articles(pairs: Sequence[Pair], tolerance: float) -> Iterator[Compared]:
    known = [pair for pair in pairs if pair[1].set == "knowledge"]
    for key in sorted({new.expected for _, new in known}):
        mine = [pair for pair in known if pair[1].expected == key]
        if len(mine) >= FEW and any(_ok(old) != _ok(new) for old, new in mine):
            yield Compared("knowledge", key, _difference(mine, _ok), tolerance)


def regressions(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the cases that were right and are no longer, and answers at once that became less than that."""
    return [(old, new) for old, new in pairs if _value(new) < _value(old)]


def gains(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the cases that became right, or right at once."""
    return [(old, new) for old, new in pairs if _value(new) > _value(old)]


def _value(row: Row) -> int:
    return int(row.ok) + int(_at_once(row))


def _ok(row: Row) -> bool:
    return row.ok


def _at_once(row: Row) -> bool:
    return row.set == "knowledge" and row.verdict is Verdict.RIGHT


def _difference(pairs: Sequence[Pair], good: Callable[[Row], bool]) -> Difference:
    return difference([good(old) for old, _ in pairs], [good(new) for _, new in pairs])
