"""What customers did when a vague request was narrowed, by topic."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kefu.analytics.models import Clarification


@dataclass
class TopicUse:
    """How often a topic was narrowed, which place was chosen, and how it ended otherwise."""

    shown: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    ranks: Counter[int] = field(default_factory=Counter)


def uses(session: Session) -> dict[str, TopicUse]:
    """Return the use of every topic that was ever narrowed."""
    found: dict[str, TopicUse] = {}
    query = select(Clarification.topic, Clarification.end, Clarification.rank, func.count())
    for topic, end, rank, count in session.execute(
        query.group_by(Clarification.topic, Clarification.end, Clarification.rank)
    ):
        use = found.setdefault(topic, TopicUse())
        use.shown += count
        if end is not None:
            use.ends[end] += count
        if rank is not None:
            use.ranks[rank] += count
    return found
