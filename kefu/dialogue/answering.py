"""Knowledge: answer, clarify among near-tied readings, or decline; never a guess, never an invented answer."""

from dataclasses import replace
from enum import Enum
from typing import Any

from kb_index.search import Candidate, SearchResult
from kefu.conversations.schemas import Reply
from kefu.dialogue.decision import Case, Decision, Handover, Option
from kefu.dialogue.memory import Offered
from kefu.dialogue.readings import Ranked, rank
from kefu.dialogue.signals import Signal, is_asking, leaves_open
from kefu.dialogue.tools import FORMS
from kefu.knowledge.snapshot import PRIVACY

RELATED = 4
BATCHES = 3  # how often 换一批 can show others
FAILURES_TO_HUMAN = 2
# The index gives the shop's own questions an in-domain probability near 1, so what counts is how near.
COVERED = 0.85  # below it nothing is answered, at most narrowed
COVERED_IF_SURE = 0.7  # the same for an answer as sure as SURE
DOUBTED, SUSPECT = 0.9, 0.92  # asked of what the bot takes for out of scope: to narrow it, to answer it
TRUST = 0.5  # how much less is asked of what the bot takes for the shop's business
SURE = 0.9  # asked of an answer to what the bot takes for out of scope
SURE_OF_FEW_WORDS = 0.95  # asked of an answer to a few words: they are mostly vague
SURE_OF_A_QUESTION = 0.85  # the same where they ask something
NEVER = 1.01  # asked of an answer to a few words that leave open what is asked
PERHAPS_VAGUE = 0.2  # likelihood from which the bot doubts that a few words ask anything at all
CHOSEN = 3.3
"""Times the odds of being right, of an answer that passed every bar, against what its article's score alone gives
(docs/evaluation.md)."""
FAMILIAR = 0.8  # however odd a message is, an article that fits it so well is worth offering
NEARLY, PLAUSIBLE = 0.75, 0.5  # in-domain probability and an article's confidence that are worth asking back
NOTHING_FITS = 0.01
HARDLY = 0.15  # in-domain probability below which not even a short message is worth a guess at what it means
NEAREST = 5
FITTING, UNFITTING = 2.0, 0.7  # odds of an article that is, or is not, for the state that the order is in
FEW, SHORT = 6, 8  # characters


class Scope(Enum):
    """What the bot's intent says about whether the shop is meant."""

    UNKNOWN = "unknown"
    INSIDE = "inside"
    OUTSIDE = "outside"


CLARIFY = "您想了解的是下面哪一个？点一下，或直接回复序号。"
CLARIFY_MORE = "换了一批，有您想问的吗？"
CLARIFY_AGAIN = "换个方向再帮您找找，是下面这些吗？"
NOT_UNDERSTOOD = "抱歉，我没有完全理解您的意思。您可以换个说法再说一次，也可以直接转人工。"
DID_YOU_MEAN = "抱歉，我没有完全理解。您是不是想问下面这些？也可以换个说法，或直接转人工。"
DECLINE = "这个问题不在云杉商城的服务范围内，我不能随便回答您。购物、物流、退换货、发票等问题都可以问我。"
REASONS = {"hot": "hot", "similar": "similar"}


def answer(
    case: Case, key: str, *, confidence: float, outcome: str = "answer", actions: list[Option] | None = None
) -> Decision:
    """Answer with an article; afterwards follow-up questions are read in its context.

    ``actions`` take the place of the article's own tool where that is not possible.
    """
    facts, memory = case.facts, case.memory
    article = facts.knowledge.articles[key]
    if article.hands_over:
        return hand_over(case, Signal.ASKED.value, 0)
    memory.speak_of(key)
    memory.failures, memory.fragment = 0, ""
    memory.offered, memory.offered_topic, memory.more = [], None, []
    memory.remember(case.understanding.text or article.title, f"answer:{key}")
    content = {
        "text": article.answer_for(facts.focus.state.value if facts.focus else None, facts.channel),
        "source": {"article_key": key, "title": article.title, "revision": article.revision},
        "confidence": round(confidence, 3),
        "ai_generated": True,
        "related": related(case, key, actions),
    }
    replies = [Reply("answer", content)]
    if article.tool == PRIVACY:
        replies.append(Reply("card", {"type": PRIVACY, "data": {}, "actions": []}))
    return case.done(outcome, *replies)


def related(case: Case, key: str, actions: list[Option] | None = None) -> list[Option]:
    """Return what a customer may want next: ``actions`` or else the article's tool, then related questions."""
    facts = case.facts
    options = _tool(case, key) if actions is None else list(actions)
    today = facts.now.date()
    for other in facts.knowledge.articles[key].related:
        found = facts.knowledge.articles.get(other)
        if found is not None and found.valid(today):
            options.append(facts.option("article", other, found.title, "similar"))
    return options[: RELATED + 1]


