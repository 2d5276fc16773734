"""What customers did when a vague request was narrowed, by topic."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kefu.analytics.models import Clarification
from kefu.knowledge.models import ArticleUse


@dataclass
class TopicUse:
    """How often a topic was narrowed, which place was chosen, and how it ended otherwise.

    ``solved``: the chosen article was not called useless and no person was needed afterwards.
    """

    shown: int = 0
    solved: int = 0
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
    for row in session.execute(_solved()):
        found[row[0]].solved = row[1]
    return found


def _solved() -> Select[str, int]:
    """Narrowings that were chosen from and led on to an answer that helped: the next use in the conversation."""
    after = (
        select(func.min(ArticleUse.seq))
        .where(
            ArticleUse.conversation_id == Clarification.conversation_id, ArticleUse.seq > Clarification.seq
        )
        .correlate(Clarification)
        .scalar_subquery()
    )
    joined = select(Clarification.topic, func.count()).join(
        ArticleUse, (ArticleUse.conversation_id == Clarification.conversation_id) & (ArticleUse.seq == after)
    )
    helped = ArticleUse.useful.is_not(False) & ArticleUse.handed_over.is_(False)
    return joined.where(Clarification.end == "chosen", helped).group_by(Clarification.topic)
