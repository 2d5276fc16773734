"""What a short message means after what was just shown: one of the options offered, or a question about the last answer."""

from dataclasses import dataclass
from math import exp, log

from kb_index.search import SearchResult
from kb_index.text import letters, normalise
from kefu.dialogue import answering
from kefu.dialogue.answering import COVERED
from kefu.dialogue.decision import Case, Understanding
from kefu.dialogue.memory import Memory
from kefu.dialogue.signals import points
from kefu.knowledge.snapshot import Snapshot

LONGEST = 20  # characters; a longer message says by itself what it means
SHORT, OWN_SUBJECT = 8, 0.8  # so does one not as short as that to which there is so sure an answer
CONSIDERED = 20  # candidates of a search that are weighed; one further down counts as the last of them
FOLLOWS_ON = 0.4  # likelihood from which the bot calls a message a follow-up
OUTSIDE, DISTANT = 0.5, 0.2  # what is probably not the shop's business is not made so by what came before
HALF_SAID = 0.6  # what an option whose topic is named as well needs of that likelihood
NEARLY = 0.7  # how near to the likeliest an option comes that is picked all the same
FAIRLY, CLEAR = 0.9, 2.0  # less of it will do for what is so much likelier than the next
WEIGHTS = {
    "alone": 0.75,
    "behind_question": 0.26,
    "behind_subject": 0.16,
    "says": 0.42,
    "near_says": 0.87,
    "last_says": 0.74,
    "offered": 2.44,
    "last": 2.3,
    "last_if_short": 1.54,
    "related": 1.22,
    "akin": 0.52,
    "earlier": 2.8,
    "near_if_follows": 1.18,
    "near_if_short": 4.3,
}
"""A conditional logit over the candidates, fitted on the dialogues of ``eval/dev``: ``kefu kb fit-context``.

``alone``, ``behind_question``, ``behind_subject``: the log share of the candidate in the ranking of the message, alone and
behind the words for what was spoken of. ``says``: how much of the message its answer repeats. It is ``near`` if it
was ``offered``, is the ``last`` answer, ``related`` to it, ``akin`` (of its category) or was answered ``earlier``.
"""
SAYS_ITSELF = 12  # characters from which nothing counts as short


@dataclass(frozen=True)
class Meant:
    """One article that may be meant, and how likely (0..1). ``near``: it was offered, or belongs to the last answer."""

    key: str
    likelihood: float
    near: bool


def spoken_of(knowledge: Snapshot, memory: Memory) -> tuple[str, ...]:
    """Return the words for what was last spoken of, the question and its subject, or the topic of the options."""
    if memory.offered:
        return (memory.offered_topic,) if memory.offered_topic else ()
    last = knowledge.articles.get(memory.article_key or "")
    if last is None:
        return ()
    return tuple(filter(None, (last.title.rstrip("？?"), knowledge.subjects.get(last.key))))


def matters(asked: str, alone: SearchResult, *, bare: bool) -> bool:
    """Whether what was spoken of may change what a message means; ``bare`` as for :class:`Understanding`."""
    sure = bool(alone.candidates) and alone.candidates[0].confidence >= OWN_SUBJECT and not bare
    return len(normalise(asked)) <= LONGEST and not (sure and len(letters(asked)) > SHORT)


def meant(case: Case) -> list[Meant]:
    """Return what a message may mean in its context, the likeliest first; nothing where context does not count."""
    found = evidence(case)
    scores = {
        key: sum(WEIGHTS[name] * value for name, value in features.items()) for key, features in found.items()
    }
    total = sum(map(exp, scores.values()))
    likely = (Meant(key, exp(score) / total, "near_says" in found[key]) for key, score in scores.items())
    return sorted(likely, key=lambda one: (-one.likelihood, one.key))


def evidence(case: Case) -> dict[str, dict[str, float]]:
    """Return the candidates with what speaks for each, by the names of ``WEIGHTS``; none where context does not count."""
    understood = case.understanding
    if not understood.in_context or _elsewhere(understood):
        return {}
    last = case.memory.article_key if not case.memory.offered else None
    behind = [_shares(case, one, without=last) for one in understood.in_context]
    rankings = {
        "alone": _shares(case, understood.result), "behind_question": behind[0], "behind_subject": behind[-1]
    }  # fmt: skip
    said, near = case.facts.knowledge.answers.say(understood.asked), _nearness(case)
    found: dict[str, dict[str, float]] = {}
    for key in dict.fromkeys((*near, *(key for shares in rankings.values() for key in shares))):
        found[key] = near.get(key, {}) | {"says": said.get(key, 0.0)}
        if key in near:
            found[key]["near_says"] = said.get(key, 0.0)
        if key == last:
            found[key]["last_says"] = said.get(key, 0.0)
    for name, shares in rankings.items():
        least = min(shares.values(), default=0.0)
        for key, features in found.items():
            features[name] = shares.get(key, least)
    return found


def _shares(case: Case, result: SearchResult, without: str | None = None) -> dict[str, float]:
    """Return the log share of each candidate in the ranking, as the state of the order makes it.

    Behind the last question the search finds mostly that one again, so it is left out and counts as the first.
    """
    scores = {
        one.key: one.score + log(answering.state_odds(case, one.key))
        for one in answering.valid(case, result)
        if one.key != without
    }
    total = log(sum(map(exp, scores.values()))) if scores else 0.0
    shares = {key: score - total for key, score in scores.items()}
    return shares if without is None else shares | {without: 0.0}


def stands_out(ranked: list[Meant], bar: float) -> bool:
    """Whether the first of ``ranked`` is likely enough to be answered, or far likelier than the next one."""
    best, second = ranked[0].likelihood, ranked[1].likelihood if len(ranked) > 1 else 0.0
    return best >= bar or (best >= bar * FAIRLY and best >= CLEAR * second)


def _elsewhere(understood: Understanding) -> bool:
    follows = understood.likelihood("follow_up") >= FOLLOWS_ON
    outside = understood.likelihood("out_of_scope", "chitchat") >= OUTSIDE
    distant = understood.result.in_domain < (COVERED if outside else DISTANT)
    return understood.elsewhere or (distant and not follows)


def _nearness(case: Case) -> dict[str, dict[str, float]]:
    """Return the articles that were offered, or else those about the last answer, and how each is near."""
    articles, memory, understood = case.facts.knowledge.articles, case.memory, case.understanding
    short = max(0.0, 1 - len(letters(understood.asked)) / SAYS_ITSELF)
    follows = {"near_if_follows": understood.likelihood("follow_up"), "near_if_short": short}
    last = articles.get(memory.article_key or "")
    ways: dict[str, dict[str, float]] = {}
    if memory.offered:
        ways = {one.key: {"offered": 1.0} for one in memory.offered if one.key in articles}
    elif last is not None:
        ways = {key: {"akin": 1.0} for key in articles if key.startswith(f"{last.category}.")}
        for name, keys in (("related", last.related), ("earlier", memory.earlier)):
            for key in keys:
                if key in articles:
                    ways.setdefault(key, {})[name] = 1.0
        ways[last.key] = {"last": 1.0, "last_if_short": short}
    return {key: way | follows for key, way in ways.items()}


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
        if best is None or best.likelihood < NEARLY * ranked[0].likelihood:
            return None
        return best.key if best.likelihood >= (bar * HALF_SAID if best.key in named else bar) else None
    if not named and not points(understood.asked):
        return None
    among = [one for one in ranked if one.key in (named or offered)]
    return among[0].key if len(among) == 1 or among[0].likelihood >= 2 * among[1].likelihood else None