def _tool(case: Case, key: str) -> list[Option]:
    """Return the article's tool, and for a stranger the verification that it needs."""
    facts, tool = case.facts, case.facts.knowledge.articles[key].tool
    if tool is None or tool == PRIVACY:
        return []
    options = [facts.option("action", f"tool:{tool}", tool_title(tool) or "查看", None, facts.meant)]
    if not facts.verified:
        options.append(facts.option("action", "form:identity", "验证身份后直接办理", None))
    return options


TOOL_TITLES = {
    "orders": "查看我的订单",
    "logistics": "查我的物流",
    "refund_progress": "查退款进度",
    "invoices": "查看我的发票",
    "coupons": "查看我的优惠券",
    "addresses": "查看收货地址",
    "complaint_progress": "查投诉进度",
}


def tool_title(tool: str | None) -> str | None:
    """Return what a tool does, in a few words; None where it has no name."""
    return FORMS[tool].offer if tool in FORMS else TOOL_TITLES.get(tool or "")


def clarify(case: Case, ranked: list[Ranked], topic: str | None, *, text: str = CLARIFY) -> Decision:
    """Offer readings; what does not fit in waits for 换一批, and the last option is always 以上都不是."""
    facts, memory = case.facts, case.memory
    most = facts.thresholds.max_options
    memory.more = [one.key for one in ranked[most : most * BATCHES]]
    ranked = ranked[:most]
    articles = facts.knowledge.articles
    options = [facts.option("article", one.key, articles[one.key].title, one.reason) for one in ranked]
    options.append(facts.option("none", topic or "", "以上都不是", None))
    memory.offered = [Offered(kind="article", key=one.key, title=articles[one.key].title) for one in ranked]
    memory.offered_topic, memory.topic = topic, topic or memory.topic
    memory.remember(case.understanding.text, "clarify:" + ",".join(one.key for one in ranked))
    shown = tuple((topic, one.key) for one in ranked) if topic else ()
    content: dict[str, Any] = {"text": text, "options": options}
    if memory.more:
        content["more"] = facts.option("action", "more", "换一批", None)
    return case.done("clarify", Reply("clarify", content), shown=shown)


def more(case: Case) -> Decision:
    """换一批: the readings that did not fit in. No failure; but what was passed over is not offered again."""
    memory = case.memory
    memory.rejected = [*memory.rejected, *(one.key for one in memory.offered)][-30:]
    known = case.facts.knowledge.articles
    rest = [Ranked(key, None) for key in memory.more if key in known]
    tried = memory.tried
    decision = clarify(case, rest, memory.offered_topic, text=CLARIFY_MORE)
    memory.tried = tried
    return decision


def clarify_topic(case: Case, topic: str) -> Decision:
    """Offer the readings of a vague topic, those of this order's state first."""
    found = case.facts.knowledge.topics[topic]
    state = case.facts.focus.state.value if case.facts.focus else None
    ranked = rank(case.facts.knowledge, found, state, frozenset(case.memory.rejected))
    return clarify(case, ranked or rank(case.facts.knowledge, found, state), topic)


def fail(case: Case, *, offer: list[Ranked] | None = None) -> Decision:
    """In the domain and not understood. The second time in a row a person takes over."""
    memory = case.memory
    memory.failures += 1
    memory.remember(case.understanding.text, "not_understood")
    if memory.failures >= FAILURES_TO_HUMAN:
        return hand_over(case, "not_understood", 0)
    options = [
        case.facts.option("article", one.key, case.facts.knowledge.articles[one.key].title, "similar")
        for one in offer or []
    ]
    options.append(case.facts.option("human", "human", "转人工客服", None))
    text = DID_YOU_MEAN if offer else NOT_UNDERSTOOD
    return case.done("not_understood", Reply("fallback", {"text": text, "options": options}))


def decline(case: Case) -> Decision:
    """Out of the shop's business: say so. This is not a failure of understanding."""
    lines = case.facts.knowledge.smalltalk.get("decline", (DECLINE,))
    case.memory.remember(case.understanding.text, "declined")
    options = [case.facts.option("human", "human", "转人工客服", None)]
    return case.done("decline", Reply("fallback", {"text": lines[0], "options": options}))


def hand_over(case: Case, reason: str, priority: int) -> Decision:
    """Give the conversation to people; the message itself is written with the queue entry.

    Where waiting could do harm, what to do meanwhile comes first: the ``smalltalk`` named as the reason.
    """
    case.memory.failures, case.memory.offered, case.memory.form = 0, [], None
    meanwhile = [Reply("text", {"text": line}) for line in case.facts.knowledge.smalltalk.get(reason, ())[:1]]
    return case.done("handoff", *meanwhile, handover=Handover(reason, priority))


