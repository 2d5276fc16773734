"""Reading what editors are shown."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_index.text import normalise
from kefu.accounts.models import Role, Staff
from kefu.accounts.rights import RIGHTS, Right
from kefu.analytics import questions
from kefu.bootstrap.container import Container
from kefu.commerce.orders import OrderState
from kefu.dialogue.answering import TOOL_TITLES
from kefu.dialogue.tools import FORMS
from kefu.gateway.editor import schemas as s
from kefu.knowledge import articles, listing, repository
from kefu.knowledge.models import Article, ArticleCount, Draft, ReviewNote, Revision
from kefu.knowledge.snapshot import CHANNELS, HUMAN, PRIVACY

TOOLS: dict[str, str] = {name: form.offer for name, form in FORMS.items() if name != "identity"} | TOOL_TITLES
TOOLS |= {HUMAN: "转人工客服", PRIVACY: "导出或删除个人信息"}
ORDER_STATES = {state.value: state.text for state in OrderState}
COUNTS = ("hits", "clicks", "useful", "useless", "handoffs")
CONFLICT, NEAR = 0.9, 0.75
NEAREST = 3
RELATED, MOST_REAL = 0.55, 60


def vocabulary(session: Session) -> articles.Vocabulary:
    """Return what an article may refer to."""
    return articles.Vocabulary(repository.document(session, "policies"), ORDER_STATES, TOOLS)


def choices(parts: Container, session: Session) -> s.Vocabulary:
    """Return what the forms offer."""
    counts = listing.by_category(session)
    people = [
        s.Person(id=one.id, name=one.name)
        for one in session.scalars(select(Staff).order_by(Staff.name))
        if Right.EDIT in RIGHTS[Role(one.role)]
    ]
    policies = {name: str(value) for name, value in repository.document(session, "policies").items()}
    return s.Vocabulary(
        categories=[
            s.Choice(value=value, label=label, count=counts.get(value, 0))
            for value, label in repository.CATEGORIES.items()
        ],
        order_states=[s.Choice(value=value, label=label) for value, label in ORDER_STATES.items()],
        channels=[s.Choice(value=value, label=label) for value, label in CHANNELS.items()],
        tools=[s.Choice(value=value, label=label) for value, label in TOOLS.items()],
        policies=policies,
        people=people,
        changed=list(parts.live.changed()),
    )


def people(session: Session, ids: Iterable[str | None]) -> dict[str | None, s.Person]:
    """Return the names behind staff ids."""
    wanted = {one for one in ids if one}
    rows = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted)))
    return {one: s.Person(id=one, name=name) for one, name in rows}


def page(session: Session, found: list[listing.Item], total: int, offset: int) -> s.ArticleList:
    """Return a page of the list."""
    names = people(session, (one.article.owner_id for one in found))
    items = [
        s.ArticleItem(
            key=one.article.key,
            title=one.article.title,
            category=one.article.category,
            published_revision=one.article.published_revision,
            draft=one.draft_state,
            owner=names.get(one.article.owner_id),
            review_date=one.article.review_date,
            updated_at=one.article.updated_at,
            counts=s.Counts(**{name: getattr(one, name) for name in COUNTS}),
            by_meaning=one.by_meaning,
        )
        for one in found
    ]
    following = offset + len(items)
    return s.ArticleList(items=items, total=total, next_cursor=str(following) if following < total else None)


def detail(session: Session, key: str, person: Staff) -> s.ArticleDetail:
    """Return everything about one article."""
    article: Article = articles.get(session, key)
    draft = session.get(Draft, key)
    revisions = list(
        session.scalars(select(Revision).where(Revision.article_key == key).order_by(Revision.number.desc()))
    )
    history = list(
        session.scalars(
            select(ReviewNote).where(ReviewNote.article_key == key).order_by(ReviewNote.created_at.desc())
        )
    )
    ids = [article.owner_id, *(one.author_id for one in history)]
    ids += [one for row in revisions for one in (row.author_id, row.approved_by)]
    names = people(session, [*ids, draft.updated_by if draft else None])
    counts = {
        row.revision: s.Counts(**{name: getattr(row, name) for name in COUNTS})
        for row in session.scalars(select(ArticleCount).where(ArticleCount.article_key == key))
    }
    return s.ArticleDetail(
        key=article.key,
        title=article.title,
        category=article.category,
        published_revision=article.published_revision,
        owner=names.get(article.owner_id),
        review_date=article.review_date,
        draft=_draft(session, draft, names, person) if draft else None,
        revisions=[
            s.RevisionView(
                number=row.number,
                body=_body(articles.body_of(row)),
                author=names.get(row.author_id),
                approved_by=names.get(row.approved_by),
                created_at=row.created_at,
                counts=counts.get(row.number, s.Counts()),
            )
            for row in revisions
        ],
        history=[
            s.Step(
                kind=one.kind,
                text=one.text,
                revision=one.revision,
                author=names.get(one.author_id),
                created_at=one.created_at,
            )
            for one in history
        ],
    )


def _body(body: articles.Body) -> s.ArticleBody:
    return s.ArticleBody.model_construct(**body.model_dump())


def _draft(session: Session, draft: Draft, names: dict[str | None, s.Person], person: Staff) -> s.DraftView:
    body = articles.Body.model_validate(draft.body)
    keys = set(session.scalars(select(Article.key).where(Article.key.in_(body.related))))
    found = articles.problems(body, vocabulary(session), keys)
    return s.DraftView.model_validate(
        {
            "state": draft.state,
            "version": draft.version,
            "base_revision": draft.base_revision,
            "body": body.model_dump(),
            "updated_by": names.get(draft.updated_by),
            "updated_at": draft.updated_at,
            "may_review": draft.state == "review" and person.id not in draft.authors,
            "problems": [{"field": one.field, "message": one.message} for one in found],
        }
    )


def body_at(session: Session, key: str, which: str) -> articles.Body:
    """Return the body of a revision by its number, or of the ``draft``."""
    if which == "draft":
        draft = session.get(Draft, key)
        return articles.Body.model_validate(draft.body) if draft else articles.Body()
    return articles.body_of(articles.revision(session, key, int(which)))


def checked(parts: Container, request: s.CheckRequest) -> s.CheckAnswer:
    """Compare questions with each other and with every other published article."""
    index, knowledge = parts.brain.brain.index, parts.brain.brain.knowledge
    texts = [" ".join(text.split()) for text in request.questions]
    seen: Counter[str] = Counter()
    first: dict[str, int] = {}
    near = index.neighbours(index.encode_all(texts), 12) if texts else []
    items = []
    for at, (text, around) in enumerate(zip(texts, near, strict=True)):
        repeats = first.setdefault(text, at)
        seen[text] += 1
        others: dict[str, s.Neighbour] = {}
        for one in around:
            if one.key != request.key and one.key not in others and one.key in knowledge.articles:
                others[one.key] = s.Neighbour(
                    key=one.key,
                    title=knowledge.articles[one.key].title,
                    question=one.question,
                    likeness=round(min(one.cosine, 1.0), 3),
                )
        nearest = list(others.values())[:NEAREST]
        best = nearest[0].likeness if nearest and text else 0.0
        items.append(
            s.CheckedQuestion(
                text=text,
                repeats=repeats if repeats != at and text else None,
                verdict="conflict" if best >= CONFLICT else "near" if best >= NEAR else "free",
                nearest=[one for one in nearest if one.likeness >= NEAR],
            )
        )
    return s.CheckAnswer(items=items)


def real_questions(parts: Container, key: str) -> s.RealQuestions:
    """Compare what customers asked with an article, and leave out what it says already."""
    index = parts.brain.brain.index
    with parts.database.read() as session:
        articles.get(session, key)
        asked = questions.near(session, key)
        draft = session.get(Draft, key)
        body = articles.Body.model_validate(draft.body) if draft else _live_body(session, key)
    own = [normalise(text) for text in (body.question, *body.similar) if text.strip()]
    fresh = [one for one in asked if normalise(one.text) not in own]
    if not fresh or not own:
        return s.RealQuestions(items=[])
    placed = index.place(index.encode_all([one.text for one in fresh]))
    likeness = (placed @ index.place(index.encode_all(own)).T).max(axis=1)
    items = [
        s.RealQuestion(text=one.text, count=one.count, answered=one.answered, likeness=round(float(near), 3))
        for one, near in zip(fresh, likeness, strict=True)
        if one.answered or near >= RELATED
    ]
    items.sort(key=lambda one: (-one.count * one.likeness, one.text))
    return s.RealQuestions(items=items[:MOST_REAL])


def _live_body(session: Session, key: str) -> articles.Body:
    article = articles.get(session, key)
    if article.published_revision is None:
        return articles.Body()
    return articles.body_of(articles.revision(session, key, article.published_revision))
