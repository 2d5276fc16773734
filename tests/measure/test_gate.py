"""Whether a candidate may go live, and what changed."""

from dataclasses import replace

from kefu.measure.gate import report
from kefu.measure.judging import Verdict
from kefu.measure.row import Row


def row(
    number: int, verdict: Verdict, *, ok: bool, of: str = "knowledge", got: str = "answer a.b 0.9"
) -> Row:
    return Row(of, f"{of}:{number}", "plain", f"问题 {number}", "a.b", got, verdict, ok, 0.9, 0.1)


RIGHT = [row(n, Verdict.RIGHT, ok=True) for n in range(100)]


def test_a_fall_beyond_the_tolerance_is_stopped_and_named() -> None:
    worse = [row(n, Verdict.WRONG, ok=False, got="answer c.d 0.9") for n in range(10)] + RIGHT[10:]
    found = report(RIGHT, worse, 0.01)
    assert found["gate"] == {"passed": False, "blocked_by": ["直接答对", "一次点击之内", "答错", "知识·普通"]}
    assert [one["better"] for one in found["changes"]] == [False] * 10
    assert found["confusion"]["articles"] == [{"expected": "a.b", "got": "c.d", "live": 0, "candidate": 10}]
    wrong = next(one for one in found["figures"] if one["name"] == "wrong")
    assert (wrong["live"]["share"], wrong["candidate"]["share"], wrong["difference"]["mean"]) == (
        0.0,
        0.1,
        0.1,
    )


def test_one_article_that_no_longer_works_is_stopped_though_the_whole_is_as_before() -> None:
    mine = [replace(one, expected="a.c") for one in RIGHT[:3]]
    lost = [replace(one, verdict=Verdict.MISSED, ok=False) for one in mine]
    rest = [row(n, Verdict.RIGHT, ok=True) for n in range(100, 1000)]
    found = report([*mine, *rest], [*lost, *rest], 0.01)
    assert found["gate"]["blocked_by"] == ["知识·a.c"]


def test_a_gain_passes_and_so_does_chance() -> None:
    worse = [row(0, Verdict.MISSED, ok=False), *RIGHT[1:]]
    assert report(RIGHT, worse, 0.01)["gate"]["passed"]  # one of a hundred is within the tolerance
    gained = report(worse, RIGHT, 0.01)
    assert gained["gate"]["passed"]
    assert [one["better"] for one in gained["changes"]] == [True]


def test_less_is_better_where_it_should_be() -> None:
    declined = [row(n, Verdict.DECLINED, ok=True, of="out_of_scope") for n in range(50)]
    answered = [row(n, Verdict.ANSWERED, ok=False, of="out_of_scope") for n in range(50)]
    assert not report(declined, answered, 0.01)["gate"]["passed"]
    assert report(answered, declined, 0.01)["gate"]["passed"]


def test_nothing_to_compare_is_no_proof() -> None:
    assert not report([], [], 0.01)["gate"]["passed"]