def by_retrieval(case: Case, *, bot: Scope = Scope.UNKNOWN) -> Decision:
    """Decide by calibrated probabilities; ``bot`` is what the intent classifier thinks of the scope.

    Two models that share no features but the embedding must agree before a message is turned away.
    """
    limits, result = case.facts.thresholds, case.understanding.result
    candidates = valid(case, result)
    if not candidates:
        return decline(case)
    top = candidates[0]
    second = candidates[1].confidence if len(candidates) > 1 else 0.0
    floor = {Scope.OUTSIDE: DOUBTED, Scope.INSIDE: limits.decline * TRUST}.get(bot, limits.decline)
    if result.in_domain < floor and top.confidence < FAMILIAR:
        return _nothing_fits(case, candidates, bot)
    bar = _bar(case, bot)
    covered = COVERED_IF_SURE if top.confidence >= SURE else COVERED
    needed = SUSPECT if bot is Scope.OUTSIDE else covered
    if result.in_domain >= needed and top.confidence >= bar and top.confidence - second >= limits.margin:
        return answer(case, top.key, confidence=_at_odds(top.confidence, CHOSEN))
    if top.confidence < NOTHING_FITS and case.understanding.topic is None:
        return fail(case, offer=[Ranked(one.key, "similar") for one in candidates[:3]])
    return clarify(case, _mixed(case, candidates), case.understanding.topic)


def _bar(case: Case, bot: Scope) -> float:
    """Return the confidence (0..1) from which a message is answered rather than narrowed."""
    needed = SURE if bot is Scope.OUTSIDE else 0.0
    understood = case.understanding
    asks, length = is_asking(understood.asked), len(understood.normalised)
    vague = leaves_open(understood.asked) or understood.likelihood("vague_topic") >= PERHAPS_VAGUE
    if length <= SHORT and not asks and vague:
        return NEVER
    if length <= FEW:
        needed = max(needed, SURE_OF_A_QUESTION if asks else SURE_OF_FEW_WORDS)
    return max(case.facts.thresholds.answer, needed)


def _nothing_fits(case: Case, candidates: list[Candidate], bot: Scope) -> Decision:
    """Decline, unless the message is short: then the readings of a topic that it names, or what is nearest, is worth offering."""
    understood = case.understanding
    short = len(understood.normalised) <= SHORT
    if understood.topic is not None and (short or leaves_open(understood.asked)):
        return clarify_topic(case, understood.topic)
    if not short:
        nearly = understood.result.in_domain >= NEARLY and candidates[0].confidence >= PLAUSIBLE
        return narrow(case) if nearly else decline(case)
    if bot is Scope.OUTSIDE or understood.result.in_domain < HARDLY:
        return decline(case)
    return fail(case, offer=[Ranked(one.key, "similar") for one in candidates[:NEAREST]])


def narrow(case: Case) -> Decision:
    """Offer what the message may mean, without answering any of it."""
    candidates = valid(case, case.understanding.result)
    if not candidates:
        return fail(case)
    return clarify(case, _mixed(case, candidates), case.understanding.topic)


def _mixed(case: Case, candidates: list[Candidate]) -> list[Ranked]:
    """Return the candidates, with the readings of the topic that the message names behind the nearest."""
    found = [Ranked(one.key, None) for one in candidates if one.key not in case.memory.rejected]
    topic = case.facts.knowledge.topics.get(case.understanding.topic or "")
    if topic is None or len(case.understanding.normalised) > SHORT:
        return found
    state = case.facts.focus.state.value if case.facts.focus else None
    readings = rank(case.facts.knowledge, topic, state, frozenset(case.memory.rejected))
    merged: dict[str, Ranked] = {one.key: one for one in found[:2]}
    for one in [*readings, *found]:
        merged.setdefault(one.key, one)
    return list(merged.values())


def valid(case: Case, result: SearchResult) -> list[Candidate]:
    """Return the candidates that are published and in force today, the likeliest in this order's state first."""
    articles, today = case.facts.knowledge.articles, case.facts.now.date()
    found = [one for one in result.candidates if one.key in articles and articles[one.key].valid(today)]
    if case.facts.focus is None:
        return found
    placed = [replace(one, confidence=_in_state(case, one)) for one in found]
    return sorted(placed, key=lambda one: -one.confidence)


def _in_state(case: Case, one: Candidate) -> float:
    """Return the confidence with its odds as the order's state makes them."""
    return _at_odds(one.confidence, state_odds(case, one.key))


def _at_odds(confidence: float, times: float) -> float:
    """Return the probability whose odds are so many times those of ``confidence``."""
    if not 0.0 < confidence < 1.0:
        return confidence
    odds = confidence / (1 - confidence) * times
    return odds / (1 + odds)


def state_odds(case: Case, key: str) -> float:
    """Return how much likelier the state of the order makes an article; 1 where it says nothing."""
    states, focus = case.facts.knowledge.articles[key].order_states, case.facts.focus
    if focus is None or not states:
        return 1.0
    return FITTING if focus.state.value in states else UNFITTING
