"""The list of articles: searched, filtered and sorted in the database, so that 20,000 are no matter."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from kb_index.text import normalise
from kefu.knowledge.models import Article, ArticleCount, Draft, Revision

State = Literal["published", "draft", "review", "refused", "offline", "expired", "due"]
Sort = Literal["updated", "oldest", "hits", "useful", "useless", "handoffs", "title"]


@dataclass(frozen=True)
class Filter:
    """Which articles, in which order. ``near`` are keys that resemble the text in meaning."""

    text: str = ""
    near: tuple[str, ...] = ()
    category: str | None = None
    state: State | None = None
    owner_id: str | None = None
    sort: Sort = "updated"


@dataclass(frozen=True)
class Item:
    """One row of the list."""

    article: Article
    draft_state: str | None
    hits: int
    clicks: int
    useful: int
    useless: int
    handoffs: int
    by_meaning: bool


_SUMS = (
    select(
        ArticleCount.article_key,
        *(
            func.sum(getattr(ArticleCount, name)).label(name)
            for name in ("hits", "clicks", "useful", "useless", "handoffs")
        ),
    )
    .group_by(ArticleCount.article_key)
    .subquery()
)


def _count(name: str) -> ColumnElement[int]:
    return func.coalesce(getattr(_SUMS.c, name), 0)


def find(
    session: Session, wanted: Filter, today: date, *, offset: int = 0, limit: int = 50
) -> tuple[list[Item], int]:
    """Return a page of articles and how many there are in all."""
    by_text = _by_text(wanted.text)
    meant = and_(~by_text, Article.key.in_(wanted.near)) if wanted.near else None
    columns = [_count(name) for name in ("hits", "clicks", "useful", "useless", "handoffs")]
    # Counted along with the page: a second look through every text would take as long again.
    counted = func.count().over().label("total")
    query = select(Article, Draft.state, *columns, counted).join(
        _SUMS, _SUMS.c.article_key == Article.key, isouter=True
    )
    conditions = _conditions(wanted, today)
    conditions.append(by_text if meant is None else or_(by_text, meant))
    query = query.join(Draft, Draft.article_key == Article.key, isouter=True).where(*conditions)
    order = [*_relevance(wanted), *_order(wanted.sort)]
    rows = session.execute(query.order_by(*order).offset(offset).limit(limit)).all()
    if not rows and offset:  # a page behind the last one
        return [], _total(session, conditions)
    total = int(rows[0].total) if rows else 0
    needle = wanted.text.strip().lower()
    return [_item(row, needle) for row in rows], total


def _item(row: Any, needle: str) -> Item:
    article, state, hits, clicks, useful, useless, handoffs, _ = row
    found = any(one in article.search_text for one in {needle, normalise(needle)})
    return Item(article, state, hits, clicks, useful, useless, handoffs, by_meaning=not found)


def _total(session: Session, conditions: Collection[ColumnElement[bool]]) -> int:
    joined = select(func.count()).select_from(Article)
    joined = joined.join(Draft, Draft.article_key == Article.key, isouter=True)
    return session.execute(joined.where(*conditions)).scalar_one()


def _spellings(text: str) -> list[str]:
    typed = text.strip().lower()
    return sorted({typed, normalise(typed)} - {""})


def _by_text(text: str) -> ColumnElement[bool]:
    fits = [Article.search_text.contains(one, autoescape=True) for one in _spellings(text)]
    return or_(*fits, Article.key == text.strip().lower()) if fits else Article.key != ""


def _relevance(wanted: Filter) -> list[ColumnElement[Any]]:
    """What was found by text stands before what only means the same; a title before a similar question."""
    found: list[ColumnElement[Any]] = []
    if wanted.near:
        nearness = case({key: at for at, key in enumerate(wanted.near)}, value=Article.key, else_=-1)
        found.append(case((_by_text(wanted.text), -1), else_=nearness))
    if wanted.sort == "updated" and (spellings := _spellings(wanted.text)):
        in_title = or_(*(Article.title.contains(one, autoescape=True) for one in spellings))
        found.append(case((in_title, 0), else_=1))
    return found


def _conditions(wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.category:
        found.append(Article.category == wanted.category)
    if wanted.owner_id:
        found.append(Article.owner_id == wanted.owner_id)
    if wanted.state is not None:
        found.append(_in_state(wanted.state, today))
    return found


def _in_state(state: State, today: date) -> ColumnElement[bool]:
    if state == "published":
        return Article.published_revision.is_not(None)
    if state == "offline":
        return and_(Article.published_revision.is_(None), Draft.article_key.is_(None))
    if state == "due":
        return Article.review_date <= today
    if state == "expired":
        live = select(Revision.id).where(
            Revision.article_key == Article.key,
            Revision.number == Article.published_revision,
            Revision.valid_to < today,
        )
        return live.exists()
    return Draft.state == state


def _order(sort: Sort) -> list[ColumnElement[Any]]:
    # Not rounded away: an answer that one of one found useless is no worse than one that 50 of 60 did.
    useless = (_count("useless") + 1.0) / (_count("useful") + _count("useless") + 4.0)
    useful = (_count("useful") + 1.0) / (_count("useful") + _count("useless") + 4.0)
    by: dict[Sort, ColumnElement[Any]] = {
        "updated": Article.updated_at.desc(),
        "oldest": Article.updated_at.asc(),
        "hits": _count("hits").desc(),
        "useful": useful.desc(),
        "useless": useless.desc(),
        "handoffs": _count("handoffs").desc(),
        "title": Article.title.asc(),
    }
    return [by[sort], Article.key.asc()]


def by_category(session: Session) -> dict[str, int]:
    """Return how many articles each category holds."""
    query = select(Article.category, func.count()).group_by(Article.category)
    return {row[0]: row[1] for row in session.execute(query)}


def due(session: Session, today: date, owner_id: str) -> tuple[int, int]:
    """Return how many articles somebody should look at again by now: in all, and one person's own."""
    query = select(func.count(), func.count().filter(Article.owner_id == owner_id))
    all_due, own = session.execute(query.where(Article.review_date <= today)).one()
    return all_due, own
