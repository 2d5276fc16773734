"""Two runs of the same cases, compared case by case: every figure, style and article, and what became of each case.

The one rule of what is worse: ``kefu evaluate --against``, the guard and the gate before a release all read it here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kefu.core.intervals import Share
from kefu.measure.figures import Difference, difference, share
from kefu.measure.judging import Verdict
from kefu.measure.report import GROUPED
from kefu.measure.row import Row
from kefu.measure.running import LABELS

Pair = tuple[Row, Row]
"""The same case, earlier and newer."""
Hit = Callable[[Row], bool | None]
"""Whether a row counts, None where the figure is not about it."""
TOLERANCE, ARTICLE_TOLERANCE = 0.01, 0.5
"""How far a figure or a style, and one article with its few cases, may fall before that counts."""
FEW = 3
"""An article with fewer cases is not judged alone."""
CONVERSATIONS = frozenset({"dialogues", "first"})
"""Sets in which a text means what its place in a conversation makes it mean."""


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
    Figure("vague", "offered", "该收窄的给出了选项", True, _ok()),
    Figure("vague", "guessed", "该收窄的却猜着作答", False, _is(Verdict.GUESSED)),
    Figure("out_of_scope", "acceptable", "范围之外处理得当", True, _ok()),
    Figure("out_of_scope", "answered", "范围之外却作答", False, _is(Verdict.ANSWERED)),
    Figure("handoff", "recall", "该转人工的转了", True, _ok("handoff")),
    Figure("handoff", "kept", "不该转人工的没转", True, _ok("no_handoff")),
    Figure("first", "as_expected", "开场第一句处理得当", True, _ok()),
    Figure("dialogues", "as_expected", "多轮对话每轮如预期", True, _ok()),
    Figure("typing", "offered", "输入联想里有", True, _ok()),
)
"""What is compared; worse in any of these, in a style or in an article is worse."""
BY_STYLE = frozenset({"within_one_click", "offered", "acceptable"})
"""The figures that are also compared style by style, in the sets that have styles."""
STYLES = {
    "plain": "普通",
    "short": "极短",
    "story": "带前因后果",
    "noisy": "有错字",
    "brief": "一两个字的话题",
}


@dataclass(frozen=True)
class Compared:
    """One figure of both runs; ``group`` is a style or an article, empty for the whole set."""

    figure: Figure
    group: str
    earlier: Share
    newer: Share
    change: Difference
    worse: bool
    """Whether it got worse by more than is tolerated, and not by chance."""

    @property
    def label(self) -> str:
        """What a person calls it; a style or an article is said with its set."""
        named = STYLES.get(self.group, self.group)
        return f"{LABELS[self.figure.set]}·{named}" if named else self.figure.label


def paired(earlier: Sequence[Row], newer: Sequence[Row]) -> list[Pair]:
    """Return the cases that both runs have; a line that moved within its set is still the same."""
    before = {_identity(row): row for row in earlier}
    return [(before[_identity(row)], row) for row in newer if _identity(row) in before]


def _identity(row: Row) -> tuple[str, str, str]:
    return (row.set, row.case if row.set in CONVERSATIONS else "", row.text)


def compare(
    pairs: Sequence[Pair], tolerance: float, article_tolerance: float = ARTICLE_TOLERANCE
) -> list[Compared]:
    """Return every figure with its styles, then the articles that differ."""
    found = []
    for figure in FIGURES:
        mine = [pair for pair in pairs if pair[1].set == figure.set and figure.hit(pair[1]) is not None]
        if not mine:
            continue
        found.append(_compared(figure, "", mine, tolerance))
        if figure.set in GROUPED and figure.name in BY_STYLE:
            for style in dict.fromkeys(new.group for _, new in mine):
                chosen = [pair for pair in mine if pair[1].group == style]
                found.append(_compared(figure, style, chosen, tolerance))
    return [*found, *_articles(pairs, article_tolerance)]


def _articles(pairs: Sequence[Pair], tolerance: float) -> Iterator[Compared]:
    figure = next(one for one in FIGURES if one.name == "within_one_click")
    known = [pair for pair in pairs if pair[1].set == figure.set]
    for key in sorted({new.expected for _, new in known}):
        mine = [pair for pair in known if pair[1].expected == key]
        if len(mine) >= FEW and any(old.ok != new.ok for old, new in mine):
            yield _compared(figure, key, mine, tolerance)


def _compared(figure: Figure, group: str, pairs: Sequence[Pair], tolerance: float) -> Compared:
    before = [bool(figure.hit(old)) for old, _ in pairs]
    after = [bool(figure.hit(new)) for _, new in pairs]
    found = difference(before, after)
    # The same question whichever way is better: did the good share fall?
    good = found if figure.more else difference([not one for one in before], [not one for one in after])
    return Compared(figure, group, share(before), share(after), found, good.worse_than(tolerance))


def merit(row: Row) -> int:
    """How good a result is for the customer: right at once beats one click, which beats the rest; wrong is worst."""
    if row.verdict in {Verdict.WRONG, Verdict.GUESSED, Verdict.ANSWERED}:
        return 0
    if not row.ok:
        return 1
    return 2 if row.verdict is Verdict.ONE_CLICK else 3


def regressions(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the cases that led to something worse than before."""
    return [(old, new) for old, new in pairs if merit(new) < merit(old)]


def gains(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the cases that led to something better."""
    return [(old, new) for old, new in pairs if merit(new) > merit(old)]
