"""What editors do to the clarification graph. The caller owns the transaction."""

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb_index.text import normalise
from kefu.core.errors import Conflict, FieldError, Invalid, NotFound
from kefu.knowledge.models import Article, TopicRow

Readings = Sequence[tuple[str, Sequence[str]]]
"""(article key, order states in which it is the likely one), in the pinned order."""


def version(row: TopicRow) -> str:
    """A digest of what a topic says, to tell whether somebody changed it meanwhile."""
    content = json.dumps([row.words, row.readings], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def get(session: Session, topic: str) -> TopicRow:
    """Return a topic. Raises ``topic_not_found``."""
    found = session.get(TopicRow, topic)
    if found is None:
        raise NotFound("topic_not_found", "没有这个话题")
    return found


def save(
    session: Session, topic: str, words: Sequence[str], readings: Readings, states: Sequence[str], seen: str
) -> TopicRow:
    """Write a topic; ``seen`` is the version that the editor started from, empty for a new one.

    Raises ``topic_changed`` when somebody else wrote meanwhile, ``topic_invalid`` naming what does not fit.
    """
    row = session.get(TopicRow, topic, with_for_update=True)
    if (version(row) if row else "") != seen:
        raise Conflict("topic_changed", "别人刚改过这个话题", "请刷新后再改。")
    words = list(dict.fromkeys(one for one in (word.strip() for word in words) if one))
    _check(session, topic, words, readings, states)
    stored = [{"key": key, "when": list(when)} for key, when in readings]
    if row is None:
        last = session.scalar(select(func.max(TopicRow.position))) or 0
        row = TopicRow(topic=topic, position=last + 1, words=words, readings=stored)
        session.add(row)
    else:
        row.words, row.readings = words, stored
    session.flush()
    return row


def _check(
    session: Session, topic: str, words: Sequence[str], readings: Readings, states: Sequence[str]
) -> None:
    errors: list[FieldError] = []
    if not readings:
        errors.append(FieldError("readings", "至少要有一个意图候选"))
    keys = [key for key, _ in readings]
    known = set(session.scalars(select(Article.key).where(Article.key.in_(keys))))
    errors += [FieldError("readings", f"条目 {key} 不存在") for key in keys if key not in known]
    errors += [FieldError("readings", f"条目 {key} 重复了") for key in set(keys) if keys.count(key) > 1]
    strange = {state for _, when in readings for state in when if state not in states}
    errors += [FieldError("readings", f"没有订单状态 {state}") for state in sorted(strange)]
    taken = {
        normalise(word): row.topic
        for row in session.scalars(select(TopicRow).where(TopicRow.topic != topic))
        for word in (row.topic, *row.words)
    }
    errors += [
        FieldError("words", f"“{word}”已属于话题“{taken[normalise(word)]}”")
        for word in (topic, *words)
        if normalise(word) in taken
    ]
    if errors:
        raise Invalid("topic_invalid", "话题还不能保存", f"{errors[0].message}。", errors=errors)


def delete(session: Session, topic: str, seen: str) -> None:
    """Remove a topic."""
    row = get(session, topic)
    if version(row) != seen:
        raise Conflict("topic_changed", "别人刚改过这个话题", "请刷新后再改。")
    session.delete(row)
    session.flush()
