"""Content files: reading and checking them, and seeding an empty database from them."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.core.errors import Invalid
from kefu.knowledge.articles import search_text
from kefu.knowledge.models import Article, Document, Revision, TopicRow
from kefu.knowledge.snapshot import POLICY

DOCUMENTS = ("policies", "smalltalk", "hall")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ArticleFile(_Strict):
    """One entry of ``content/articles/<category>.yml``."""

    key: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")
    question: str = Field(min_length=2, max_length=200)
    similar: list[str] = []
    answer: str = Field(min_length=10, max_length=5000)
    related: list[str] = []
    order_states: list[str] = []
    tool: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    variants: dict[str, str] = {}


class ReadingFile(_Strict):
    """One reading of a topic."""

    key: str
    when: list[str] = []


class TopicFile(_Strict):
    """One entry of ``content/topics.yml``."""

    words: list[str]
    readings: list[ReadingFile] = Field(min_length=1)


class Content(_Strict):
    """All content files, parsed and consistent."""

    articles: dict[str, list[ArticleFile]]
    topics: dict[str, TopicFile]
    documents: dict[str, dict[str, Any]]


def read(directory: Path) -> Content:
    """Read the content files. Raises ``Invalid`` (code ``content_invalid``) naming what does not fit together."""
    articles = {
        path.stem: [ArticleFile.model_validate(entry) for entry in _yaml(path)]
        for path in sorted((directory / "articles").glob("*.yml"))
    }
    topics = {
        str(name): TopicFile.model_validate(entry) for name, entry in _yaml(directory / "topics.yml").items()
    }
    documents = {name: _yaml(directory / f"{name}.yml") for name in DOCUMENTS}
    content = Content(articles=articles, topics=topics, documents=documents)
    _check(content)
    return content


def _yaml(path: Path) -> Any:
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)


def _check(content: Content) -> None:
    problems: list[str] = []
    keys = [article.key for entries in content.articles.values() for article in entries]
    known = set(keys)
    problems += [f"重复的键 {key}" for key in known if keys.count(key) > 1]
    policies = content.documents["policies"]
    for entries in content.articles.values():
        for article in entries:
            problems += [
                f"{article.key}：没有规则 {name}"
                for name in POLICY.findall(article.answer)
                if name not in policies
            ]
            problems += [
                f"{article.key}：相关条目 {key} 不存在" for key in article.related if key not in known
            ]
    words: dict[str, str] = {}
    for name, topic in content.topics.items():
        problems += [
            f"话题 {name}：{reading.key} 不存在" for reading in topic.readings if reading.key not in known
        ]
        for word in topic.words:
            if words.setdefault(word, name) != name:
                problems.append(f"“{word}”同时属于话题 {words[word]} 和 {name}")
    if problems:
        raise Invalid("content_invalid", "内容文件不一致", "；".join(problems[:20]))


def seed(session: Session, content: Content) -> bool:
    """Fill an empty database with the content; returns False (and does nothing) when it holds articles."""
    if session.scalar(select(Article.key).limit(1)) is not None:
        return False
    for category, entries in content.articles.items():
        for entry in entries:
            body = entry.model_dump(exclude={"key"})
            session.add(
                Article(
                    key=entry.key,
                    category=category,
                    published_revision=1,
                    title=entry.question,
                    search_text=search_text(entry.question, entry.similar),
                )
            )
            session.flush()
            session.add(Revision(article_key=entry.key, number=1, **body))
    for position, (name, topic) in enumerate(content.topics.items()):
        readings = [reading.model_dump() for reading in topic.readings]
        session.add(TopicRow(topic=name, position=position, words=topic.words, readings=readings))
    for name, document in content.documents.items():
        session.add(Document(name=name, body=document))
    session.flush()
    return True
