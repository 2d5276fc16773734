"""Importing a table: first every row is checked against what there is, then, if wanted, drafts are written."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.knowledge import articles
from kefu.knowledge.articles import Body, Vocabulary
from kefu.knowledge.models import Article, Draft, Revision
from kefu.knowledge.sheets import COLUMNS, CellError, Row

Verdict = Literal["new", "changed", "same"]
CHUNK = 500
NOTHING = Body()


@dataclass
class Plan:
    """What an import would do: the rows to write, and everything that is wrong."""

    rows: list[tuple[Row, Verdict]] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        """How many rows have this verdict."""
        return sum(1 for _, one in self.rows if one == verdict)


@dataclass(frozen=True)
class Known:
    """What the database holds: the bodies by key (a draft before what is live), and which are drafts."""

    bodies: dict[str, Body]
    drafts: frozenset[str]
    keys: frozenset[str]


def known(session: Session) -> Known:
    """Return what the rows are compared with."""
    live = select(Revision).join(
        Article, (Article.key == Revision.article_key) & (Article.published_revision == Revision.number)
    )
    bodies = {row.article_key: articles.body_of(row).tidied() for row in session.scalars(live)}
    drafts = {row.article_key: Body.model_validate(row.body) for row in session.scalars(select(Draft))}
    keys = frozenset(session.scalars(select(Article.key)))
    return Known(bodies | drafts, frozenset(drafts), keys)


def judge(rows: Iterable[Row], there: Known, vocabulary: Vocabulary) -> Iterator[tuple[Row, Verdict | None]]:
    """Yield every row with its verdict, None when it cannot be imported; its errors then say why."""
    rows = list(rows)
    seen: dict[str, int] = {}
    keys = there.keys | {row.key for row in rows}
    for row in rows:
        if row.body == NOTHING:  # nothing could be read
            yield row, None
            continue
        before = there.bodies.get(row.key)
        # The table has no column for the answers by order state: they stay.
        after = row.body if before is None else row.body.model_copy(update={"variants": before.variants})
        unread = {one.column for one in row.errors}  # what follows from them need not be said
        found_wrong = _errors(row, seen, keys, vocabulary)
        errors = [*row.errors, *(one for one in found_wrong if one.column not in unread)]
        if row.key in there.drafts and before != after:
            errors.append(CellError(row.number, COLUMNS["key"], "这个条目有人正在改，请先处理它的草稿"))
        found = Row(row.number, row.key, row.category, after, tuple(errors))
        verdict: Verdict = "same" if before == after else "changed" if row.key in there.keys else "new"
        yield found, None if errors else verdict


def _errors(
    row: Row, seen: dict[str, int], keys: Collection[str], vocabulary: Vocabulary
) -> Iterator[CellError]:
    identity = row.key or row.body.question
    if seen.setdefault(identity, row.number) != row.number:
        yield CellError(row.number, COLUMNS["key"], f"与第 {seen[identity]} 行重复")
    if row.key and not articles.KEY.fullmatch(row.key):
        yield CellError(row.number, COLUMNS["key"], "键只能是小写字母、数字、下划线，中间一个点")
    for one in articles.problems(row.body, vocabulary, keys):
        yield CellError(row.number, COLUMNS.get(one.field.split(".")[0], one.field), one.message)


def write(session: Session, rows: Iterable[tuple[Row, Verdict]], author_id: str) -> int:
    """Write rows as drafts; returns how many. Nothing is published."""
    rows = list(rows)
    new = [(row.key, row.category, row.body) for row, verdict in rows if verdict == "new"]
    written = articles.create_many(session, new, author_id)
    for row, verdict in rows:
        if verdict == "changed" and session.get(Draft, row.key) is None:
            articles.save(session, row.key, row.body, 0, author_id)
            written += 1
    return written


def chunks(rows: list[tuple[Row, Verdict]]) -> Iterator[list[tuple[Row, Verdict]]]:
    """Yield the rows in parts small enough for a short transaction."""
    left = iter(rows)
    while part := list(islice(left, CHUNK)):
        yield part
