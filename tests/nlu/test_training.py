import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest
import yaml

from kb_index.encoders import encoder_name
from kefu.bootstrap.models import metadata
from kefu.core.database import Database
from kefu.core.settings import Settings
from kefu.knowledge.snapshot import ArticleView, Reading, Snapshot, Topic
from kefu.nlu import files, service, training


def article(key: str, title: str, *similar: str) -> ArticleView:
    return ArticleView(
        key=key, category="refund", title=title, similar=similar, answer="…", related=(),
        order_states=frozenset(), tool=None, revision=1,
    )  # fmt: skip


@pytest.fixture
def published() -> Snapshot:
    articles = [
        article("refund.time", "退款多久到账", "钱什么时候退\n给我", "[急]退款: 呢？"),
        article("refund.how", "怎么退款"),
    ]
    topics = {"退款": Topic("退款", ("退款", "tk"), (Reading("refund.time", frozenset({"refunding"})),))}
    empty: Mapping[Any, Any] = MappingProxyType({})
    return Snapshot({one.key: one for one in articles}, topics, empty, empty, empty, empty)


def test_the_export_is_a_rasa_project_with_the_published_questions(
    published: Snapshot, tmp_path: Path
) -> None:
    project = tmp_path / "training" / "1"
    assert training.export(published, project, files.checkout()) == 4
    for name in ("config.yml", "domain.yml", "data/nlu", "data/rules"):
        assert (project / name).exists()
    written = (project / "data/nlu/knowledge.yml").read_text(encoding="utf-8")
    assert "\nnlu:\n" in written  # by which Rasa knows its own files; others it passes over
    (block,) = yaml.safe_load(written)["nlu"]
    assert block["intent"] == "ask_knowledge"
    assert block["examples"].splitlines() == [
        "- 退款多久到账", "- 钱什么时候退 给我", "- ［急］退款: 呢？", "- 怎么退款",
    ]  # fmt: skip


def test_questions_that_a_person_answers_ask_for_a_person(published: Snapshot, tmp_path: Path) -> None:
    asked = replace(article("service.human", "怎么找人工", "叫个人来"), tool="human")
    more = replace(published, articles={**published.articles, asked.key: asked})
    training.export(more, tmp_path / "project", files.checkout())
    written = (tmp_path / "project/data/nlu/knowledge.yml").read_text(encoding="utf-8")
    blocks = {block["intent"]: block["examples"] for block in yaml.safe_load(written)["nlu"]}
    assert blocks["ask_human"].splitlines() == ["- 怎么找人工", "- 叫个人来"]


def test_the_export_holds_the_topics_words(published: Snapshot, tmp_path: Path) -> None:
    training.export(published, tmp_path / "project", files.checkout())
    topics = yaml.safe_load((tmp_path / "project" / "content" / "topics.yml").read_text(encoding="utf-8"))
    assert topics == {
        "退款": {"words": ["退款", "tk"], "readings": [{"key": "refund.time", "when": ["refunding"]}]}
    }


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with every table."""
    opened = Database(f"sqlite:///{tmp_path / 'training.sqlite3'}")
    metadata.create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def rasa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose ``bot.train`` is the script that a test writes to the returned path."""
    root = tmp_path / "checkout"
    (root / "bot" / ".venv" / "bin").mkdir(parents=True)
    python = root / "bot" / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\nexec /bin/sh "$(dirname "$0")/train" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    for name in training.PROJECT_FILES:
        (root / name).write_text("{}", encoding="utf-8")
    (root / "data" / "nlu").mkdir(parents=True)
    monkeypatch.setattr(training, "ROOT", root)
    return python.with_name("train")


def test_a_trained_model_is_released(rasa: Path, database: Database, tmp_path: Path) -> None:
    rasa.write_text(
        'echo \'{"phase": "train", "progress": 0.5}\'\necho chatter\necho model > "$6"\n', encoding="utf-8"
    )
    settings = Settings(data_dir=tmp_path / "var", encoder="hash")
    reported: list[tuple[str, float]] = []
    trained = training.train(settings, database, lambda phase, share: reported.append((phase, share)))
    assert ("训练模型", 0.5) in reported
    path = settings.data_dir / trained.path
    assert path.read_text(encoding="utf-8") == "model\n"
    with database.read() as session:
        release = service.live(session, "model")
    assert release is not None
    assert (release.version, settings.data_dir / release.path) == (trained.version, path)
    with database.read() as session:
        assert service.live_model(session, encoder_name(settings.encoder)) is not None
        assert service.live_model(session, "another") is None
    assert "chatter" in (settings.data_dir / "log" / "training.log").read_text(encoding="utf-8")


def test_a_failed_training_releases_nothing(rasa: Path, database: Database, tmp_path: Path) -> None:
    rasa.write_text("echo out of memory >&2; exit 9\n", encoding="utf-8")
    with pytest.raises(training.TrainingFailed, match="退出码 9"):
        training.train(Settings(data_dir=tmp_path / "var", encoder="hash"), database, lambda *_: None)
    with database.read() as session:
        assert service.live(session, "model") is None
    assert "out of memory" in (tmp_path / "var" / "log" / "training.log").read_text(encoding="utf-8")


def test_a_full_disk_is_told_and_leaves_nothing(
    rasa: Path, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path / "var", encoder="hash")

    def free(count: int) -> Any:
        return lambda _: SimpleNamespace(free=count)

    monkeypatch.setattr(training.shutil, "disk_usage", free(1000))
    with pytest.raises(training.DiskFull, match="磁盘空间不足"):
        training.train(settings, database, lambda *_: None)
    # It fills while Rasa works: Rasa only says that it failed.
    rasa.write_text("exit 1\n", encoding="utf-8")
    sizes = iter([training.ENOUGH_BYTES, 0])
    monkeypatch.setattr(training.shutil, "disk_usage", lambda _: SimpleNamespace(free=next(sizes)))
    with pytest.raises(training.DiskFull):
        training.train(settings, database, lambda *_: None)
    # It fills while the export is written.
    monkeypatch.setattr(training.shutil, "disk_usage", free(training.ENOUGH_BYTES))

    for said in (
        OSError(errno.ENOSPC, "full"),
        shutil.Error([("a", "b", f"[Errno 28] {os.strerror(28)}: 'a'")]),
    ):

        def full(*_: Any, said: Exception = said) -> int:
            raise said

        monkeypatch.setattr(training, "export", full)
        with pytest.raises(training.DiskFull):
            training.train(settings, database, lambda *_: None)
    with database.read() as session:
        assert service.live(session, "model") is None
    assert not list((settings.data_dir / "training").glob("*"))
    assert not list(settings.data_dir.glob("models/*.tar.gz"))
