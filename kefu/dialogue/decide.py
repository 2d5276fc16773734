"""The one decision function: reads an understanding and the dialogue state, writes nothing.

Rasa names an action and that action calls :func:`decide`; while Rasa is away the turn calls it without a name
and the same code decides from the service's own understanding. There are never two bots.
"""

from collections.abc import Callable
from dataclasses import replace

from kefu.conversations.schemas import Reply
from kefu.dialogue import answering, context, forms, grave, showing
from kefu.dialogue.answering import Scope
from kefu.dialogue.decision import Case, Decision
from kefu.dialogue.readings import Ranked
from kefu.dialogue.signals import (
    Signal,
    gives_up,
    is_asking,
    is_explicit,
    ordinal,
    pleasantry,
    wants_done,
)
from kefu.dialogue.tools import FORMS
from kefu.knowledge.snapshot import HUMAN, PRIVACY

# Which tool an explicit request wants, and which article explains the matter.
REQUESTS = {
    "check_order": ("orders", "order.status"),
    "track_parcel": ("logistics", "shipping.track"),
    "check_refund": ("refund_progress", "refund.progress"),
    "urge_order": ("urge", "shipping.urge"),
    "cancel_order": ("cancel_order", "order.cancel"),
    "change_address": ("change_address", "order.modify_address"),
    "apply_return": ("return_request", "refund.apply_return"),
    "apply_refund": ("refund_request", "refund.apply_refund_only"),
    "apply_exchange": ("exchange_request", "exchange.apply"),
    "apply_invoice": ("invoice_request", "invoice.apply"),
    "file_complaint": ("complaint", "complaint.how"),
    "verify_identity": ("identity", "order.status"),
}
SMALLTALK = ("greet", "thanks", "goodbye", "bot_identity", "chitchat", "affirm", "solved")
# Of data/rules and data/stories, what a decision depends on; used in a turn that the bot misses.
RULES = {name: f"action_{name}" for name in ("none_of_these", "not_solved", "solved")}
STORIES = {
    ("clarify", "affirm"): "action_choose_option",
    ("clarify", "deny"): "action_none_of_these",
    ("answer", "affirm"): "action_solved",
    ("answer", "deny"): "action_not_solved",
}
SURE = 0.8
WANTS = 0.4
SMALL, PLAINLY_ASKED, PLAIN = 0.6, 0.8, 0.98
INSISTED = 0.5
INSIDE, OUTSIDE = 0.6, 0.35
OUTSIDE_STILL = 0.5  # asked of the same once the shop was spoken of
POSSIBLE = 0.01
WHICH_ONE = "好的，请点一下上面的选项，或者回复序号；都不合适的话，直接说说您的问题就行。"


def decide(case: Case) -> Decision:
    """Decide what one typed message leads to."""
    case = with_intent(case)
    for rule in (grave.hand_over, _form, _chosen, _vague, _small, _elsewhere, _request, _follow_up):
        decision = rule(case)
        if decision is not None:
            return decision
    return _by_knowledge(case)


def with_intent(case: Case) -> Case:
    """Without the bot's reading, the service's own: the same intents, and what the rules make of them."""
    understood = case.understanding
    ranking = understood.unaided() if understood.intent is None and understood.unaided else ()
    if not ranking:
        return case
    name = ranking[0].name
    asked = "clarify" if case.memory.offered else "answer" if case.memory.article_key else ""
    action = RULES.get(name) or STORIES.get((asked, name))
    return replace(case, understanding=replace(understood, intent=ranking[0], ranking=ranking, action=action))


def _form(case: Case) -> Decision | None:
    """A form is open: the message fills it, leaves it, asks for another one, or interrupts it."""
    state, understood = case.memory.form, case.understanding
    if state is None:
        return None
    decision = forms.step(case)
    if decision is not None:
        return decision
    wanted = REQUESTS.get(understood.intent.name, ("", ""))[0] if understood.intent else ""
    if wanted in FORMS and wanted != state.form_id and understood.intent_is(*REQUESTS, at_least=SURE):
        return forms.start(case, wanted)
    if wanted == state.form_id or understood.intent_is("affirm"):
        return forms.again(case)
    reply = _small(case) or _follow_up(case) or answering.by_retrieval(case)
    return forms.interrupted(case, state, reply)


