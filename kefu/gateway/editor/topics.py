"""The editors' calls about vague words and what they may mean."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.analytics import topics as analytics
from kefu.bootstrap.container import Container
from kefu.bootstrap.knowledge import note_change
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import learning_schemas as s
from kefu.gateway.editor.views import ORDER_STATES
from kefu.knowledge import topics
from kefu.knowledge.models import Article, TopicRow

router = APIRouter(prefix="/console/topics", tags=["editor"])
Name = Annotated[str, Path(min_length=1, max_length=20)]


@router.get("", operation_id="consoleTopics")
def topic_list(person: Editor, parts: Parts) -> s.Topics:
    """Return every topic with its readings and what customers did."""
    parts.learner.catch_up()
    with parts.database.read() as session:
        return _all(session)


def _all(session: Session) -> s.Topics:
    rows = list(session.scalars(select(TopicRow).order_by(TopicRow.position)))
    keys = {one["key"] for row in rows for one in row.readings}
    found = session.execute(select(Article.key, Article.title).where(Article.key.in_(keys)))
    titles = {row[0]: row[1] for row in found}
    uses = analytics.uses(session)
    return s.Topics(items=[_view(row, titles, uses.get(row.topic, analytics.TopicUse())) for row in rows])


def _view(row: TopicRow, titles: dict[str, str], use: analytics.TopicUse) -> s.TopicView:
    return s.TopicView(
        topic=row.topic,
        words=row.words,
        readings=[
            s.ReadingView(key=one["key"], title=titles.get(one["key"], ""), when=one.get("when") or [])
            for one in row.readings
        ],
        version=topics.version(row),
        shown=use.shown,
        solved=use.solved,
        ranks=dict(use.ranks),
        ends=dict(use.ends),
    )


@router.put("/{topic}", operation_id="consoleSaveTopic")
def save(topic: Name, body: s.TopicRequest, person: Editor, parts: Parts) -> s.Topics:
    """Write a topic; live when this answers."""

    def work(session: Session) -> None:
        readings = [(one.key, one.when) for one in body.readings]
        topics.save(session, topic.strip(), body.words, readings, list(ORDER_STATES), body.version)

    return _live(parts, person, topic, "topic_save", work)


@router.delete("/{topic}", operation_id="consoleDeleteTopic")
def delete(
    topic: Name, person: Editor, parts: Parts, version: Annotated[str, Query(max_length=16)]
) -> s.Topics:
    """Remove a topic."""
    return _live(parts, person, topic, "topic_delete", lambda session: topics.delete(session, topic, version))


def _live(
    parts: Container, person: Staff, topic: str, action: str, work: Callable[[Session], None]
) -> s.Topics:
    with parts.database.write() as session:
        work(session)
        note_change(session, f"topic:{topic}", action, person.id, None)
        accounts.audit(session, person, action, topic)
    parts.live.refresh()
    with parts.database.read() as session:
        return _all(session)
