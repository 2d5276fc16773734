"""``kefu bench-live``: customers and agents talking, measured from one side to the other."""

import json
import os
import re
from typing import Annotated

import typer

from kefu.cli.console import command, console
from kefu.core.settings import ROOT, Settings
from kefu.measure import live
from kefu.measure.throwaway import until_stopped
from kefu.measure.visitor import Json

app = typer.Typer()
PAGE = ROOT / "docs" / "benchmarks.md"
TABLE = re.compile(r"(<!-- kefu bench-live -->\n).*?(<!-- /kefu bench-live -->)", re.DOTALL)
NAMES = {"to_agent": "客户 → 坐席", "to_customer": "坐席 → 客户"}


@app.command(name="bench-live")
@command
def bench_live(
    customers: Annotated[int, typer.Option(help="客户数")] = 500,
    agents: Annotated[int, typer.Option(help="坐席数")] = 50,
    seconds: Annotated[float, typer.Option(help="谈多少秒")] = 60.0,
    think: Annotated[float, typer.Option(help="客户两句话之间平均隔多少秒")] = 15.0,
    write: Annotated[bool, typer.Option("--write", help="写进 docs/benchmarks.md")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="只打印 JSON")] = False,
) -> None:
    """量人工接待时一条消息到对方要多久、有没有丢；在数据的一份副本上，不带 Rasa。"""
    load = os.getloadavg()[0]
    size = live.Size(customers, agents, seconds, think)
    say = (lambda _line: None) if as_json else (lambda line: console.print(line, style="dim", markup=False))
    report = until_stopped(live.bench(Settings(), size, say))
    report |= {"cores": os.cpu_count(), "load_before": round(load, 1)}
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        console.print(markdown(report), markup=False)
    if write:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(TABLE.sub(lambda m: f"{m[1]}{markdown(report)}{m[2]}", text), encoding="utf-8")


def markdown(report: Json) -> str:
    """Return a report as a Markdown table under the line that says on what it was measured."""
    lines = [
        f"{report['date']}，{report['cores']} 核，开始前的负载 {report['load_before']}：{report['customers']} 位客户、"
        f"{report['agents']} 位坐席同时在线，谈 {report['seconds']:.0f} 秒，客户平均每 {report['think']:.0f} 秒说一句。",
        "",
        "| 方向 | 消息 | p50 ms | p95 ms | 丢失 | 重复 |",
        "|---|---|---|---|---|---|",
    ]
    for name, title in NAMES.items():
        one = report[name]
        cells = (one["messages"], one["p50_ms"], one["p95_ms"], one["lost"], one["doubled"])
        lines.append(f"| {title} | " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"
