"""The guard: what the checkout's content gives, rebuilt without Rasa, against the reference; it must be able to fail."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from kefu.bootstrap.models import metadata
from kefu.cli import evaluate
from kefu.core.database import Database
from kefu.core.errors import NotFound
from kefu.core.settings import ROOT, Settings
from kefu.measure import rivals, throwaway
from kefu.nlu.service import live, release

ASKED = 2


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small shop in a file of its own and cases that ask its questions; returns its directory."""
    content = tmp_path / "content"
    shutil.copytree(ROOT / "content", content)
    cases = tmp_path / "eval"
    cases.mkdir()
    lines = []
    for path in sorted((content / "articles").glob("*.yml")):
        entries = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        for entry in entries:
            for text in entry["similar"][:ASKED]:
                case = {"text": f"{text}呀", "key": entry["key"], "also": [], "style": "plain"}
                lines.append(json.dumps(case, ensure_ascii=False))
            entry["similar"] = entry["similar"][:ASKED]
        path.write_text(yaml.dump(entries, Dumper=yaml.CDumper, allow_unicode=True), encoding="utf-8")
    (cases / "knowledge.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for name, value in {"DATA_DIR": tmp_path / "var", "CONTENT_DIR": content, "ENCODER": "hash"}.items():
        monkeypatch.setenv(f"KEFU_{name}", str(value))
    return tmp_path


def guard(shop: Path, *more: str) -> Result:
    return CliRunner().invoke(evaluate.app, ["--against", "reference", "--cases", str(shop / "eval"), *more])


def swap_articles(shop: Path) -> None:
    """Worsen the content: every article's similar questions stand under the next article."""
    for path in (shop / "content" / "articles").glob("*.yml"):
        entries = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        similar = [entry["similar"] for entry in entries]
        for entry, others in zip(entries, [*similar[1:], similar[0]], strict=True):
            entry["similar"] = others
        path.write_text(yaml.dump(entries, Dumper=yaml.CDumper, allow_unicode=True), encoding="utf-8")


def test_the_guard_fails_what_is_worse(shop: Path) -> None:
    assert guard(shop).exit_code == 1, "without a reference there is nothing to compare with"
    accepted = guard(shop, "--accept")
    assert accepted.exit_code == 0, accepted.output
    swap_articles(shop)
    listed = shop / "regressions.txt"
    worse = guard(shop, "--regressions", str(listed))
    assert worse.exit_code == 1
    assert "变差了：" in worse.output
    assert "｜现在 " in listed.read_text(encoding="utf-8")


def test_a_release_of_the_past_can_be_the_candidate(tmp_path: Path, shop: Path) -> None:
    settings = Settings()
    database = Database(settings.database)
    metadata.create_all(database.engine)
    with database.write() as session:
        for version in ("old-1", "new-2"):
            folder = settings.data_dir / "index" / version
            folder.mkdir(parents=True)
            release(session, "index", version, f"index/{version}", {})
    copied = tmp_path / "copy"
    copied.mkdir()
    throwaway.copy(settings, copied)
    own = settings.model_copy(update={"data_dir": copied})
    rivals.release(settings, own, "old")
    with Database(own.database).read() as session:
        serving = live(session, "index")
    assert serving is not None
    assert serving.version == "old-1"
    assert (copied / "index" / "old-1").is_dir()
    with pytest.raises(NotFound):
        rivals.release(settings, own, "no such version")
