import json
import sqlite3
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from kefu.core.database import Database
from kefu.core.lock import holding
from kefu.core.settings import Settings
from kefu.nlu import service

Kefu = Callable[..., Result]


@pytest.fixture
def filled(settings: Settings, migrated: Database) -> Path:
    """A data directory with a released model, a secret, an upload, and things that no backup needs."""
    directory = settings.data_dir
    for name in ("models/1.tar.gz", "uploads/a/b.png", "log/service.log", "training/1/config.yml"):
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    settings.secret("token_secret")
    with migrated.write() as session:
        service.release(session, "model", "1", "models/1.tar.gz", {})
    return directory


def contents(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm", ".sqlite3", ".lock"))
    }


def live_model(url: str) -> str | None:
    database = Database(url)
    with database.read() as session:
        release = service.live(session, "model")
    database.close()
    return release and release.path


def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let commands work on another, empty data directory."""
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path / "other"))
    return tmp_path / "other"


def test_a_backup_comes_back_whole_in_another_place(
    kefu: Kefu, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "backup.tar.gz"
    made = kefu("backup", archive)
    assert made.exit_code == 0, made.output
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert not list(filled.glob(".scratch-*"))
    other = elsewhere(monkeypatch, tmp_path)
    restored = kefu("restore", archive)
    assert restored.exit_code == 0, restored.output
    expected = contents(filled)
    del expected["log/service.log"], expected["training/1/config.yml"]
    assert contents(other) == expected
    assert stat.S_IMODE((other / "secrets" / "token_secret").stat().st_mode) == 0o600
    assert stat.S_IMODE((other / "secrets").stat().st_mode) == 0o700
    assert live_model(f"sqlite:///{other / 'kefu.sqlite3'}") == "models/1.tar.gz"


def test_a_backup_holds_what_was_committed_while_a_writer_is_at_work(
    kefu: Kefu, filled: Path, migrated: Database, tmp_path: Path
) -> None:
    with migrated.write() as session:
        service.release(session, "model", "2", "models/2.tar.gz", {})
        session.flush()
        assert kefu("backup", tmp_path / "backup.tar.gz").exit_code == 0
    with tarfile.open(tmp_path / "backup.tar.gz") as archive:
        archive.extract("kefu.sqlite3", tmp_path / "out", filter="data")
    with sqlite3.connect(tmp_path / "out" / "kefu.sqlite3") as copy:
        assert copy.execute("SELECT version FROM releases").fetchall() == [("1",)]
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_restoring_needs_a_stopped_system(kefu: Kefu, filled: Path, tmp_path: Path) -> None:
    kefu("backup", tmp_path / "backup.tar.gz")
    with holding(filled, "serve"):
        refused = kefu("restore", tmp_path / "backup.tar.gz", "--force")
    assert refused.exit_code == 1
    assert "正在使用" in refused.output


def test_restoring_over_data_needs_force_and_keeps_what_was_there(
    kefu: Kefu, filled: Path, tmp_path: Path
) -> None:
    kefu("backup", tmp_path / "backup.tar.gz")
    (filled / "uploads" / "later.png").write_bytes(b"later")
    refused = kefu("restore", tmp_path / "backup.tar.gz")
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert (filled / "uploads" / "later.png").exists()
    forced = kefu("restore", tmp_path / "backup.tar.gz", "--force")
    assert forced.exit_code == 0, forced.output
    assert not (filled / "uploads" / "later.png").exists()
    (aside,) = filled.glob("replaced-*")
    assert (aside / "uploads" / "later.png").read_bytes() == b"later"


@pytest.mark.parametrize("damage", ["truncated", "changed", "added"])
def test_a_damaged_backup_changes_nothing(kefu: Kefu, filled: Path, tmp_path: Path, damage: str) -> None:
    good, bad = tmp_path / "good.tar.gz", tmp_path / "bad.tar.gz"
    kefu("backup", good)
    if damage == "truncated":
        bad.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    else:
        inside = tmp_path / "inside"
        with tarfile.open(good) as archive:
            archive.extractall(inside, filter="data")
        name = "models/1.tar.gz" if damage == "changed" else "models/evil.tar.gz"
        (inside / name).write_bytes(b"other")
        with tarfile.open(bad, "w:gz") as archive:
            archive.add(inside, ".")
    before = contents(filled)
    refused = kefu("restore", bad, "--force")
    assert refused.exit_code == 1
    assert "备份不可用" in refused.output
    assert contents(filled) == before


def test_a_backup_of_a_newer_program_is_refused(kefu: Kefu, filled: Path, tmp_path: Path) -> None:
    kefu("backup", tmp_path / "good.tar.gz")
    inside = tmp_path / "inside"
    with tarfile.open(tmp_path / "good.tar.gz") as archive:
        archive.extractall(inside, filter="data")
    manifest = json.loads((inside / "manifest.json").read_text(encoding="utf-8"))
    (inside / "manifest.json").write_text(
        json.dumps(manifest | {"revision": "fffffffffff0"}), encoding="utf-8"
    )
    with tarfile.open(tmp_path / "newer.tar.gz", "w:gz") as archive:
        archive.add(inside, ".")
    refused = kefu("restore", tmp_path / "newer.tar.gz", "--force")
    assert refused.exit_code == 1
    assert "先升级程序" in refused.output


def test_a_backup_must_not_lie_in_what_it_copies(kefu: Kefu, filled: Path) -> None:
    assert "数据目录之外" in kefu("backup", filled / "backup.tar.gz").output


def test_postgresql_goes_into_the_backup_and_back(
    kefu: Kefu,
    settings: Settings,
    fresh_postgres_url: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if fresh_postgres_url is None:
        pytest.skip("PostgreSQL 不可达")
    monkeypatch.setenv("KEFU_DATABASE_URL", fresh_postgres_url)
    (settings.data_dir / "models").mkdir(parents=True)
    (settings.data_dir / "models" / "1.tar.gz").write_bytes(b"model")
    assert kefu("db", "migrate").exit_code == 0
    database = Database(fresh_postgres_url)
    with database.write() as session:
        service.release(session, "model", "1", "models/1.tar.gz", {})
    made = kefu("backup", tmp_path / "backup.tar.gz")
    assert made.exit_code == 0, made.output
    with database.write() as session:
        service.release(session, "model", "2", "models/2.tar.gz", {})
    elsewhere(monkeypatch, tmp_path)
    restored = kefu("restore", tmp_path / "backup.tar.gz")
    assert restored.exit_code == 0, restored.output
    assert live_model(fresh_postgres_url) == "models/1.tar.gz"
    database.close()
