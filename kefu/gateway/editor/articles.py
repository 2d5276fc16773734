"""The editors' calls about articles."""

import asyncio
import time
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.analytics import gaps
from kefu.bootstrap.container import Container
from kefu.bootstrap.knowledge import note_change
from kefu.core.clock import now
from kefu.core.errors import Conflict, DomainError, Invalid
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import schemas as s
from kefu.gateway.editor import views
from kefu.gateway.editor.apart import require_apart, require_draft_apart
from kefu.knowledge import articles, diff, listing, repository
from kefu.knowledge.models import Article, Draft

router = APIRouter(prefix="/console", tags=["editor"])
ByMeaning = 12
LIKE = 0.45
Cursor = Annotated[str | None, Query(pattern=r"^\d{1,9}$")]


@router.get("/vocabulary", operation_id="consoleVocabulary")
def vocabulary(person: Editor, parts: Parts) -> s.Vocabulary:
    """Return categories, order states, tools, policies and colleagues."""
    with parts.database.read() as session:
        return views.choices(parts, session)


@router.get("/articles", operation_id="consoleArticles")
def article_list(
    person: Editor,
    parts: Parts,
    q: Annotated[str, Query(max_length=200)] = "",
    meaning: bool = False,
    category: Annotated[str | None, Query(max_length=40)] = None,
    state: listing.State | None = None,
    owner: Annotated[str | None, Query(max_length=32)] = None,
    sort: listing.Sort = "updated",
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> s.ArticleList:
    """Return a page of articles: found by text, pinyin, initials and, if asked for, by meaning."""
    near = _near(parts, q) if meaning and q.strip() else ()
    wanted = listing.Filter(q, near, category, state, owner, sort)
    offset = int(cursor or 0)
    with parts.database.read() as session:
        today = now().astimezone(parts.settings.zone).date()
        found, total = listing.find(session, wanted, today, offset=offset, limit=limit)
        return views.page(session, found, total, offset)


def _near(parts: Container, text: str) -> tuple[str, ...]:
    index = parts.brain.brain.index
    around = index.neighbours(index.encode_all([text]), 60)[0]
    return tuple(dict.fromkeys(one.key for one in around if one.cosine >= LIKE))[:ByMeaning]


@router.get("/titles", operation_id="consoleTitles")
def titles(person: Editor, parts: Parts, key: Annotated[list[str], Query(max_length=500)]) -> dict[str, str]:
    """Return the titles of articles by key; a key that does not exist is left out."""
    with parts.database.read() as session:
        found = session.execute(select(Article.key, Article.title).where(Article.key.in_(key)))
        return {row[0]: row[1] for row in found}


@router.get("/due", operation_id="consoleDue")
def due(person: Editor, parts: Parts) -> s.Due:
    """Return how many articles are to be looked at again by today."""
    today = now().astimezone(parts.settings.zone).date()
    with parts.database.read() as session:
        all_due, own = listing.due(session, today, person.id)
        return s.Due(all=all_due, own=own)


@router.post("/articles", operation_id="consoleCreateArticle", status_code=201)
def create(body: s.NewArticle, person: Editor, parts: Parts) -> s.ArticleDetail:
    """Begin a new article."""
    _check_category(body.category)
    with parts.database.write() as session:
        content = articles.parse(body.body.model_dump())
        require_apart(parts, session, content.similar)
        draft = articles.create(session, body.category, content, person.id)
        accounts.audit(session, person, "article_create", draft.article_key)
        return views.detail(session, draft.article_key, person)


def _check_category(category: str) -> None:
    if category not in repository.CATEGORIES:
        raise Invalid("category_unknown", "没有这个类目")


@router.post("/articles/check", operation_id="consoleCheckQuestions")
async def check(body: s.CheckRequest, person: Editor, parts: Parts) -> s.CheckAnswer:
    """Say which questions repeat each other or belong to another article already."""
    return await asyncio.to_thread(views.checked, parts, body)


@router.post("/articles/settings", operation_id="consoleArticleSettings", status_code=204)
def settings(body: s.SettingsRequest, person: Editor, parts: Parts) -> None:
    """Set category, owner or review date of many articles at once; fields that are not sent stay."""
    given = body.model_fields_set - {"keys"}
    if body.category is not None:
        _check_category(body.category)
    with parts.database.write() as session:
        rows = [articles.get(session, key) for key in body.keys]
        if body.owner_id and body.owner_id not in views.people(session, [body.owner_id]):
            raise Invalid("owner_unknown", "没有这位编辑")
        for row in rows:
            for field in given:
                setattr(row, field, getattr(body, field))
        accounts.audit(session, person, "article_settings", ",".join(body.keys)[:500], fields=sorted(given))
        if "category" in given:
            for row in rows:
                note_change(session, row.key, "settings", person.id, row.published_revision)
    if "category" in given:
        parts.live.refresh()


@router.post("/articles/submit", operation_id="consoleSubmitMany")
def submit_many(body: s.BulkRequest, person: Editor, parts: Parts) -> s.BulkAnswer:
    """Ask for the review of many drafts."""

    def work(session: Session, draft: Draft) -> None:
        known = views.vocabulary(session)
        articles.submit(session, draft.article_key, draft.version, body.text, person.id, known)

    return _many(parts, person, "article_submit", body, work)


@router.post("/articles/publish", operation_id="consolePublishMany")
def publish_many(body: s.BulkRequest, person: Editor, parts: Parts) -> s.BulkAnswer:
    """Approve many drafts under review; when this answers, customers get them."""

    def work(session: Session, draft: Draft) -> None:
        known, key = views.vocabulary(session), draft.article_key
        require_draft_apart(parts, session, key)
        row = articles.publish(session, key, draft.version, body.text, person.id, known)
        gaps.published(session, key)
        note_change(session, key, "publish", person.id, row.number)

    return _many(parts, person, "article_publish", body, work)


def _many(
    parts: Container,
    person: Staff,
    action: str,
    body: s.BulkRequest,
    work: Callable[[Session, Draft], None],
) -> s.BulkAnswer:
    done: list[str] = []
    refused: dict[str, str] = {}
    with parts.database.write() as session:
        for key in body.keys:
            draft = session.get(Draft, key)
            try:
                if draft is None:
                    raise Conflict("no_draft", "没有待处理的草稿")
                with session.begin_nested():
                    work(session, draft)
                done.append(key)
            except DomainError as error:
                refused[key] = f"{error.title}。{error.detail}"
        accounts.audit(session, person, action, ",".join(done)[:500], count=len(done))
    started = time.perf_counter()
    parts.live.refresh()
    return s.BulkAnswer(done=done, refused=refused, seconds=round(time.perf_counter() - started, 3))


@router.get("/articles/{key}", operation_id="consoleArticle")
def article(key: str, person: Editor, parts: Parts) -> s.ArticleDetail:
    """Return everything about one article."""
    with parts.database.read() as session:
        return views.detail(session, key, person)


@router.get("/articles/{key}/questions", operation_id="consoleRealQuestions")
async def real_questions(key: str, person: Editor, parts: Parts) -> s.RealQuestions:
    """Return real questions that this article might take as similar ones."""
    return await asyncio.to_thread(views.real_questions, parts, key)


@router.put("/articles/{key}/draft", operation_id="consoleSaveDraft")
def save(key: str, body: s.DraftRequest, person: Editor, parts: Parts) -> s.ArticleDetail:
    """Keep a draft; 409 ``draft_changed`` when somebody else wrote meanwhile."""
    content = articles.parse(body.body.model_dump())

    def work(session: Session) -> None:
        require_apart(parts, session, content.similar, key)
        articles.save(session, key, content, body.version, person.id)

    return _changed(parts, person, key, "article_save", work)


@router.delete("/articles/{key}/draft", operation_id="consoleDiscardDraft", status_code=204)
def discard(key: str, version: Annotated[int, Query(ge=1)], person: Editor, parts: Parts) -> None:
    """Throw a draft away."""
    with parts.database.write() as session:
        articles.discard(session, key, version)
        gaps.discarded(session, key)
        accounts.audit(session, person, "article_discard", key)


@router.post("/articles/{key}/submit", operation_id="consoleSubmit")
def submit(key: str, body: s.VersionRequest, person: Editor, parts: Parts) -> s.ArticleDetail:
    """Ask a colleague to review the draft."""

    def work(session: Session) -> None:
        articles.submit(session, key, body.version, body.text, person.id, views.vocabulary(session))

    return _changed(parts, person, key, "article_submit", work)


@router.post("/articles/{key}/comments", operation_id="consoleComment")
def comment(key: str, body: s.RemarkRequest, person: Editor, parts: Parts) -> s.ArticleDetail:
    """Say something about an article."""

    def work(session: Session) -> None:
        articles.get(session, key)
        articles.note(session, key, "comment", body.text, person.id)

    return _changed(parts, person, key, "article_comment", work)


@router.post("/articles/{key}/refuse", operation_id="consoleRefuse")
def refuse(key: str, body: s.RefuseRequest, person: Editor, parts: Parts) -> s.ArticleDetail:
    """Send a draft back."""

    def work(session: Session) -> None:
        articles.refuse(session, key, body.version, body.text, person.id)

    return _changed(parts, person, key, "article_refuse", work)


def _changed(
    parts: Container, person: Staff, key: str, action: str, work: Callable[[Session], None]
) -> s.ArticleDetail:
    with parts.database.write() as session:
        work(session)
        accounts.audit(session, person, action, key)
        return views.detail(session, key, person)


@router.post("/articles/{key}/publish", operation_id="consolePublish")
def publish(key: str, body: s.VersionRequest, person: Editor, parts: Parts) -> s.Published:
    """Approve the draft under review; when this answers, customers get it."""

    def work(session: Session) -> int | None:
        require_draft_apart(parts, session, key)
        row = articles.publish(session, key, body.version, body.text, person.id, views.vocabulary(session))
        gaps.published(session, key)
        return row.number

    return _live(parts, person, key, "publish", work)


@router.post("/articles/{key}/rollback", operation_id="consoleRollback")
def rollback(key: str, body: s.RollbackRequest, person: Editor, parts: Parts) -> s.Published:
    """Let customers see an earlier revision again."""

    def work(session: Session) -> int | None:
        return articles.rollback(session, key, body.revision, body.text, person.id).number

    return _live(parts, person, key, "rollback", work)


@router.delete("/articles/{key}", operation_id="consoleWithdraw")
def withdraw(
    key: str, person: Editor, parts: Parts, text: Annotated[str, Query(max_length=1000)] = ""
) -> s.Published:
    """Take an article away from customers; its revisions stay."""

    def work(session: Session) -> int | None:
        articles.withdraw(session, key, text, person.id)
        return None

    return _live(parts, person, key, "withdraw", work)


def _live(
    parts: Container, person: Staff, key: str, action: str, work: Callable[[Session], int | None]
) -> s.Published:
    with parts.database.write() as session:
        number = work(session)
        note_change(session, key, action, person.id, number)
        accounts.audit(session, person, f"article_{action}", key, revision=number)
    started = time.perf_counter()
    index = parts.live.refresh()
    seconds = round(time.perf_counter() - started, 3)
    return s.Published(key=key, revision=number, index=index, seconds=seconds)


@router.get("/articles/{key}/diff", operation_id="consoleDiff")
def compare(
    key: str,
    person: Editor,
    parts: Parts,
    before: Annotated[str, Query(pattern=r"^(\d{1,6}|draft)$")],
    after: Annotated[str, Query(pattern=r"^(\d{1,6}|draft)$")],
) -> s.DiffView:
    """Return what differs between two revisions, or a revision and the draft."""
    with parts.database.read() as session:
        articles.get(session, key)
        found = diff.between(views.body_at(session, key, before), views.body_at(session, key, after))
    return s.DiffView.model_validate({"fields": found}, from_attributes=True)
