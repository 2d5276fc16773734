"""Any text a customer can send is decided on; noise is never answered."""

import asyncio
import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb_index.features import EDGE, gist
from kefu.measure.fuzz import KINDS, Fuzzed, Tried, fuzz, texts
from tests.service.conftest import Service

LONGEST = 2000
ANY = st.text(st.characters(), min_size=1, max_size=LONGEST)
NEAR = st.text("退推宽款货快弟递 发漂票吗怎么!?1优惠卷tuikan人工😡\u200b/[]{}", min_size=1, max_size=60)
ONCE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def decide_on(service: Service, text: str) -> str:
    return asyncio.run(service.container.turns.rehearse(text, None)).decision.outcome


@ONCE
@given(text=ANY)
def test_any_unicode_is_decided_on(service: Service, text: str) -> None:
    assert decide_on(service, text)


@ONCE
@given(text=NEAR)
def test_near_misses_of_real_words_are_decided_on(service: Service, text: str) -> None:
    assert decide_on(service, text)


def test_random_characters_are_never_answered(service: Service) -> None:
    found = asyncio.run(fuzz(service.container, 60, 400, lambda share: None))
    assert found.broken == ()
    assert {one.kind for one in found.tried} == set(KINDS)
    assert [one for one in found.tried if one.outcome == "answer"] == []


def test_what_the_command_refuses() -> None:
    fine = Tried("汉字", 3, "decline", 5.0)
    assert Fuzzed((fine,), (), 5.0, 1.0).holds
    assert not Fuzzed((fine,), ("坏了",), 5.0, 1.0).holds
    assert not Fuzzed((Tried("汉字", 3, "answer", 5.0),), (), 5.0, 1.0).holds
    assert not Fuzzed((fine,), (), 5.0, 10.5).holds


def test_lengths_reach_from_one_to_the_limit() -> None:
    lengths = [len(text) for _, text in texts(400, LONGEST)]
    assert min(lengths) == 1
    assert max(lengths) > LONGEST / 2
    assert math.isclose(sorted(lengths)[200], LONGEST**0.5, rel_tol=0.5)


def test_of_a_very_long_text_both_ends_are_encoded() -> None:
    long = "快" * EDGE + "中" * 500 + "退" * EDGE
    assert gist(long) == "快" * EDGE + " " + "退" * EDGE
    assert gist("快递到哪了") == "快递到哪了"
