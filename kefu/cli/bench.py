"""``kefu bench``: speed, side by side with a plain Rasa."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kefu.cli.console import command, console, opened
from kefu.core.settings import ROOT, Settings
from kefu.measure import bench as measuring
from kefu.measure.plain_rasa import EPOCHS
from kefu.measure.throwaway import until_stopped
from kefu.measure.visitor import Json

app = typer.Typer()

REPORT = ROOT / "eval" / "bench.json"
PAGE = ROOT / "docs" / "benchmarks.md"
IMAGES = ROOT / "docs" / "images"
TABLE = re.compile(r"(<!-- kefu bench -->\n).*?(<!-- /kefu bench -->)", re.DOTALL)
NAMES = {
    "plain_rasa": "普通 Rasa",
    "bot": "本系统的 Rasa",
    "service": "本系统整体",
}
FLAWS = {
    "without_action": "轮没有走到动作（不计入 p50 与 p95）",
    "failed": "轮失败（不计入）",
    "without_bot": "轮没有等到 Rasa，由服务自身的理解作答",
}
COLUMNS = (
    "系统", "同时", "p50 ms", "p95 ms", "轮/秒", "快 p50", "快 p95", "快 轮/秒", "处理器 ms/轮", "未经 Rasa",
)  # fmt: skip
PROCESSES = {"service": "服务", "bot": "机器人", "client": "施压"}
READY = {"service": "服务自身能作答", "bot": "Rasa 就绪"}
EXPLAINED = 16
"""The level of which it is told which process used how much: so many customers at once."""


@app.command()
@command
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="少量几轮，只看个大概，不写文件")] = False,
    epochs: Annotated[
        int, typer.Option(min=1, help="对照的 Rasa 训练几轮；不影响它的速度，赶时间时可以少")
    ] = EPOCHS,
    as_json: Annotated[bool, typer.Option("--json", help="只打印 JSON")] = False,
    plot: Annotated[bool, typer.Option("--plot", help="把结果画成图，放进 docs/images")] = False,
    report_file: Annotated[
        Path | None, typer.Option("--from", help="不再量，用早先的 JSON（例如 eval/bench.json）画图、写表")
    ] = None,
) -> None:
    """与普通 Rasa 并排量速度；写 eval/bench.json 和 docs/benchmarks.md 的表。第一次要先训练对照的 Rasa。"""
    if report_file is not None:
        earlier: Json = json.loads(report_file.read_text(encoding="utf-8"))
        _show(earlier)
        write_table(PAGE, earlier)
        _draw(earlier, plot)
        return
    settings = Settings()
    size = measuring.QUICK if quick else measuring.FULL

    def say(line: str) -> None:
        if not as_json:
            console.print(line, style="dim", markup=False)

    with opened(settings) as database:
        report = until_stopped(measuring.bench(settings, database, size, epochs, say))
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    _show(report)
    if not quick:
        REPORT.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        write_table(PAGE, report)
    _draw(report, plot)


def _draw(report: Json, wanted: bool) -> None:
    if wanted:
        from kefu.measure import pictures

        for path in pictures.speed(IMAGES, report, NAMES, customers):
            console.print(f"[green]✓[/green] {path}")


def write_table(page: Path, report: Json) -> None:
    """Put the table of a report between the page's marks."""
    text = page.read_text(encoding="utf-8")
    page.write_text(
        TABLE.sub(lambda found: f"{found[1]}{markdown(report)}{found[2]}", text), encoding="utf-8"
    )


def markdown(report: Json) -> str:
    """Return a report as a Markdown table under the line that says on what it was measured."""
    head = f"{report['date']}，{_machine(report)}。\n\n"
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join(row) + " |" for row in _rows(report)]
    return head + "\n".join(lines) + "".join(f"\n\n{told}" for told in _told(report)) + "\n"


def _machine(report: Json) -> str:
    processor = f"{report['cores']} 核（{report['processor']}）"
    return f"{processor}，开始前的负载 {report['load_before']}，Rasa {report['rasa']}（训练 {report['epochs']} 轮）"


def _rows(report: Json) -> list[list[str]]:
    return [
        [
            NAMES[name],
            customers(level),
            f"{level['p50_ms']:.1f}",
            f"{level['p95_ms']:.1f}",
            f"{level['turns_per_second']:.1f}",
            *(_times(level[ratio]) for ratio in ("p50_times", "p95_times", "turns_times")),
            f"{_processor(level):.1f}",
            f"{level['without_bot'] / level['turns']:.0%}" if level["without_bot"] else "",
        ]
        for name, levels in report["systems"].items()
        for level in levels
    ]


def customers(level: Json) -> str:
    """Return how a level is called: how many speak at once, and whether they repeat what others said."""
    return f"{level['at_once']}{'，重复' if level['kind'] == 'repeated' else ''}"


def _processor(level: Json) -> float:
    """Return the processor time that the system took for a turn (ms): without the load's own."""
    used: dict[str, float] = level["processor_ms"]
    return sum(ms for name, ms in used.items() if name != "client")


def _told(report: Json) -> list[str]:
    """Return what is told below the table, a sentence a figure."""
    return [_long(report), _shares(report), _at_rest(report)]


def _shares(report: Json) -> str:
    """Return which of the whole system's processes takes how much of a turn."""
    levels = report["systems"]["service"]
    level = next((one for one in levels if one["at_once"] == EXPLAINED), levels[0])
    used = [f"{PROCESSES[name]} {ms:.1f}" for name, ms in level["processor_ms"].items()]
    return f"本系统整体，{customers(level)} 个同时，一轮用的处理器时间（毫秒）：{'，'.join(used)}。"


def _at_rest(report: Json) -> str:
    """Return how long a warm start takes, and the memory of a system to which nobody speaks."""
    found = report["at_rest"]
    ready = [f"{READY[name]} {seconds:.1f} 秒" for name, seconds in found["started"].items()]
    memory = [f"{PROCESSES[name]} {mib}" for name, mib in found["memory_mib"].items()]
    whole = sum(found["memory_mib"].values())
    return f"再次启动：{'，'.join(ready)}。没有人说话时的常驻内存（MiB）：{'，'.join(memory)}，共 {whole}。"


def _long(report: Json) -> str:
    """Return the sentence about the long conversation."""
    told = [
        f"{NAMES[name]} {one['first_ms']:.1f} → {one['last_ms']:.1f} ms（{_times(one['times'])}）"
        for name, one in report["long"].items()
    ]
    count = max(one["turns"] for one in report["long"].values())
    return f"同一个会话连说 {count} 句，最初十轮与最后十轮的中位：{'；'.join(told)}。"


def _times(ratio: float | None) -> str:
    return "—" if ratio is None else f"{ratio:.1f}×"


def _show(report: Json) -> None:
    table = Table(
        title=f"{report['date']}，{_machine(report)}", title_justify="left", box=None, padding=(0, 1, 0, 0)
    )
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == COLUMNS[0] else "right", no_wrap=True)
    for row in _rows(report):
        table.add_row(*row)
    console.print(table)
    for line in _told(report):
        console.print(line)
    for name, levels in report["systems"].items():
        for level in levels:
            told = [f"{level[figure]} {meaning}" for figure, meaning in FLAWS.items() if level[figure]]
            if told:
                console.print(f"{NAMES[name]}，{customers(level)} 个同时：{'，'.join(told)}")
