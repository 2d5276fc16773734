"""The editors' calls about what agents wrote well: to be made into articles."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from kefu.accounts import service as accounts
from kefu.analytics import gaps, replies
from kefu.core.errors import Invalid
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import schemas as s
from kefu.knowledge import articles, repository

router = APIRouter(prefix="/console/replies", tags=["editor"])
Ids = Annotated[list[Annotated[str, Field(max_length=32)]], Field(min_length=1, max_length=200)]


class ReplyGroup(BaseModel):
    """Replies that say nearly the same; ``nearest`` is the article that may say it already.

    ``sign``: solved (the agent's wrap-up), rated, thanked.
    """

    ids: list[str]
    questions: list[str]
    answer: str
    others: list[str]
    sign: str
    conversation_id: str
    nearest: s.Neighbour | None


class Replies(BaseModel):
    """What agents wrote well, the most frequent first."""

    items: list[ReplyGroup]


class ReplyDraft(s.Strict):
    """An article to begin with what an agent wrote."""

    ids: Ids
    category: str = Field(max_length=40)
    question: str = Field(min_length=2, max_length=200)
    similar: list[Annotated[str, Field(max_length=200)]] = Field(max_length=100)
    answer: str = Field(min_length=1, max_length=5000)


class IgnoredReplies(s.Strict):
    """Replies that are no article."""

    ids: Ids


class Drafted(BaseModel):
    """The article that was begun."""

    key: str


@router.get("", operation_id="consoleReplies")
def good_replies(person: Editor, parts: Parts) -> Replies:
    """Return what agents wrote well."""
    parts.learner.catch_up()
    brain = parts.brain.brain
    with parts.database.read() as session:
        found = replies.groups(session, brain.index)
    if not found:
        return Replies(items=[])
    near = brain.index.neighbours(gaps.rows([group.best.vector for group in found]), 1)
    return Replies(
        items=[
            ReplyGroup(
                ids=[one.message_id for one in group.replies],
                questions=list(dict.fromkeys(one.question for one in group.replies)),
                answer=group.best.answer,
                others=list(
                    dict.fromkeys(one.answer for one in group.replies[1:] if one.answer != group.best.answer)
                ),
                sign=group.best.sign,
                conversation_id=group.best.conversation_id,
                nearest=s.Neighbour(
                    key=nearest.key,
                    title=brain.knowledge.articles[nearest.key].title,
                    question=nearest.question,
                    likeness=round(min(nearest.cosine, 1.0), 3),
                )
                if nearest.key in brain.knowledge.articles
                else None,
            )
            for group, (nearest,) in zip(found, near, strict=True)
        ]
    )


@router.post("/article", operation_id="consoleReplyArticle", status_code=201)
def draft(body: ReplyDraft, person: Editor, parts: Parts) -> Drafted:
    """Begin an article with an agent's words as its answer."""
    if body.category not in repository.CATEGORIES:
        raise Invalid("category_unknown", "没有这个类目")
    content = articles.Body(question=body.question, similar=body.similar, answer=body.answer).tidied()
    with parts.database.write() as session:
        made = articles.create(session, body.category, content, person.id)
        replies.handle(session, body.ids, "drafted", made.article_key)
        accounts.audit(session, person, "reply_article", made.article_key)
        return Drafted(key=made.article_key)


@router.post("/ignore", operation_id="consoleReplyIgnore", status_code=204)
def ignore(body: IgnoredReplies, person: Editor, parts: Parts) -> None:
    """Leave replies alone."""
    with parts.database.write() as session:
        replies.handle(session, body.ids, "ignored")
        accounts.audit(session, person, "reply_ignore", body.ids[0])
