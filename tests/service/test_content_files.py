"""Content moves between the database and git; whoever changes it where, comments and the rest of the files stay."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kefu.bootstrap.models import metadata
from kefu.core import yamltext
from kefu.core.database import Database
from kefu.knowledge import articles, content, content_files
from kefu.knowledge.models import Article, TopicRow
from tests.service.conftest import CONTENT, small_content


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    made = small_content(tmp_path / "content")
    for path in (made / "articles").glob("*.yml"):  # as people and the export write lists
        path.write_text(
            "# 说明\n" + yamltext.dump(yamltext.load(path.read_text(encoding="utf-8"))), encoding="utf-8"
        )
    return made


@pytest.fixture
def database(tmp_path: Path, directory: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'content.sqlite3'}")
    metadata.create_all(opened.engine)
    with opened.write() as session:
        content.seed(session, content.read(directory))
    yield opened
    opened.close()


def changes(directory: Path, texts: dict[str, str]) -> list[str]:
    found = []
    for path, text in texts.items():
        before = (directory / path).read_text(encoding="utf-8").splitlines()
        found += [line for line in difflib.ndiff(before, text.splitlines()) if line[0] in "+-"]
    return found


def test_the_projects_own_content_goes_there_and_back_unchanged(tmp_path: Path) -> None:
    opened = Database(f"sqlite:///{tmp_path / 'whole.sqlite3'}")
    metadata.create_all(opened.engine)
    with opened.write() as session:
        content.seed(session, content.read(CONTENT))
        assert changes(CONTENT, content_files.written(session, CONTENT)) == []
    opened.close()


def publish(database: Database, key: str, **fields: str) -> None:
    with database.write() as session:
        article = articles.get(session, key)
        assert article.published_revision is not None
        body = articles.body_of(articles.revision(session, key, article.published_revision))
        content_files._publish(session, article.category, key, body.model_copy(update=fields))


def test_an_editors_change_is_all_that_differs(database: Database, directory: Path) -> None:
    publish(database, "shipping.courier", question="你们用哪家快递？")
    with database.write() as session:
        row = session.get_one(TopicRow, "快递")
        row.words = [*row.words, "快滴"]
        texts = content_files.written(session, directory)
    assert texts["articles/shipping.yml"].startswith("# 说明\n")
    found = [line for line in changes(directory, texts) if "words" not in line and "快滴" not in line]
    assert "+   question: 你们用哪家快递？" in found
    assert len(found) <= 4
    assert "# 一、brief 列出的含糊词" in texts["topics.yml"]


def test_an_engineers_change_becomes_a_revision_and_the_old_one_stays(
    database: Database, directory: Path
) -> None:
    path = directory / "articles" / "shipping.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("你们发货用什么快递？", "你们发什么快递？"), encoding="utf-8")
    with database.write() as session:
        taken = content_files.take(session, content.read(directory), remove=False)
        assert (taken.changed, taken.new, taken.gone) == (("shipping.courier",), (), ())
        article = session.get_one(Article, "shipping.courier")
        assert (article.published_revision, article.title) == (2, "你们发什么快递？")
        assert articles.revision(session, "shipping.courier", 1).question == "你们发货用什么快递？"
        assert not content_files.take(session, content.read(directory), remove=False).any
