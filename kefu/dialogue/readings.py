"""The readings of a vague topic, in the order in which this customer's situation makes them likely."""

from dataclasses import dataclass

from kefu.knowledge.snapshot import Choices, Reading, Snapshot, Topic

PRIOR_SHOWN = 12.0  # a reading counts as having been shown this often before anybody saw it
IN_STATE = (
    2.0  # what an order state that the graph names for the reading is worth, against one place in the list
)
ARTICLE_STATE = 0.4


@dataclass(frozen=True)
class Ranked:
    """One reading with the reason for which it is offered."""

    key: str
    reason: str | None


def rank(
    knowledge: Snapshot, topic: Topic, order_state: str | None, exclude: frozenset[str] = frozenset()
) -> list[Ranked]:
    """Order a topic's readings: editors' order × order state × what customers chose before."""
    readings = [one for one in topic.readings if one.key in knowledge.articles and one.key not in exclude]
    scored = sorted(
        (
            (-_score(knowledge, topic, one, place, order_state), place, one)
            for place, one in enumerate(readings)
        ),
        key=lambda item: item[:2],
    )
    return [Ranked(one.key, _reason(one, order_state)) for _, _, one in scored]


def _score(knowledge: Snapshot, topic: Topic, reading: Reading, place: int, order_state: str | None) -> float:
    score = 1.0 / (1 + place)
    if order_state is not None:
        score += IN_STATE if order_state in reading.when else 0.0
        score += ARTICLE_STATE if order_state in knowledge.articles[reading.key].order_states else 0.0
    counts = knowledge.choices.get((topic.name, reading.key, order_state or ""), Choices())
    base = 0.2
    rate = (counts.chosen + base * PRIOR_SHOWN) / (counts.shown + PRIOR_SHOWN)
    return score * (0.5 + rate / base / 2)


def _reason(reading: Reading, order_state: str | None) -> str | None:
    return f"order_{order_state}" if order_state is not None and order_state in reading.when else None