def _chosen(case: Case) -> Decision | None:
    """An offered option chosen by number or by words, or all of them turned down."""
    understood, memory = case.understanding, case.memory
    if understood.signal is Signal.NONE_OF_THESE or (
        understood.intent_is("none_of_these", at_least=SURE) and not understood.corrects
    ):
        return none_of_these(case)
    if not memory.offered or understood.corrects:
        return None
    if understood.signal is Signal.MORE and memory.more:
        return answering.more(case)
    # A story names this action for a "不是" after options were offered.
    if understood.action == "action_none_of_these" and len(understood.normalised) <= 8:
        return none_of_these(case)
    place = ordinal(understood.text, len(memory.offered))
    if place is None and understood.action == "action_choose_option" and understood.intent_is("affirm"):
        if len(memory.offered) > 1:
            return case.done("smalltalk", Reply("text", {"text": WHICH_ONE}))
        place = 0
    if place is not None:
        return choose_article(case, memory.offered[place].key)
    return _chosen_by_words(case)


def _chosen_by_words(case: Case) -> Decision | None:
    """Words that fit one of the offered options best ("我说的是查物流那个", "到账那个", "收不收费")."""
    key = context.picked(case)
    if key is not None:
        return choose_article(case, key)
    understood, offered = case.understanding, {one.key for one in case.memory.offered}
    if understood.in_context:
        return None
    top = understood.result.candidates[:1]  # a long message: its own words decide
    if not top or top[0].key not in offered or top[0].confidence < case.facts.thresholds.answer:
        return None
    return choose_article(case, top[0].key)


def none_of_these(case: Case) -> Decision:
    """都不是: a second, different narrowing; after that a person, with all that was learned."""
    memory = case.memory
    if not memory.offered:
        return answering.fail(case)
    memory.rejected = [*memory.rejected, *(one.key for one in memory.offered)][-30:]
    memory.failures += 1
    memory.remember(case.understanding.text or "以上都不是", "none_of_these")
    topic = memory.offered_topic
    memory.offered, memory.more = [], []
    if memory.failures >= answering.FAILURES_TO_HUMAN:
        return answering.hand_over(case, "none_of_these", 0)
    readings = showing.other_readings(case, topic)
    if not readings:
        options = [case.facts.option("human", "human", "转人工客服", None)]
        text = "抱歉没有猜中。请用一句话说说具体情况，例如“昨天签收的鞋子想换大一码”；也可以直接转人工。"
        return case.done("rephrase", Reply("fallback", {"text": text, "options": options}))
    return answering.clarify(case, readings, topic, text=answering.CLARIFY_AGAIN)


def choose_article(case: Case, key: str) -> Decision:
    """An option for an article was chosen: run its tool where the customer is verified, else answer."""
    articles = case.facts.knowledge.articles
    if key not in articles:
        return answering.fail(case)
    topic = case.memory.offered_topic
    tool = articles[key].tool
    decision: Decision | None = None
    if tool is not None and case.facts.verified:
        decision = run_tool(case, tool, key)
    decision = decision or answering.answer(case, key, confidence=1.0)
    case.memory.failures = 0
    return decision if topic is None else _with_choice(decision, topic, key)


def _with_choice(decision: Decision, topic: str, key: str) -> Decision:
    return Decision(**{**decision.__dict__, "chosen": (topic, key)})


def run_tool(case: Case, tool: str, article: str) -> Decision | None:
    """Show a card or open a form; None when there is nothing to show, so that the article answers."""
    if tool in {HUMAN, PRIVACY}:  # the answer itself brings them
        return None
    if tool in FORMS:
        return forms.start(case, tool)
    return showing.show(case, tool, article)


def _vague(case: Case) -> Decision | None:
    """A vague request is narrowed, never answered by a guess.

    Nothing but a topic word is told by the words alone: classifiers misread one-word messages (Rasa issue 8778).
    """
    understood = case.understanding
    if understood.topic is not None and understood.bare and pleasantry(understood.text) is None:
        return _in_passing(case) or answering.clarify_topic(case, understood.topic)
    # Few words that ask just what an article is for are not vague, whatever they look like ("东西怎么还没到").
    if not understood.intent_is("vague_topic", at_least=0.6) or (
        is_asking(understood.asked) and _covered(case, PLAIN)
    ):
        return None
    topic = case.facts.knowledge.words.get(understood.entity("topic") or "") or understood.topic
    if topic is not None:
        return answering.clarify_topic(case, topic)
    return answering.narrow(case)


