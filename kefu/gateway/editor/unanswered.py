"""The editors' calls about questions that were not understood."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.analytics import gaps
from kefu.analytics.models import Gap
from kefu.bootstrap.container import Container
from kefu.core.errors import Invalid
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import learning_schemas as ls
from kefu.gateway.editor import schemas as s
from kefu.gateway.editor.apart import require_apart
from kefu.gateway.editor.intents import add_questions
from kefu.gateway.editor.views import NEAREST
from kefu.knowledge import articles, repository

router = APIRouter(prefix="/console/unanswered", tags=["editor"])
PAGE = 30
EXAMPLES = 20


@router.get("", operation_id="consoleUnanswered")
def unanswered(
    person: Editor,
    parts: Parts,
    state: Literal["open", "drafted", "watching", "closed", "ignored"] = "open",
    cursor: Annotated[str | None, Query(pattern=r"^\d{1,6}$")] = None,
) -> ls.Gaps:
    """Return kinds of questions that were not understood, the most costly first."""
    parts.learner.catch_up()
    offset = int(cursor or 0)
    with parts.database.read() as session:
        query = select(Gap).where(Gap.state == state).order_by(Gap.cost.desc(), Gap.id)
        rows = list(session.scalars(query.offset(offset).limit(PAGE + 1)))
        counted = session.execute(select(Gap.state, func.count()).group_by(Gap.state))
        return ls.Gaps(
            items=[_view(parts, session, row) for row in rows[:PAGE]],
            counts={row[0]: row[1] for row in counted},
            next_cursor=str(offset + PAGE) if len(rows) > PAGE else None,
        )


def _view(parts: Container, session: Session, gap: Gap) -> ls.GapView:
    brain = parts.brain.brain
    found = gaps.examples(session, gap.id, EXAMPLES)
    nearest: dict[str, s.Neighbour] = {}
    for one in brain.index.neighbours(gaps.rows([gap.centre]), 12)[0]:
        if one.key in brain.knowledge.articles and one.key not in nearest:
            nearest[one.key] = s.Neighbour(
                key=one.key,
                title=brain.knowledge.articles[one.key].title,
                question=one.question,
                likeness=round(one.cosine, 3),
            )
    return ls.GapView.model_validate(
        {
            **{name: getattr(gap, name) for name in ("id", "name", "state", "size", "last_at", "reason")},
            "cost": round(gap.cost, 1),
            "article_key": gap.article_key,
            "examples": [
                ls.MissView.model_validate(
                    {
                        "text": one.text,
                        "reason": one.reason,
                        "at": one.at,
                        "conversation_id": one.conversation_id,
                    }
                )
                for one in found
            ],
            "nearest": list(nearest.values())[:NEAREST],
        }
    )


@router.post("/regroup", operation_id="consoleRegroup", status_code=204)
def regroup(person: Editor, parts: Parts) -> None:
    """Find the kinds anew."""
    parts.learner.catch_up()
    parts.learner.regroup()


@router.post("/{gap_id}/similar", operation_id="consoleGapSimilar")
def add_similar(gap_id: str, body: ls.AddSimilarRequest, person: Editor, parts: Parts) -> ls.GapView:
    """Add the questions to an article's draft."""

    def work(session: Session) -> None:
        require_apart(parts, session, body.texts, body.key)
        articles.add_similar(session, body.key, body.texts, person.id)
        gaps.handle(session, gap_id, "drafted", person.id, key=body.key)

    return _changed(parts, person, gap_id, "gap_similar", work)


@router.post("/{gap_id}/article", operation_id="consoleGapArticle")
def new_article(gap_id: str, body: ls.DraftFromGap, person: Editor, parts: Parts) -> ls.GapView:
    """Begin an article with the questions as its similar ones."""
    if body.category not in repository.CATEGORIES:
        raise Invalid("category_unknown", "没有这个类目")

    def work(session: Session) -> None:
        content = articles.Body(question=body.question, similar=body.texts).tidied()
        require_apart(parts, session, content.similar)
        draft = articles.create(session, body.category, content, person.id)
        gaps.handle(session, gap_id, "drafted", person.id, key=draft.article_key)

    return _changed(parts, person, gap_id, "gap_article", work)


@router.post("/{gap_id}/intent", operation_id="consoleGapIntent")
def add_to_intent(gap_id: str, body: ls.AddToIntent, person: Editor, parts: Parts) -> ls.GapView:
    """Add the questions to an intent's examples; they count once a model trained on them is released."""

    def work(session: Session) -> None:
        add_questions(parts, session, body.intent, body.texts, person.id)
        gaps.handle(session, gap_id, "drafted", person.id, reason=f"已加为意图 {body.intent} 的例句")

    return _changed(parts, person, gap_id, "gap_intent", work)


@router.post("/{gap_id}/ignore", operation_id="consoleGapIgnore")
def ignore(gap_id: str, body: s.RemarkRequest, person: Editor, parts: Parts) -> ls.GapView:
    """Leave this kind alone, for a reason."""

    def work(session: Session) -> None:
        gaps.handle(session, gap_id, "ignored", person.id, reason=body.text)

    return _changed(parts, person, gap_id, "gap_ignore", work)


@router.post("/{gap_id}/reopen", operation_id="consoleGapReopen")
def reopen(gap_id: str, person: Editor, parts: Parts) -> ls.GapView:
    """Put this kind back on the list."""

    def work(session: Session) -> None:
        gaps.handle(session, gap_id, "open", person.id)

    return _changed(parts, person, gap_id, "gap_reopen", work)


def _changed(
    parts: Container, person: Staff, gap_id: str, action: str, work: Callable[[Session], None]
) -> ls.GapView:
    with parts.database.write() as session:
        gaps.get(session, gap_id)
        work(session)
        accounts.audit(session, person, action, gap_id)
        return _view(parts, session, gaps.get(session, gap_id))
