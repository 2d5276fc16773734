"""`kb_index.text`: the spelling customers use becomes the spelling the shop uses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_index.text import (
    TopicWords,
    char_ngrams,
    clauses,
    is_asking,
    normalise,
    pinyin_forms,
    tokens,
    without_numbers,
)

WORDS = {"快递": "快递", "包裹": "快递", "发票": "发票", "退款": "退款", "app": "应用"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("我要退宽", "我要退款"),
        ("发漂開了冇", "发票开了没有"),
        ("優惠卷點解用唔到", "优惠券为什么用不到"),
        ("快弟三天没动", "快递三天没动"),
        ("资付失败", "支付失败"),
        ("收获地址写错了", "收货地址写错了"),
        ("tuihuo yunfei 谁出", "退货运费 谁出"),
        ("wo yao tui kuan", "我要退款"),
        ("kuai递到哪了", "快递到哪了"),
        ("优hui券", "优惠券"),
        ("YHQ用不了", "优惠券用不了"),
        ("退退货货", "退货"),
        ("急急急!!!!发票", "急!发票"),
        ("ＡＢＣ１２３", "abc123"),
        ("退\u200b款\u0007多久", "退款多久"),
        ("退款😡😡多久[流泪]", "退款多久"),
        ("咋个还不发货", "怎么还不发货"),
    ],
)
def test_restores_what_was_meant(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["app打不开", "ems几天到", "这个能吃吗", "几分钟", "克服困难", "购物物流", "退货货款", "huawei mate60", "usb线坏了", "推销办卡", "sf1234567890123", "ys202611190012", "确定单号"],
)  # fmt: skip
def test_leaves_real_words_alone(typed: str) -> None:
    assert normalise(typed) == typed


@settings(deadline=None)
@given(st.text())
def test_normalise_is_idempotent_for_any_unicode(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@settings(deadline=None)
@given(st.text(alphabet="退推宽款货贷快弟递tuikandh发漂票的吗 !1优惠卷券", max_size=20))
def test_normalise_is_idempotent_among_near_misses(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_the_rest(text: str) -> None:
    assert all(tokens(text))
    assert all(1 <= len(gram) <= 4 for gram in char_ngrams(text))
    assert all(len(clause) > 1 for clause in clauses(text))
    full, initials = pinyin_forms(text)
    assert len(initials) <= len(full)
    assert TopicWords({}).bare(text) is None


def test_lone_surrogates_are_dropped() -> None:
    assert normalise("退\ud800款") == "退款"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("快递呢", "快递"),
        ("那个快递的事", "快递"),
        ("问下包裹!!", "快递"),
        ("请问发票", "发票"),
        ("kuaidi", "快递"),
        ("亲在吗，我想咨询一下退款的问题", "退款"),
        ("包裹，快递", "快递"),
        ("快递到哪了", None),
        ("退款发票", None),
        ("我要退款", None),
        ("在吗", None),
        ("", None),
    ],
)
def test_bare_topic(text: str, topic: str | None) -> None:
    assert TopicWords(WORDS).bare(text) == topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("红包怎么没了", "红包"),
        ("坏了咋整嘛", "坏了"),
        ("怎么没了", "没了"),
        ("这可咋整啊", "怎么办"),
        ("红包坏了", "红包"),  # of two subjects, the one that is written first among the words
        ("在吗", None),
        ("红包" * 20, None),
    ],
)
def test_a_topic_within_a_message_is_what_it_is_about(text: str, topic: str | None) -> None:
    words = {"红包": "红包", "坏了": "坏了", "怎么没了": "没了", "咋整": "怎么办", "咋": "怎么办"}
    assert TopicWords(words).within(text) == topic


@settings(deadline=None)
@given(st.text(alphabet="快递包裹发票退款呢的", max_size=12))
def test_a_topic_within_a_message_is_one_of_the_words_in_it(text: str) -> None:
    topics = {topic for word, topic in WORDS.items() if word in text}
    found = TopicWords(WORDS).within(text)
    assert found in topics if topics else found is None


def test_a_story_falls_into_clauses_and_the_question_is_found() -> None:
    story = "昨天我妈寄的苹果到了，打开一看烂了一半 请问能赔吗"
    assert clauses(story) == ["昨天我妈寄的苹果到了", "打开一看烂了一半", "请问能赔吗"]
    assert [clause for clause in clauses(story) if is_asking(clause)] == ["请问能赔吗"]


def test_tokens_know_the_domain() -> None:
    assert tokens("运费险怎么理赔呀?") == ["运费险", "怎么", "理赔", "呀"]


def test_char_ngrams_skip_punctuation() -> None:
    assert char_ngrams("退,款", 1, 2) == ["退", "款", "退款"]


def test_pinyin_forms() -> None:
    assert pinyin_forms("优惠券") == ("youhuiquan", "yhq")
    assert pinyin_forms("app登录") == ("appdenglu", "appdl")


def test_order_and_phone_numbers_say_nothing() -> None:
    assert without_numbers("ys202611190012到哪了 13800138000") == "到哪了"