def _in_passing(case: Case) -> Decision | None:
    """A topic word with something around it, near the last answer ("那我拒收呢"), or that asks how it is there ("那要多久")."""
    ranked, last, articles = context.meant(case), case.memory.article_key or "", case.facts.knowledge.articles
    asked = case.understanding.asked
    if case.memory.offered or not ranked or last not in articles:
        return None
    if case.facts.knowledge.topic_words.is_word(asked) and not is_asking(asked):
        return None
    best = ranked[0]
    if best.near and context.stands_out(ranked, case.facts.thresholds.answer):
        return answering.answer(case, best.key, confidence=best.likelihood)
    if not is_asking(asked):
        return None
    return answering.answer(
        case, last, confidence=next((one.likelihood for one in ranked if one.key == last), 0.0)
    )


def _small(case: Case) -> Decision | None:
    """Greetings, thanks and the like, unless the same message also asks something."""
    understood = case.understanding
    if understood.intent_is("solved", "affirm", at_least=SURE) and understood.action == "action_solved":
        return _say(case, "solved")
    # Rules and stories name this action for "没用", and for a "不是" after an answer.
    if understood.action == "action_not_solved" and understood.intent_is("not_solved", "deny", at_least=SURE):
        return answering.fail(case)
    if gives_up(understood.text) and not understood.bare:
        return _say(case, "solved")
    if (name := pleasantry(understood.text)) is not None:
        return _say(case, name)
    if understood.likelihood(*SMALLTALK) < SMALL or understood.corrects or _covered(case, PLAINLY_ASKED):
        return None
    name = next(one.name for one in understood.ranking if one.name in SMALLTALK)
    return _say(case, "solved" if name == "affirm" else name)


def _covered(case: Case, confidence: float) -> bool:
    result = case.understanding.result
    inside = result.in_domain >= case.facts.thresholds.decline
    return inside and bool(result.candidates) and result.candidates[0].confidence >= confidence


def _say(case: Case, name: str) -> Decision:
    lines = case.facts.knowledge.smalltalk.get(name, ("我在的，请问有什么可以帮您？",))
    line = lines[len(case.understanding.text) % len(lines)]
    return case.done("smalltalk", Reply("text", {"text": line}))


def _elsewhere(case: Case) -> Decision | None:
    """What was bought in another shop, or asks for another firm's coupons, is not ours to answer."""
    return answering.decline(case) if case.understanding.elsewhere else None


def _request(case: Case) -> Decision | None:
    """An explicit request for a tool; of an unverified customer it must be an order, not a question."""
    understood = case.understanding
    explicit = is_explicit(understood.text)
    insists = case.facts.verified and wants_done(understood.text)
    name = _wanted(case, insists=insists)
    if name is None:
        return None
    tool, article = REQUESTS[name]
    if not case.facts.verified:
        return _for_a_stranger(case, tool, article, explicit=explicit)
    ordered = (explicit or insists) and forms.possible(case, tool)
    if not ordered and _asks_how(case, article):
        return None
    return run_tool(case, tool, article)


def _wanted(case: Case, *, insists: bool) -> str | None:
    """Return the request that the bot names; of who insists on one, the likeliest of several that resemble each other."""
    understood = case.understanding
    if understood.intent_is(*REQUESTS) and understood.intent is not None:
        return understood.intent.name
    if not insists or understood.likelihood(*REQUESTS) < INSISTED:
        return None
    return next(one.name for one in understood.ranking if one.name in REQUESTS)


