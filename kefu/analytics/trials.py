"""How customers fared with each of two models since one is on trial beside the other."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from kefu.conversations.models import Message
from kefu.dialogue.models import Turn
from kefu.knowledge.models import ArticleUse

NOT_UNDERSTOOD = ("not_understood", "rephrase", "decline", "none_of_these")
FIGURES = {
    "answer": "直接回答",
    "clarify": "给出选项",
    "not_understood": "没听懂",
    "handoff": "转人工",
    "useless": "被评没用",
}


@dataclass(frozen=True)
class Served:
    """What one model did: conversations, turns, and of how many turns (or answers) each figure counts so many."""

    model: str
    conversations: int
    turns: int
    counts: dict[str, tuple[int, int]]


def served(session: Session, models: Sequence[str], since: datetime) -> list[Served]:
    """Return the figures of each model, in the order given."""
    model = Turn.trace["model"].as_string()
    asked = (Turn.started_at >= since, Turn.state == "done", model.in_(models))
    outcomes: dict[str, Counter[str]] = {name: Counter() for name in models}
    rows = session.execute(
        select(model, Turn.outcome, func.count()).where(*asked).group_by(model, Turn.outcome)
    )
    for name, outcome, count in rows:
        outcomes[name]["not_understood" if outcome in NOT_UNDERSTOOD else outcome] += count
    counted = select(model, func.count(distinct(Turn.conversation_id))).where(*asked).group_by(model)
    conversations: dict[str, int] = dict(session.execute(counted).tuples().all())
    useless = _useless(session, models, since)
    return [
        Served(
            name, conversations.get(name, 0), outcomes[name].total(),
            {one: (outcomes[name][one], outcomes[name].total()) for one in FIGURES if one != "useless"}
            | {"useless": useless.get(name, (0, 0))},
        )
        for name in models
    ]  # fmt: skip


def _useless(session: Session, models: Sequence[str], since: datetime) -> dict[str, tuple[int, int]]:
    """Of the answers that customers judged, how many were of no use."""
    model = Message.provenance["model"].as_string()
    query = (
        select(model, ArticleUse.useful, func.count())
        .join(Message, Message.id == ArticleUse.message_id)
        .where(ArticleUse.at >= since, ArticleUse.useful.is_not(None), model.in_(models))
        .group_by(model, ArticleUse.useful)
    )
    found: dict[str, tuple[int, int]] = {}
    for name, useful, count in session.execute(query):
        bad, judged = found.get(name, (0, 0))
        found[name] = (bad + (0 if useful else count), judged + count)
    return found
