"""Whether a candidate may go live, and what changed."""

from kefu.measure.gate import compare
from kefu.measure.judging import Verdict
from kefu.measure.row import Row


def row(
    number: int, verdict: Verdict, *, ok: bool, of: str = "knowledge", got: str = "answer a.b 0.9"
) -> Row:
    return Row(of, f"{of}:{number}", "plain", f"问题 {number}", "a.b", got, verdict, ok, 0.9, 0.1)


RIGHT = [row(n, Verdict.RIGHT, ok=True) for n in range(100)]


def test_a_fall_beyond_the_tolerance_is_stopped_and_named() -> None:
    worse = [row(n, Verdict.WRONG, ok=False, got="answer c.d 0.9") for n in range(10)] + RIGHT[10:]
    found = compare(RIGHT, worse, 0.01)
    assert found["gate"] == {"passed": False, "blocked_by": ["直接答对", "一次点击之内", "答错"]}
    assert [one["better"] for one in found["changes"]] == [False] * 10
    assert found["confusion"]["articles"] == [{"expected": "a.b", "got": "c.d", "live": 0, "candidate": 10}]
    wrong = next(one for one in found["figures"] if one["name"] == "wrong")
    assert (wrong["live"]["share"], wrong["candidate"]["share"], wrong["difference"]["mean"]) == (
        0.0,
        0.1,
        0.1,
    )


def test_a_gain_passes_and_so_does_chance() -> None:
    worse = [row(0, Verdict.MISSED, ok=False), *RIGHT[1:]]
    assert compare(RIGHT, worse, 0.01)["gate"]["passed"]  # one of a hundred is within the tolerance
    gained = compare(worse, RIGHT, 0.01)
    assert gained["gate"]["passed"]
    assert [one["better"] for one in gained["changes"]] == [True]


def test_less_is_better_where_it_should_be() -> None:
    declined = [row(n, Verdict.DECLINED, ok=True, of="out_of_scope") for n in range(50)]
    answered = [row(n, Verdict.ANSWERED, ok=False, of="out_of_scope") for n in range(50)]
    assert not compare(declined, answered, 0.01)["gate"]["passed"]
    assert compare(answered, declined, 0.01)["gate"]["passed"]


def test_nothing_to_compare_is_no_proof() -> None:
    assert not compare([], [], 0.01)["gate"]["passed"]
