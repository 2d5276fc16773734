"""Charts: files that stand alone, and the figures that they show."""

import re
from pathlib import Path

import pytest

from kefu.cli.bench import NAMES, customers
from kefu.measure import pictures
from kefu.measure.risk import risk

LEVEL = {"kind": "new", "p95_ms": 9.0, "turns": 10, "failed": 0}
REPORT = {
    "date": "2026-11-29",
    "cores": 2,
    "systems": {
        name: [LEVEL | {"at_once": at_once, "p50_ms": 12.5, "turns_per_second": 33.0} for at_once in (1, 8)]
        for name in NAMES
    },
}


def test_the_speed_report_is_drawn(tmp_path: Path) -> None:
    drawn = pictures.speed(tmp_path, REPORT, NAMES, customers)
    assert [path.name for path in drawn] == ["bench-p50.svg", "bench-turns.svg"]
    for path in drawn:
        text = path.read_text(encoding="utf-8")
        assert "同时 8" in text
        assert "普通 Rasa" in text
        assert "<script" not in text
        assert not re.search(r'(?:href|src)="https?:', text)
    assert "12.5" in drawn[0].read_text(encoding="utf-8")


def test_the_curves_are_drawn(tmp_path: Path) -> None:
    path = tmp_path / "risk.svg"
    pictures.risk_coverage(path, {"索引": [(0.5, 0.0), (1.0, 0.12)]}, {"这里": (0.9, 0.05)})
    assert "索引" in path.read_text(encoding="utf-8")
    pictures.lines(path, "检索", "问法", "毫秒", ["一万", "十万"], {"p50": [0.3, 3.0]}, logarithmic=True)
    assert "十万" in path.read_text(encoding="utf-8")


def test_how_much_can_be_answered_at_once() -> None:
    perfect = risk([0.9, 0.8, 0.7, 0.1], [True, True, True, False])
    assert (perfect.coverage, perfect.first_right) == (0.75, 0.75)
    assert perfect.of_ceiling == pytest.approx(0.95)
    blind = risk([0.9] * 20, [True] * 10 + [False] * 10)
    assert (blind.coverage, blind.of_ceiling) == (0.0, 0.0)
    assert risk([], []).ceiling == 0.0
