from collections.abc import Callable

import pytest
from typer.testing import Result

from kefu.cli import doctor, schema
from kefu.core.database import Database
from kefu.core.settings import Settings
from kefu.nlu import service

Kefu = Callable[..., Result]


def line(output: str, subject: str) -> str:
    return next(line for line in output.splitlines() if subject in line)


def test_an_empty_directory_is_named_with_what_to_do(kefu: Kefu, settings: Settings) -> None:
    report = kefu("doctor")
    assert report.exit_code == 1
    assert line(report.output, "数据库").startswith("✗")
    assert "make run" in report.output
    assert not settings.data_dir.joinpath("kefu.sqlite3").exists()


def test_a_database_behind_the_code_is_named(kefu: Kefu, migrated: Database) -> None:
    schema.downgrade(migrated, "base")
    report = kefu("doctor")
    assert line(report.output, "数据库").startswith("✗")
    assert "bin/kefu db migrate" in report.output


def test_a_release_without_its_file_is_named(kefu: Kefu, migrated: Database) -> None:
    with migrated.write() as session:
        service.release(session, "model", "1", "models/gone.tar.gz", {})
    report = kefu("doctor")
    assert line(report.output, "数据库").startswith("✓")
    assert line(report.output, "知识索引").startswith("✗")
    assert "gone.tar.gz" in line(report.output, "机器人模型")
    assert "bin/kefu train" in report.output


def test_a_secret_that_others_can_read_is_named(kefu: Kefu, settings: Settings) -> None:
    settings.secret("token_secret")
    (settings.data_dir / "secrets" / "token_secret").chmod(0o644)
    report = kefu("doctor")
    assert line(report.output, "密钥的权限").startswith("✗")
    assert "token_secret" in report.output


def test_it_succeeds_when_nothing_is_wrong(
    kefu: Kefu, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.data_dir.mkdir()
    monkeypatch.setattr(doctor, "CHECKS", (doctor.data_directory, doctor.clock))
    report = kefu("doctor")
    assert report.exit_code == 0
    assert "✗" not in report.output
