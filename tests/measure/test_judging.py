"""Every way in which a reply is right or wrong."""

import pytest

from kefu.measure import judging
from kefu.measure.cases import Expectation, HandoffCase, KnowledgeCase, OutOfScopeCase, VagueCase
from kefu.measure.judging import Verdict
from kefu.measure.visitor import Exchange
from tests.measure.fake_service import HANDOFF, Json, answer, card, clarify, fallback, form, text

QUESTION = KnowledgeCase(text="退款多久", key="refund.time", also=["refund.progress"], style="plain")
TOOLS = {"shipping.track": "logistics", "refund.apply": "return_request"}


def seen(*replies: Json, state: str = "bot") -> Exchange:
    return Exchange(replies, state, 0.01)


@pytest.mark.parametrize(
    ("replies", "verdict"),
    [
        ([answer("refund.time")], Verdict.RIGHT),
        ([answer("refund.progress")], Verdict.RIGHT),
        ([answer("refund.where")], Verdict.WRONG),
        ([clarify("a.b", "refund.time")], Verdict.ONE_CLICK),
        ([clarify("a.a", "a.b", "a.c", "a.d", "a.e", "refund.time")], Verdict.MISSED),
        ([clarify("a.b")], Verdict.MISSED),
        ([fallback("refund.progress")], Verdict.ONE_CLICK),
        ([fallback()], Verdict.DECLINED),
        ([text()], Verdict.OTHER),
        ([form("identity")], Verdict.OTHER),
        ([HANDOFF], Verdict.HANDED_OVER),
        ([], Verdict.NO_REPLY),
    ],
)
def test_a_question(replies: list[Json], verdict: Verdict) -> None:
    assert judging.knowledge(QUESTION, seen(*replies)) is verdict


def test_a_state_with_people_is_a_handover() -> None:
    assert judging.knowledge(QUESTION, seen(state="queued")) is Verdict.HANDED_OVER


def test_a_topic_of_the_brief_needs_all_readings_and_another_any() -> None:
    brief = VagueCase(text="快递", readings=["a.a", "a.b"], style="brief")
    other = brief.model_copy(update={"style": "other"})
    partly = seen(clarify("a.b", "a.c"))
    assert judging.vague(brief, seen(clarify("a.b", "a.c", "a.a"))) is Verdict.OFFERED
    assert judging.vague(brief, partly) is Verdict.MISSED
    assert judging.vague(other, partly) is Verdict.OFFERED
    assert judging.vague(other, seen(clarify("a.c"))) is Verdict.MISSED
    assert judging.vague(other, seen(answer("a.a"))) is Verdict.GUESSED


@pytest.mark.parametrize(
    ("kind", "replies", "verdict", "acceptable"),
    [
        ("near", [answer("a.a")], Verdict.ANSWERED, False),
        ("near", [clarify("a.a")], Verdict.CLARIFIED, True),
        ("smalltalk", [clarify("a.a")], Verdict.CLARIFIED, False),
        ("smalltalk", [text()], Verdict.SMALLTALK, True),
        ("noise", [fallback()], Verdict.DECLINED, True),
        ("far", [text(), form("identity")], Verdict.OTHER, False),
        ("far", [HANDOFF], Verdict.HANDED_OVER, False),
        ("far", [], Verdict.NO_REPLY, False),
    ],
)
def test_out_of_scope(kind: str, replies: list[Json], verdict: Verdict, acceptable: bool) -> None:
    case = OutOfScopeCase(text="明天下雨吗", kind=kind)
    found = judging.out_of_scope(case, seen(*replies))
    assert found is verdict
    assert judging.acceptable(case, found) is acceptable


def test_a_handover() -> None:
    case = HandoffCase(text="人工", expect="handoff")
    assert judging.handoff(case, seen(HANDOFF)) is Verdict.HANDED_OVER
    assert judging.handoff(case, seen(text())) is Verdict.KEPT


@pytest.mark.parametrize(
    ("expect", "replies", "good"),
    [
        ({"kind": ["text"]}, [text()], True),
        ({"kind": ["text"]}, [], False),
        ({"kind": ["answer"], "key": ["a.a"]}, [answer("a.a")], True),
        ({"kind": ["answer"], "key": ["a.a"]}, [answer("a.b")], False),
        ({"kind": ["answer"], "key": ["a.a"]}, [answer("a.a"), form("urge")], True),
        ({"kind": ["clarify"], "readings": ["a.a", "a.b"]}, [clarify("a.b", "a.a")], True),
        ({"kind": ["clarify"], "readings": ["a.a", "a.b"]}, [clarify("a.b")], False),
        ({"kind": ["answer", "clarify"], "key": ["a.a", "a.b"]}, [clarify("a.b")], True),
        ({"kind": ["answer", "clarify"], "key": ["a.a"]}, [clarify("a.b")], False),
        ({"kind": ["form"], "form_id": "urge"}, [text(), form("urge")], True),
        ({"kind": ["form"], "form_id": "urge"}, [form("identity")], False),
        ({"kind": ["card"], "key": ["shipping.track"]}, [card("logistics")], True),
        ({"kind": ["card"], "key": ["shipping.track"]}, [card("coupon")], False),
        ({"kind": ["card"], "key": ["a.without_tool"]}, [card("order")], False),
        ({"kind": ["card", "form"], "key": ["refund.apply"]}, [form("return_request")], True),
        ({"kind": ["card", "form"], "key": ["refund.apply"]}, [form("urge")], False),
        ({"kind": ["answer", "fallback"], "key": ["a.a"]}, [fallback()], True),
        ({"kind": ["handoff"]}, [HANDOFF], True),
        ({"kind": ["handoff"]}, [text()], False),
    ],
)
def test_a_turn_of_a_dialogue(expect: Json, replies: list[Json], good: bool) -> None:
    verdict = judging.dialogue_turn(Expectation.model_validate(expect), seen(*replies), TOOLS)
    assert (verdict is Verdict.AS_EXPECTED) is good


def test_asking_for_a_person_is_seen_by_the_state_alone() -> None:
    verdict = judging.dialogue_turn(Expectation(kind=["handoff"]), seen(state="queued"), {})
    assert verdict is Verdict.AS_EXPECTED


def test_what_the_customer_got_in_one_line() -> None:
    assert judging.described(seen(answer("a.a", 0.5), form("urge"))) == "answer a.a 0.50 + form urge"
    assert judging.described(seen(clarify("a.a", "a.b"))) == "clarify a.a,a.b"
    assert judging.described(seen(state="human")) == "(没有回复，human)"
