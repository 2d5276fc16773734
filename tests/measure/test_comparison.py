"""Comparing two runs: what fell, by how much, and in which cases."""

from dataclasses import replace
from pathlib import Path

import pytest

from kefu.core.errors import Invalid
from kefu.measure import comparison, reference
from kefu.measure.judging import Verdict
from kefu.measure.row import Row


def row(
    number: int, verdict: Verdict, *, group: str = "plain", key: str = "a.one", name: str = "knowledge"
) -> Row:
    ok = verdict in {Verdict.RIGHT, Verdict.ONE_CLICK}
    return Row(name, f"{name}:{number}", group, f"问题{number}", key, verdict.value, verdict, ok, None, 0.0)


def run(*verdicts: Verdict) -> list[Row]:
    groups, keys = ("plain", "story"), ("a.one", "a.two", "a.three")
    return [row(at, verdict, group=groups[at % 2], key=keys[at % 3]) for at, verdict in enumerate(verdicts)]


RIGHT, CLICK, WRONG = Verdict.RIGHT, Verdict.ONE_CLICK, Verdict.WRONG


def test_a_fall_is_seen_in_the_set_the_style_and_the_article() -> None:
    earlier = run(*[RIGHT] * 60)
    newer = [replace(one, verdict=WRONG, ok=False) if one.group == "story" else one for one in earlier]
    found = comparison.compare(comparison.paired(earlier, newer), 0.01, 0.4)
    worse = {one.label for one in found if one.worse}
    assert {"直接答对", "一次点击之内", "答错", "知识·带前因后果"} <= worse
    assert "知识·普通" not in worse
    assert "知识·a.one" in worse, "half of the article's cases fell"


def test_a_click_instead_of_an_answer_is_a_regression_of_answers_at_once_only() -> None:
    earlier, newer = run(*[RIGHT] * 40), run(*[CLICK] * 40)
    pairs = comparison.paired(earlier, newer)
    worse = [one.label for one in comparison.compare(pairs, 0.01, 0.5) if one.worse]
    assert worse == ["直接答对"]
    assert len(comparison.regressions(pairs)) == 40
    assert len(comparison.gains([(new, old) for old, new in pairs])) == 40


def test_what_may_be_chance_is_no_fall() -> None:
    earlier = run(*[RIGHT] * 40)
    newer = [replace(earlier[0], verdict=WRONG, ok=False), *earlier[1:]]
    pairs = comparison.paired(earlier, newer)
    assert not any(one.worse for one in comparison.compare(pairs, 0.01, 0.5))
    assert [new.text for _, new in comparison.regressions(pairs)] == ["问题0"]


def test_a_line_that_moved_is_still_the_same_case() -> None:
    (old,) = run(RIGHT)
    moved = replace(old, case="knowledge:7")
    assert comparison.paired([old], [moved]) == [(old, moved)]


def test_the_reference_holds_outcomes_and_no_text(tmp_path: Path) -> None:
    path = tmp_path / "reference.json"
    rows = run(RIGHT, WRONG, CLICK)
    reference.write(path, rows, "index-1")
    assert "问题" not in path.read_text(encoding="utf-8")
    newer = [replace(one, verdict=RIGHT, ok=True) for one in rows]
    stranger = row(9, RIGHT)
    earlier = reference.earlier(reference.read(path), [*newer, stranger])
    assert [(one.verdict, one.ok) for one in earlier] == [(RIGHT, True), (WRONG, False), (CLICK, True)]
    with pytest.raises(Invalid) as refused:
        reference.read(tmp_path / "none.json")
    assert refused.value.code == "reference_invalid"
