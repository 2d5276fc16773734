"""``kefu evaluate`` against a scripted service."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kefu.cli import evaluate
from kefu.core.settings import ROOT
from kefu.measure import row
from kefu.measure.cases import KnowledgeCase, Plan, read
from tests.measure.fake_service import SECRET, FakeService, answer


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("KEFU_INBOX_SECRET", SECRET)
    monkeypatch.setenv("KEFU_PORT", "9")


REPORT = evaluate.CASES / "report.json"


def kefu_evaluate(*arguments: object) -> Result:
    return CliRunner().invoke(evaluate.app, [str(argument) for argument in arguments])


@pytest.fixture
def right(fake: FakeService) -> FakeService:
    """A service that answers every question right."""
    cases = read(ROOT / "eval", "knowledge", KnowledgeCase)
    fake.script = {case.text: [answer(case.key)] for case in cases}
    return fake


def test_figures_and_failures(right: FakeService, tmp_path: Path) -> None:
    before = REPORT.read_bytes() if REPORT.exists() else None
    failures = tmp_path / "failures.jsonl"
    wrong = Plan(ROOT / "eval", {}, limit=20).cases("knowledge", KnowledgeCase)[3][1].text
    right.script[wrong] = [answer("a.wrong", 0.4)]
    part = ("--only", "knowledge", "--limit", 20)
    result = kefu_evaluate("--url", right.url, *part, "--failures", failures)
    assert result.exit_code == 0, result.output
    assert "知识（20）" in result.output
    assert "95.0%" in result.output
    (failure,) = row.read(failures)
    assert (failure.text, failure.got, failure.confidence) == (wrong, "answer a.wrong 0.40", 0.4)
    after = REPORT.read_bytes() if REPORT.exists() else None
    assert after == before, "a part of the sets makes no report"


def test_a_fall_ends_in_failure(right: FakeService, tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    part = ("--url", right.url, "--only", "knowledge", "--limit", 20)
    assert kefu_evaluate(*part, "--results", results).exit_code == 0
    assert kefu_evaluate(*part, "--against", results).exit_code == 0
    for text in right.script:
        right.script[text] = [answer("a.wrong")]
    worse = kefu_evaluate(*part, "--against", results)
    assert worse.exit_code == 1
    assert "变差了：直接答对" in worse.output
    assert kefu_evaluate(*part, "--against", results, "--tolerance", 1.0).exit_code == 0


def test_a_service_without_its_bot_is_said(right: FakeService) -> None:
    right.bot = "down"
    result = kefu_evaluate("--url", right.url, "--only", "knowledge", "--limit", 1)
    assert "Rasa 没有运行" in result.output


def test_nothing_runs() -> None:
    result = kefu_evaluate("--limit", 1)
    assert result.exit_code == 1
    assert "--start" in result.output


def test_an_unknown_set() -> None:
    result = kefu_evaluate("--only", "knowlege")
    assert result.exit_code == 2
    assert "knowlege" in result.output
