"""Judging what the service did with a case: pure functions from replies to verdicts."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from kefu.dialogue.tools import FORMS
from kefu.knowledge.snapshot import HUMAN
from kefu.measure.cases import (
    Expectation,
    HandoffCase,
    KnowledgeCase,
    OutOfScopeCase,
    VagueCase,
)
from kefu.measure.visitor import TOP, Exchange, Json, offered

NO_TOOLS: Mapping[str, str] = MappingProxyType({})
CARDS = {
    "orders": {"order"},
    "logistics": {"logistics", "order"},
    "refund_progress": {"refund"},
    "invoices": {"invoice"},
    "coupons": {"coupon"},
    "addresses": {"address"},
    "complaint_progress": {"complaint"},
} | {form_id: {"complaint" if form_id == "complaint" else "ticket"} for form_id in FORMS}
"""The cards that an article's tool shows: what it looks up, or the number of what it has done."""


class Verdict(StrEnum):
    """What a message led to. Each set uses those that it needs."""

    RIGHT = "right"
    ONE_CLICK = "one_click"
    MISSED = "missed"  # options, without the right one
    WRONG = "wrong"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"
    OTHER = "other"  # small talk, a form or a card
    NO_REPLY = "no_reply"
    OFFERED = "offered"
    GUESSED = "guessed"
    ANSWERED = "answered"
    CLARIFIED = "clarified"
    SMALLTALK = "smalltalk"
    KEPT = "kept"
    AS_EXPECTED = "as_expected"
    UNEXPECTED = "unexpected"
    NOT_OFFERED = "not_offered"


def knowledge(case: KnowledgeCase, seen: Exchange, tools: Mapping[str, str] = NO_TOOLS) -> Verdict:
    """Judge a question: answered right at once, right after one click, or what else.

    A person is the right answer where that is the article's tool.
    """
    answer = seen.reply("answer")
    if answer is not None:
        return Verdict.RIGHT if answer["source"]["article_key"] in case.keys else Verdict.WRONG
    if seen.handed_over:
        return Verdict.RIGHT if any(tools.get(key) == HUMAN for key in case.keys) else Verdict.HANDED_OVER
    if case.keys.intersection(offered(seen.options())):
        return Verdict.ONE_CLICK
    return _unanswered(seen, Verdict.MISSED)


def leads(case: KnowledgeCase, seen: Exchange) -> bool:
    """Whether the article that a question was answered with, or that was offered first, is right."""
    answer = seen.reply("answer")
    first = [answer["source"]["article_key"]] if answer is not None else offered(seen.options())[:1]
    return bool(case.keys.intersection(first))


def vague(case: VagueCase, seen: Exchange) -> Verdict:
    """Judge a message that must be narrowed: all readings of the brief's topics, any of another's."""
    if seen.reply("answer") is not None:
        return Verdict.GUESSED
    if seen.handed_over:
        return Verdict.HANDED_OVER
    shown = set(offered(seen.options()))
    if shown.issuperset(case.readings) if case.style == "brief" else shown.intersection(case.readings):
        return Verdict.OFFERED
    return _unanswered(seen, Verdict.MISSED)


def _unanswered(seen: Exchange, clarified: Verdict) -> Verdict:
    if seen.reply("clarify") is not None:
        return clarified
    if seen.reply("fallback") is not None:
        return Verdict.DECLINED
    return Verdict.OTHER if seen.replies else Verdict.NO_REPLY


def out_of_scope(_: OutOfScopeCase, seen: Exchange) -> Verdict:
    """Judge a message that the shop has no answer to."""
    if seen.reply("answer") is not None:
        return Verdict.ANSWERED
    if seen.handed_over:
        return Verdict.HANDED_OVER
    if seen.reply("form", "card") is None and seen.reply("text") is not None:
        return Verdict.SMALLTALK
    return _unanswered(seen, Verdict.CLARIFIED)


def acceptable(case: OutOfScopeCase, verdict: Verdict) -> bool:
    """Whether an out-of-scope message was not treated as if the shop covered it."""
    good = {Verdict.DECLINED, Verdict.SMALLTALK}
    return verdict in (good if case.kind == "smalltalk" else good | {Verdict.CLARIFIED})


def handoff(_: HandoffCase, seen: Exchange) -> Verdict:
    """Judge whether people took over."""
    return Verdict.HANDED_OVER if seen.handed_over else Verdict.KEPT


def dialogue_turn(expect: Expectation, seen: Exchange, tools: Mapping[str, str]) -> Verdict:
    """Judge one turn of a dialogue; ``tools`` are the tools of the articles that have one."""
    if "handoff" in expect.kind and seen.handed_over:
        return Verdict.AS_EXPECTED
    if not seen.replies:
        return Verdict.NO_REPLY
    fits = any(
        reply["kind"] in expect.kind and _fits(expect, reply["kind"], reply["content"], tools)
        for reply in seen.replies
    )
    return Verdict.AS_EXPECTED if fits else Verdict.UNEXPECTED


def click_to(expect: Expectation, seen: Exchange) -> str | None:
    """Return the option that leads to what was expected where the customer was asked what they mean instead."""
    if seen.reply("answer", "card", "form") is not None or seen.handed_over:
        return None
    return next((one["id"] for one in seen.options()[:TOP] if one["target"]["key"] in expect.key), None)


def _fits(expect: Expectation, kind: str, content: Json, tools: Mapping[str, str]) -> bool:
    if kind == "clarify" and (expect.readings or expect.key):
        shown = set(offered(content["options"]))
        return shown.issuperset(expect.readings) if expect.readings else bool(shown.intersection(expect.key))
    if kind == "form" and expect.form_id is not None:
        return bool(content["form_id"] == expect.form_id)
    if not expect.key:
        return True
    wanted = {tools[key] for key in expect.key if key in tools}
    if kind == "answer":
        return content["source"]["article_key"] in expect.key
    if kind == "card":
        return any(content["type"] in CARDS.get(tool, ()) for tool in wanted)
    return content["form_id"] in wanted if kind == "form" else True


def described(seen: Exchange) -> str:
    """Return in one line what the customer got, for the list of failures."""
    parts = [_described(reply["kind"], reply["content"]) for reply in seen.replies]
    return " + ".join(parts) or f"(没有回复，{seen.state})"


def _described(kind: str, content: Json) -> str:
    if kind == "answer":
        return f"answer {content['source']['article_key']} {content['confidence']:.2f}"
    if kind in {"clarify", "fallback"}:
        return f"{kind} {','.join(offered(content['options'])) or '-'}"
    detail = {"form": "form_id", "card": "type", "handoff": "reason"}.get(kind)
    return f"{kind} {content[detail]}" if detail else kind
