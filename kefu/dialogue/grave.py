"""What needs a person at once: danger, lost money, threats, anger, and the word 人工."""

from kefu.dialogue import answering
from kefu.dialogue.decision import Case, Decision
from kefu.dialogue.signals import PRIORITY, Signal

GRAVE = {
    "ask_human": Signal.ASKED,
    "danger": Signal.DANGER,
    "money_lost": Signal.MONEY_LOST,
    "threat": Signal.THREAT,
    "abuse": Signal.ANGER,
}
FALLBACK = "nlu_fallback"
GRAVE_LIKELIHOOD = 0.5
IN_FEW_WORDS = 0.7
"""Of a few words ("充了钱的") the bot is easily too sure."""
BESIDE = 0.7
"""What looks most like something else must look graver, all grave intents taken together."""
ANGRY = 0.75
"""A curse may be meant for somebody else."""
COVERS, PLAINLY = 0.85, 0.8
"""An article that surely answers outweighs a grave intent that is less than certain."""


def hand_over(case: Case) -> Decision | None:
    """Danger, lost money, threats, anger and the word 人工 hand over at once."""
    signal = case.understanding.signal
    if signal is None or signal not in PRIORITY | {Signal.ASKED: 0}:
        signal = _named(case)
    if signal is None:
        return None
    return answering.hand_over(case, signal.value, PRIORITY.get(signal, 0))


def _named(case: Case) -> Signal | None:
    """Return what the bot takes for grave, unless the knowledge base plainly covers the question.

    The grave intents count together: a message between anger and a threat needs a person all the same.
    """
    understood = case.understanding
    likelihood = understood.likelihood(*GRAVE)
    named = next((one for one in understood.ranking if one.name in GRAVE), None)
    few_words = len(understood.normalised) <= answering.SHORT
    first = next((one.name for one in understood.ranking if one.name != FALLBACK), "")
    plain = GRAVE_LIKELIHOOD if first in GRAVE else BESIDE
    needed = ANGRY if named and named.name == "abuse" else IN_FEW_WORDS if few_words else plain
    if named is None or likelihood < needed:
        return None
    top = understood.result.candidates[:1]
    covered = bool(top) and top[0].confidence >= COVERS
    if covered and likelihood < PLAINLY and not case.facts.knowledge.articles[top[0].key].hands_over:
        return None
    return GRAVE[named.name]
