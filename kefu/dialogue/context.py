"""What a short message means after what was just shown: one of the options offered, or a question about the last answer."""

from dataclasses import dataclass
from math import exp, log

from kb_index.search import SearchResult
from kb_index.text import normalise
from kefu.dialogue import answering
from kefu.dialogue.answering import COVERED
from kefu.dialogue.decision import Case, Understanding
from kefu.dialogue.memory import Memory
from kefu.dialogue.signals import points
from kefu.knowledge.snapshot import Snapshot

LONGEST = 20  # characters; a longer message says by itself what it means
OWN_SUBJECT = 0.9  # so sure an answer to the words alone needs no context
FOLLOWS_ON = 0.4  # likelihood from which the bot calls a message a follow-up
OUTSIDE, DISTANT = 0.5, 0.4  # what is probably not the shop's business is not made so by what came before
UNHEARD = 1e-3
HALF_SAID = 0.6  # what an option whose topic is named as well needs of that likelihood
FAIRLY, CLEAR = 0.7, 2.0  # less of it will do for what is so much likelier than the next
# A conditional logit over the candidates, fitted on the follow-ups of eval/dev and on questions about something new.
ALONE, WITHIN, SHARE = 0.7, 0.6, 0.3
OFFERED, LAST, LAST_IF_FOLLOWS, RELATED, AKIN = 0.4, 0.3, 0.4, 0.9, 0.7


@dataclass(frozen=True)
class Meant:
    """One article that may be meant, and how likely (0..1). ``near``: it was offered, or belongs to the last answer."""

    key: str
    likelihood: float
    near: bool


def spoken_of(knowledge: Snapshot, memory: Memory) -> str | None:
    """Return the words for what was last spoken of: "" for options without a topic, None for nothing."""
    if memory.offered:
        return memory.offered_topic or ""
    last = knowledge.articles.get(memory.article_key or "")
    return last.title.rstrip("？?") if last is not None else None


def matters(asked: str, alone: SearchResult, memory: Memory, *, bare: bool) -> bool:
    """Whether what was spoken of may change what a message means; ``bare`` as for :class:`Understanding`."""
    if len(normalise(asked)) > LONGEST:
        return False
    sure = bool(alone.candidates) and alone.candidates[0].confidence >= OWN_SUBJECT
    return bare or bool(memory.offered) or not sure


def meant(case: Case) -> list[Meant]:
    """Return what a message may mean in its context, the likeliest first; nothing where context does not count."""
    understood = case.understanding
    if understood.in_context is None or _elsewhere(understood):
        return []
    alone = {one.key: one.confidence for one in answering.valid(case, understood.result)}
    within = {one.key: one.confidence for one in answering.valid(case, understood.in_context)}
    offered = [one.key for one in case.memory.offered if one.key in case.facts.knowledge.articles]
    last = case.memory.article_key if not offered else None
    # Behind the last question the search finds mostly that one again, so the others' shares count as well.
    others = sum(score for key, score in within.items() if key != last)
    scores = {
        key: ALONE * log(alone.get(key, 0.0) + UNHEARD)
        + WITHIN * log(within.get(key, 0.0) + UNHEARD)
        + SHARE * log((within.get(key, 0.0) / max(others, 0.03) if key != last else 0.0) + 0.01)
        + _nearness(case, key, offered, last)
        for key in {*alone, *within, *offered}
    }
    total = sum(map(exp, scores.values()))
    found = (
        Meant(key, exp(score) / total, _nearness(case, key, offered, last) > 0.0)
        for key, score in scores.items()
    )
    return sorted(found, key=lambda one: (-one.likelihood, one.key))


def stands_out(ranked: list[Meant], bar: float) -> bool:
    """Whether the first of ``ranked`` is likely enough to be answered, or far likelier than the next one."""
    best, second = ranked[0].likelihood, ranked[1].likelihood if len(ranked) > 1 else 0.0
    return best >= bar or (best >= bar * FAIRLY and best >= CLEAR * second)


def _elsewhere(understood: Understanding) -> bool:
    follows = understood.likelihood("follow_up") >= FOLLOWS_ON
    outside = understood.likelihood("out_of_scope", "chitchat") >= OUTSIDE
    distant = understood.result.in_domain < (COVERED if outside else DISTANT)
    return understood.elsewhere or (distant and not follows)


def _nearness(case: Case, key: str, offered: list[str], last: str | None) -> float:
    if offered:
        return OFFERED if key in offered else 0.0
    if last is None or last not in case.facts.knowledge.articles:
        return 0.0
    if key == last:
        return LAST + LAST_IF_FOLLOWS * case.understanding.likelihood("follow_up")
    article = case.facts.knowledge.articles[last]
    akin = AKIN if key.startswith(f"{article.category}.") else 0.0
    return akin + (RELATED if key in article.related else 0.0)


def picked(case: Case) -> str | None:
    """Return which of the options on offer a message means; None when it may mean something else.

    A bare topic word picks where an option is one of that topic's readings ("运费" after those for 退货), or where
    it points ("付款的那个").
    """
    understood, memory = case.understanding, case.memory
    ranked, offered = meant(case), {one.key for one in memory.offered}
    if not ranked:
        return None
    topic, bar = case.facts.knowledge.topics.get(understood.topic or ""), case.facts.thresholds.answer
    if topic is not None and topic.name == memory.offered_topic and understood.bare:
        return None
    named = {one.key for one in topic.readings} & offered if topic is not None else set()
    if not understood.bare:
        best = next((one for one in ranked if one.key in offered), None)
        if best is None or best.likelihood < FAIRLY * ranked[0].likelihood:
            return None
        return best.key if best.likelihood >= (bar * HALF_SAID if best.key in named else bar) else None
    if not named and not points(understood.asked):
        return None
    among = [one for one in ranked if one.key in (named or offered)]
    return among[0].key if len(among) == 1 or among[0].likelihood >= CLEAR * among[1].likelihood else None
