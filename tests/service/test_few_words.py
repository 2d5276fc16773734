"""What a few words lead to: they are mostly vague, so an answer must be surer, and what is unknown is offered."""

from typing import Any

import pytest

from kb_index.search import Candidate, SearchResult
from kb_index.text import normalise
from kefu.core.clock import now
from kefu.dialogue.brain import Brain
from kefu.dialogue.decide import decide
from kefu.dialogue.decision import Case, Decision, Facts, Thresholds, Understanding
from kefu.dialogue.memory import Memory
from kefu.dialogue.ports import Intent

KEYS = ("shipping.missing_item", "refund.amount_wrong", "order.merge")


def option(
    kind: str, key: str, title: str, reason: str | None, order_no: str | None = None
) -> dict[str, Any]:
    return {"target": {"kind": kind, "key": key}, "title": title}


def decided(
    brain: Brain,
    text: str,
    *,
    sure: float,
    covered: float = 1.0,
    article: str | None = None,
    **intents: float,
) -> Decision:
    """What a message leads to whose first candidate is so ``sure``, said after an ``article``, read as ``intents``."""
    found = tuple(
        Candidate(key, key, 1.0 / place, confidence, 0.0, 0.0, 0.0, key)
        for place, (key, confidence) in enumerate(zip(KEYS, (sure, 0.02, 0.01), strict=True), 1)
    )
    ranking = tuple(Intent(name, likelihood) for name, likelihood in intents.items()) or (
        Intent("ask_knowledge", 0.5),
    )
    seen = Understanding(
        text=text, asked=text, normalised=normalise(text),
        result=SearchResult(text, normalise(text), (text,), found, covered), intent=ranking[0], ranking=ranking,
    )  # fmt: skip
    facts = Facts(
        now=now(), knowledge=brain.knowledge, thresholds=Thresholds(0.5, 0.05, 0.8, 5), option=option
    )
    memory = Memory()
    if article is not None:
        memory.speak_of(article)
    return decide(Case(seen, memory, facts))


@pytest.mark.parametrize(
    ("text", "sure", "outcome"),
    [
        ("金额对不上", 0.9, "clarify"),
        ("金额对不上", 0.96, "answer"),
        ("怎么少了", 0.84, "clarify"),
        ("怎么少了", 0.86, "answer"),
        ("我收到的包裹里少了一样东西", 0.6, "answer"),
    ],
)
def test_the_fewer_words_the_surer_an_answer_must_be(
    brain: Brain, text: str, sure: float, outcome: str
) -> None:
    assert decided(brain, text, sure=sure).outcome == outcome


@pytest.mark.parametrize("text", ["说明书啥的", "秒杀那单", "余额里头", "新疆这边"])
def test_what_leaves_open_what_is_asked_is_narrowed_however_sure(brain: Brain, text: str) -> None:
    assert decided(brain, text, sure=1.0).outcome == "clarify"
    assert decided(brain, f"{text}怎么弄", sure=1.0).outcome == "answer"


def test_a_few_words_that_the_bot_takes_for_vague_are_narrowed(brain: Brain) -> None:
    assert decided(brain, "两个一样", sure=0.99, ask_knowledge=0.6, vague_topic=0.1).outcome == "answer"
    assert decided(brain, "两个一样", sure=0.99, ask_knowledge=0.4, vague_topic=0.3).outcome == "clarify"


def test_what_is_taken_for_out_of_scope_is_asked_no_less_in_few_words(brain: Brain) -> None:
    assert decided(brain, "怎么少了", sure=0.88, out_of_scope=0.6).outcome != "answer"
    assert decided(brain, "怎么少了", sure=0.92, out_of_scope=0.6).outcome == "answer"


def test_a_follow_up_on_nothing_is_narrowed(brain: Brain) -> None:
    assert decided(brain, "得几天啊", sure=0.99, follow_up=0.9).outcome == "clarify"
    assert decided(brain, "得几天啊", sure=0.99, article="order.merge", follow_up=0.9).outcome == "answer"


def test_a_short_message_that_may_be_the_shops_gets_what_is_nearest(brain: Brain) -> None:
    decision = decided(brain, "搬家了", sure=0.3, covered=0.4)
    (reply,) = decision.replies
    targets = [one["target"] for one in reply.content["options"]]
    assert reply.kind == "fallback"
    assert [one["key"] for one in targets if one["kind"] == "article"] == list(KEYS)
    for declined in (
        decided(brain, "搬家了", sure=0.3, covered=0.05),
        decided(brain, "搬家了", sure=0.3, covered=0.4, out_of_scope=0.8),
        decided(brain, "我上个月从上海搬家到苏州去了", sure=0.3, covered=0.4),
    ):
        assert declined.outcome == "decline"


def test_a_grave_intent_must_be_surer_in_few_words(brain: Brain) -> None:
    assert decided(brain, "充了钱的", sure=0.5, money_lost=0.55).handover is None
    assert decided(brain, "充了钱的", sure=0.5, money_lost=0.75).handover is not None
    long = "我往那个人的卡里充了钱他就把我拉黑了"
    assert decided(brain, long, sure=0.5, money_lost=0.55).handover is not None
