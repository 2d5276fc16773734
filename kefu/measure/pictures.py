"""Charts of what was measured, as SVG files that stand alone: no script, no font, no address in them."""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from math import log10
from pathlib import Path
from typing import Any

from kefu.measure.visitor import Json

Points = Sequence[tuple[float, float]]
FONT = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
COLOURS = ("#1f7a5a", "#c2571a", "#3566a8", "#8a5aa8")
WIDTH, HEIGHT = 760, 420
SCRIPT = re.compile(r"<script.*?</script>|<script[^>]*/>", re.DOTALL)
DECADES = (0.1, 1, 10, 100, 1000)


def risk_coverage(
    path: Path, curves: Mapping[str, Points], marked: Mapping[str, tuple[float, float]]
) -> None:
    """Draw which share of the answers is wrong (up) when so many messages are answered (across).

    ``curves`` and ``marked`` points hold (coverage, risk), both 0..1.
    """
    chart = _pygal().XY(
        **_common("答得越多，错得越多"), show_dots=False, x_title="直接回答的占全部消息（%）",
        y_title="回答里错的（%）", stroke_style={"width": 2}, xrange=(0, 100), range=(0, _top(curves)),
    )  # fmt: skip
    for name, points in curves.items():
        chart.add(name, [(100 * coverage, 100 * risk) for coverage, risk in points])
    for name, (coverage, risk) in marked.items():
        chart.add(name, [(100 * coverage, 100 * risk)], show_dots=True, dots_size=5, stroke=False)
    _write(path, chart)


def arrival(path: Path, title: str, curves: Mapping[str, Points]) -> None:
    """Draw which share (up) had arrived after so many milliseconds (across, each ten times the last).

    ``curves`` hold (milliseconds, share 0..1).
    """
    chart = _pygal().XY(
        **_common(title), show_dots=False, x_title="毫秒（对数）", y_title="已到对方的消息（%）",
        stroke_style={"width": 2}, range=(0, 100), x_value_formatter=lambda power: f"{10**power:.3g}",
    )  # fmt: skip
    for name, points in curves.items():
        chart.add(name, [(log10(max(time, 1)), 100 * share) for time, share in points])
    chart.x_labels = [0, 1, log10(30), 2, log10(300), 3, 4]
    _write(path, chart)


def _top(curves: Mapping[str, Points]) -> float:
    """Return a round percentage above every point."""
    most = max((risk for points in curves.values() for _, risk in points), default=0.1)
    return float(5 * (int(100 * most) // 5 + 1))


def bars(
    path: Path, title: str, unit: str, columns: Sequence[str], rows: Mapping[str, Sequence[float]]
) -> None:
    """Draw a group of bars per column, one bar a row of ``rows``."""
    chart = _pygal().Bar(**_common(title), y_title=unit, print_values=True, value_formatter=_round)
    chart.x_labels = list(columns)
    for name, values in rows.items():
        chart.add(name, list(values))
    _write(path, chart)


def _round(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def lines(
    path: Path,
    title: str,
    across: str,
    unit: str,
    columns: Sequence[str],
    rows: Mapping[str, Sequence[float]],
    *,
    logarithmic: bool = False,
) -> None:
    """Draw one line a row of ``rows`` over the columns."""
    chart = _pygal().Line(
        **_common(title),
        x_title=across,
        y_title=unit,
        dots_size=4,
        logarithmic=logarithmic,
        value_formatter=_round,
    )
    chart.x_labels = list(columns)
    if logarithmic:
        chart.y_labels = list(DECADES)
    for name, values in rows.items():
        chart.add(name, list(values))
    _write(path, chart)


def speed(
    folder: Path, report: Json, names: Mapping[str, str], customers: Callable[[Json], str]
) -> list[Path]:
    """Draw the speed report: latency, and turns a second, of every system at every load."""
    systems: dict[str, list[Json]] = report["systems"]
    columns = [f"同时 {customers(level)}" for level in next(iter(systems.values()))]
    drawn = []
    for figure, title, unit in (
        ("p50_ms", "一轮要多久（中位）", "毫秒"),
        ("turns_per_second", "每秒多少轮", "轮/秒"),
    ):
        path = folder / f"bench-{figure.split('_')[0]}.svg"
        rows = {names[name]: [level[figure] for level in levels] for name, levels in systems.items()}
        bars(path, f"{title}，{report['date']}，{report['cores']} 核", unit, columns, rows)
        drawn.append(path)
    return drawn


def _common(title: str) -> dict[str, Any]:
    Style = _pygal().style.Style  # noqa: N806

    style = Style(
        background="#ffffff", plot_background="#ffffff", colors=COLOURS, font_family=FONT, title_font_size=18,
        label_font_size=12, major_label_font_size=12, legend_font_size=13, value_font_size=11, opacity=0.9,
    )  # fmt: skip
    return {
        "title": title, "style": style, "width": WIDTH, "height": HEIGHT, "js": (), "legend_at_bottom": True,
        "truncate_legend": -1, "no_prefix": True, "pretty_print": False,
    }  # fmt: skip


def _write(path: Path, chart: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SCRIPT.sub("", chart.render(is_unicode=True)), encoding="utf-8")


def _pygal() -> Any:
    """The library, loaded when a picture is drawn, without the import hook of old that it leaves behind."""
    import pygal
    import pygal.style

    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__name__ != "PluginImportFixer"]
    return pygal
