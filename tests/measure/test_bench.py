"""From measurements to the table in the documentation."""

from pathlib import Path

import pytest

from kefu.bootstrap import models
from kefu.cli.bench import PAGE, TABLE, write_table
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.settings import Settings
from kefu.measure import plain_rasa
from kefu.measure.bench import QUICK, bench, document, figures_of, growth_of
from kefu.measure.load import Measured
from kefu.measure.visitor import Json

assert models.metadata.tables, "every table is known before the test database is made"


def _measured(turns: list[float], total: float = 1.0, without_action: int = 0) -> Measured:
    return Measured(
        at_once=1, turns=turns, without_action=without_action, failed=0, seconds=total,
        processor={"service": 0.5 * total, "bot": 0.1 * total, "client": 0.1 * total},
    )  # fmt: skip


def _level(seconds: float, total: float, without_action: int = 0, without_bot: int = 0) -> Json:
    return figures_of(_measured([seconds] * 8, total, without_action)) | {
        "kind": "new",
        "without_bot": without_bot,
    }


@pytest.fixture
def report() -> Json:
    return document(
        {
            "plain_rasa": [_level(0.040, 0.4, without_action=2)],
            "bot": [_level(0.005, 0.04)],
            "service": [_level(0.010, 0.08, without_bot=2)],
        },
        {
            name: growth_of(_measured([0.010] * 10 + [0.012] * 10))
            for name in ("plain_rasa", "bot", "service")
        },
        {"started": {"service": 4.0, "bot": 9.5}, "memory_mib": {"service": 560, "bot": 464}},
        cores=2,
        load=0.1,
        epochs=100,
    )


def test_figures_and_ratios(report: Json) -> None:
    (plain,), (bot,) = report["systems"]["plain_rasa"], report["systems"]["bot"]
    assert (plain["p50_ms"], plain["turns_per_second"]) == (40.0, 25.0)
    assert (plain["p50_times"], plain["turns_times"]) == (1.0, 1.0)
    assert (bot["p50_times"], bot["p95_times"], bot["turns_times"]) == (8.0, 8.0, 8.0)


def test_the_table_takes_its_place_in_the_page(report: Json, tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    write_table(page, report)
    once = page.read_text(encoding="utf-8")
    assert "| 本系统整体 | 1 | 10.0 | 10.0 | 100.0 | 4.0× | 4.0× | 4.0× | 6.0 | 25% |" in once
    assert "本系统整体 10.0 → 12.0 ms（1.2×）" in once
    assert "本系统整体，1 个同时，一轮用的处理器时间（毫秒）：服务 5.0，机器人 1.0，施压 1.0。" in once
    assert "再次启动：服务自身能作答 4.0 秒，Rasa 就绪 9.5 秒。" in once
    assert "服务 560，机器人 464，共 1024。" in once
    write_table(page, report)
    assert page.read_text(encoding="utf-8") == once
    assert len(TABLE.findall(once)) == 1


async def test_without_a_trained_bot_there_is_nothing_to_measure(sqlite: Database, tmp_path: Path) -> None:
    with pytest.raises(DomainError) as caught:
        await bench(Settings(data_dir=tmp_path), sqlite, QUICK, 1, lambda _: None)
    assert caught.value.code == "bench_needs_model"


async def test_the_plain_project_is_kept_by_its_training_data(sqlite: Database, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    published = plain_rasa.published(sqlite)
    first = plain_rasa.project(settings, published)
    assert plain_rasa.project(settings, published) == first
    assert "DIETClassifier" in (first.directory / "config.yml").read_text(encoding="utf-8")
    assert "kefu" not in (first.directory / "credentials.yml").read_text(encoding="utf-8")
    assert list((tmp_path / "bench").iterdir()) == [first.directory]
    first.model.parent.mkdir()
    first.model.touch()
    await plain_rasa.train(first, pytest.fail)
