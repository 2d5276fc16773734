"""Typing suggestions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_index.documents import Document
from kb_index.suggest import Suggester


@pytest.fixture(scope="module")
def suggester(documents: list[Document]) -> Suggester:
    """Over the small shop, without popularity."""
    return Suggester(documents)


@pytest.mark.parametrize(
    "typed", ["退款", "退k", "tui款", "tuikuan", "tuik", "tk", "TK", "退宽", "退款多", "想tuik"]
)
def test_every_way_of_typing_a_word(suggester: Suggester, typed: str) -> None:
    assert suggester.suggest(typed)[0].key == "refund.arrival_time"


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("发票", {"invoice.apply", "invoice.download"}),
        ("fp", {"invoice.apply", "invoice.download"}),
        ("yhq", {"promotion.coupon_use"}),
        ("积", {"member.points_use"}),
        ("jif", {"member.points_use"}),
        ("韵达", {"shipping.courier"}),
    ],
)
def test_topic_words_lead_to_the_topics_articles(suggester: Suggester, typed: str, keys: set[str]) -> None:
    assert {each.key for each in suggester.suggest(typed)[: len(keys)]} == keys


def test_sound_alikes_are_understood(suggester: Suggester) -> None:
    assert suggester.suggest("查讯物留")[0].key == "shipping.track"


def test_the_wording_that_matched_is_shown(suggester: Suggester) -> None:
    best = suggester.suggest("顺丰")[0]
    assert (best.key, best.title, best.text) == ("shipping.courier", "你们发货用什么快递？", "是顺丰还是中通")


def test_limit_and_order(suggester: Suggester) -> None:
    found = suggester.suggest("怎么", limit=3)
    assert len(found) == 3
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert len({each.key for each in found}) == 3


def test_popularity_decides_between_equals(documents: list[Document]) -> None:
    twins = [
        Document(key, f"{key}怎么办理？", "x", (f"{key}怎么办理？", "这个业务怎么办"))
        for key in ("甲", "乙", "丙")
    ]
    popular = Suggester(twins, {"丙": 9.0, "乙": 1.0})
    assert [each.key for each in popular.suggest("业务")] == ["丙", "乙", "甲"]


@pytest.mark.parametrize("typed", ["", " ", "？", "😀"])
def test_nothing_typed_suggests_nothing(suggester: Suggester, typed: str) -> None:
    assert suggester.suggest(typed) == []


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_it(suggester: Suggester, text: str) -> None:
    assert len(suggester.suggest(text)) <= 5


def test_no_documents() -> None:
    assert Suggester([]).suggest("退款") == []


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("退款", "退款"),
        ("tuikuan", "退款"),
        ("tk", "退款"),
        ("tui", "退"),
        ("款多", "款多"),
        ("到账？", "到账"),
        ("发票", None),
    ],
)
def test_the_part_that_was_typed_is_told(query: str, part: str | None) -> None:
    title = "退款多久到账？"
    (found,) = Suggester([Document("refund.time", title, "refund", (title, "发票"))]).suggest(query)
    assert (title[slice(*found.match)] if found.match else None) == part
