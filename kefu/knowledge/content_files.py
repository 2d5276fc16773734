"""The database's content as the files in git would have it, and back: comments and order stay where they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kefu.core import yamltext
from kefu.knowledge import articles
from kefu.knowledge.articles import Body
from kefu.knowledge.content import DOCUMENTS, ArticleFile, Content
from kefu.knowledge.models import Article, Document, Revision, TopicRow


def written(session: Session, directory: Path) -> dict[str, str]:
    """Return the text of every content file below a directory as the published content makes it, by path."""
    found: dict[str, str] = {}
    by_category: dict[str, dict[str, Body]] = {}
    for article, body in _published(session):
        by_category.setdefault(article.category, {})[article.key] = body
    there = {path.stem for path in (directory / "articles").glob("*.yml")}
    for category in sorted({*there, *by_category}):
        path = f"articles/{category}.yml"
        entries = _load(directory / path, CommentedSeq())
        _articles(entries, by_category.get(category, {}))
        found[path] = yamltext.dump(entries)
    topics = _load(directory / "topics.yml", CommentedMap())
    _topics(topics, list(session.scalars(select(TopicRow).order_by(TopicRow.position))))
    found["topics.yml"] = yamltext.dump(topics)
    for name in DOCUMENTS:
        body = _load(directory / f"{name}.yml", CommentedMap())
        row = session.get(Document, name)
        _merge(body, row.body if row else {})
        found[f"{name}.yml"] = yamltext.dump(body)
    return found


def _published(session: Session) -> Iterator[tuple[Article, Body]]:
    query = select(Article, Revision).join(
        Revision, (Revision.article_key == Article.key) & (Revision.number == Article.published_revision)
    )
    for article, revision in session.execute(query.order_by(Article.category, Article.key)):
        yield article, articles.body_of(revision)


def _load(path: Path, empty: Any) -> Any:
    return yamltext.load(path.read_text(encoding="utf-8"), path.name) if path.exists() else empty


def _articles(entries: Any, bodies: Mapping[str, Body]) -> None:
    for entry in [entry for entry in entries if entry["key"] not in bodies]:
        entries.remove(entry)
    there = {entry["key"]: entry for entry in entries}
    for key, body in bodies.items():
        if key in there:
            _merge(there[key], _fields(key, body))
        else:
            entries.append(CommentedMap(_fields(key, body)))


def _fields(key: str, body: Body) -> dict[str, Any]:
    """What stands in the file: the fields that say something."""
    dumped = body.model_dump(exclude_defaults=True)
    return {"key": key, **dumped}


def _topics(there: Any, rows: list[TopicRow]) -> None:
    for name in [name for name in there if name not in {row.topic for row in rows}]:
        del there[name]
    for row in rows:
        readings = [
            {"key": one["key"], **({"when": one["when"]} if one.get("when") else {})} for one in row.readings
        ]
        wanted = {"words": list(row.words), "readings": readings}
        if row.topic in there:
            _merge(there[row.topic], wanted)
        else:
            there[row.topic] = CommentedMap(wanted)


def _merge(there: Any, wanted: Mapping[str, Any]) -> None:
    """Make a mapping say what is wanted, touching only what differs; an absent field and its default are the same."""
    for name in [name for name in there if name not in wanted and there[name] not in (None, [], {}, "")]:
        del there[name]
    for name, value in wanted.items():
        nothing = name not in there and value in (None, [], {}, "")
        if nothing or _plain(there.get(name)) == _plain(value):
            continue
        if isinstance(value, list) and isinstance(there.get(name), list):
            _relist(there[name], value)
        else:
            there[name] = LiteralScalarString(value) if isinstance(value, str) and "\n" in value else value


def _relist(there: Any, wanted: list[Any]) -> None:
    """Make a list say what is wanted; entries that stay keep their comments, and the list its way of being written."""
    values = [_plain(one) for one in wanted]
    for at in [at for at, one in enumerate(there) if _plain(one) not in values][::-1]:
        del there[at]
    if [_plain(one) for one in there] == values[: len(there)]:
        there.extend(wanted[len(there) :])
    else:
        there[:] = wanted


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.strip() if isinstance(value, str) else value


@dataclass(frozen=True)
class Taken:
    """What an import changed: article keys, topics and documents."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    topics: tuple[str, ...]
    documents: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether anything changed."""
        return bool(self.new or self.changed or self.gone or self.topics or self.documents)


def take(session: Session, content: Content, *, remove: bool) -> Taken:
    """Let the database publish what the files say, inside the caller's transaction.

    Changed articles get a new revision, so that each can be taken back; ``remove`` withdraws those that the files do
    not hold. Drafts stay.
    """
    published = {article.key: body.tidied() for article, body in _published(session)}
    new: list[str] = []
    changed: list[str] = []
    for category, entries in content.articles.items():
        for entry in entries:
            body = _body(entry)
            if published.get(entry.key) == body:
                continue
            (changed if entry.key in published else new).append(entry.key)
            _publish(session, category, entry.key, body)
    keys = {entry.key for entries in content.articles.values() for entry in entries}
    gone = sorted(set(published) - keys) if remove else []
    for key in gone:
        articles.get(session, key).published_revision = None
    return Taken(
        tuple(new), tuple(changed), tuple(gone), tuple(_take_topics(session, content)), tuple(_take_documents(session, content))
    )  # fmt: skip


def _body(entry: ArticleFile) -> Body:
    return Body(**entry.model_dump(exclude={"key"})).tidied()


def _publish(session: Session, category: str, key: str, body: Body) -> None:
    article = session.get(Article, key)
    if article is None:
        article = Article(key=key, category=category, published_revision=None)
        session.add(article)
        session.flush()
    last = session.scalar(select(func.max(Revision.number)).where(Revision.article_key == key)) or 0
    fields = {name: getattr(body, name) for name in Body.model_fields}
    session.add(Revision(article_key=key, number=last + 1, **fields))
    article.category, article.published_revision, article.title = category, last + 1, body.question[:200]
    article.search_text = articles.search_text(body.question, body.similar)
    session.flush()


def _take_topics(session: Session, content: Content) -> list[str]:
    changed = []
    for position, (name, topic) in enumerate(content.topics.items()):
        readings = [reading.model_dump() for reading in topic.readings]
        row = session.get(TopicRow, name)
        if row is None:
            session.add(TopicRow(topic=name, position=position, words=topic.words, readings=readings))
        elif (row.words, _readings(row.readings)) != (topic.words, _readings(readings)):
            row.words, row.readings = topic.words, readings
        else:
            continue
        changed.append(name)
    return changed


def _readings(stored: list[Any]) -> list[tuple[str, list[str]]]:
    return [(one["key"], list(one.get("when") or [])) for one in stored]


def _take_documents(session: Session, content: Content) -> list[str]:
    changed = []
    for name, body in content.documents.items():
        row = session.get(Document, name)
        if row is None or row.body != body:
            session.merge(Document(name=name, body=body))
            changed.append(name)
    return changed