def _for_a_stranger(case: Case, tool: str, article: str, *, explicit: bool) -> Decision | None:
    """An order to do something begins with identity; anything else gets the article that explains the matter."""
    if explicit or tool == "identity":
        case.memory.identity = tool if tool != "identity" else None
        return forms.start(case, "identity")
    intent, top = case.understanding.intent, case.understanding.result.candidates[:1]
    if intent is None:
        return None
    doubtful = not top or top[0].confidence < case.facts.thresholds.answer
    agreed = not doubtful and top[0].key == article and intent.confidence >= INSIDE
    if agreed or (doubtful and intent.confidence >= SURE):
        return answering.answer(case, article, confidence=intent.confidence)
    return None


def _asks_how(case: Case, article: str) -> bool:
    """Whether another article plainly answers what only looks like a request for a tool."""
    top = case.understanding.result.candidates[:1]
    return bool(top) and top[0].key != article and top[0].confidence >= case.facts.thresholds.answer


def _follow_up(case: Case) -> Decision | None:
    """A short message in the light of what was just shown; None where that makes nothing of it.

    When nothing stands out, what is certainly a follow-up asks about the last answer again, unless another is likelier.
    """
    understood, ranked, articles = case.understanding, context.meant(case), case.facts.knowledge.articles
    if not ranked:
        return None
    best, last, bar = ranked[0], case.memory.article_key or "", case.facts.thresholds.answer
    if context.stands_out(ranked, bar):
        return _with_card(case, answering.answer(case, best.key, confidence=best.likelihood))
    again = next((one.likelihood for one in ranked if one.key == last), 0.0)
    follows = understood.likelihood("follow_up") >= context.FOLLOWS_ON and not case.memory.offered
    if follows and last in articles and again * context.CLEAR >= best.likelihood:
        return answering.answer(case, last, confidence=again)
    if _covered(case, bar) or not any(one.near for one in ranked[:3]):
        return None
    likely = [Ranked(one.key, None) for one in ranked if one.likelihood >= POSSIBLE]
    return answering.clarify(case, likely, understood.topic)


def _by_knowledge(case: Case) -> Decision:
    """What is left is a question: the knowledge base answers it, narrows it, or it is declined."""
    understood, scope = case.understanding, Scope.UNKNOWN
    outside = OUTSIDE if case.memory.article_key is None else OUTSIDE_STILL
    if understood.intent_is("out_of_scope", "chitchat", at_least=outside):
        scope = Scope.OUTSIDE
    elif understood.intent_is("ask_knowledge", "vague_topic", "follow_up", *REQUESTS, at_least=INSIDE):
        scope = Scope.INSIDE
    if _unsaid(case):
        return answering.narrow(case)
    return _with_card(case, answering.by_retrieval(case, bot=scope))


def _unsaid(case: Case) -> bool:
    """Whether a few words follow on something that was never said ("得几天啊" as the first message)."""
    memory, understood = case.memory, case.understanding
    spoken = memory.article_key or memory.offered or len(understood.normalised) > answering.FEW
    return not spoken and understood.likelihood("follow_up") >= context.FOLLOWS_ON


def _with_card(case: Case, decision: Decision) -> Decision:
    return showing.with_card(case, decision, wanted=case.understanding.likelihood(*REQUESTS) >= WANTS)


def decide_option(case: Case, kind: str, key: str) -> Decision:
    """Decide what a clicked option leads to."""
    handlers: dict[str, Callable[[], Decision]] = {
        "article": lambda: choose_article(case, key),
        "topic": lambda: answering.clarify_topic(case, key),
        "none": lambda: none_of_these(case),
        "human": lambda: answering.hand_over(case, Signal.ASKED.value, 0),
        "action": lambda: _act(case, key),
        "intent": lambda: _act(case, f"tool:{REQUESTS[key][0]}"),
    }
    return handlers[kind]()


def _act(case: Case, key: str) -> Decision:
    verb, _, name = key.partition(":")
    if verb == "more":
        return answering.more(case) if case.memory.more else none_of_these(case)
    if verb == "form" and name in FORMS:
        return forms.start(case, name)
    if verb == "submit" and name in FORMS:
        state = case.memory.form
        return forms.submit(case, name, state.values if state and state.form_id == name else {})
    if name in FORMS:
        return forms.start(case, name)
    if not case.facts.verified:
        case.memory.identity = name
        return forms.start(case, "identity")
    return showing.show(case, name, showing.ARTICLES[name]) or answering.answer(
        case, showing.ARTICLES[name], confidence=1.0
    )
