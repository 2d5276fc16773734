"""``kefu bench-live``: customers and agents talking, measured from one side to the other."""

import json
import os
import re
from collections.abc import Callable
from typing import Annotated

import typer

from kefu.cli.console import command, console
from kefu.core.settings import ROOT, Settings
from kefu.measure import idle, live
from kefu.measure.throwaway import until_stopped
from kefu.measure.visitor import Json

app = typer.Typer()
PICTURE = ROOT / "docs" / "images" / "bench-live.svg"
PAGE = ROOT / "docs" / "benchmarks.md"
TABLE = re.compile(r"(<!-- kefu bench-live -->\n).*?(<!-- /kefu bench-live -->)", re.DOTALL)
IDLE = re.compile(r"(<!-- kefu bench-live --idle -->\n).*?(<!-- /kefu bench-live --idle -->)", re.DOTALL)
NAMES = {"to_agent": "客户 → 坐席", "to_customer": "坐席 → 客户"}


@app.command(name="bench-live")
@command
def bench_live(
    customers: Annotated[int, typer.Option(help="客户数")] = 500,
    agents: Annotated[int, typer.Option(help="坐席数")] = 50,
    seconds: Annotated[float, typer.Option(help="谈多少秒")] = 60.0,
    think: Annotated[float, typer.Option(help="客户两句话之间平均隔多少秒")] = 15.0,
    idle_sockets: Annotated[
        int | None, typer.Option("--idle", min=1, help="改为量：这么多位客户只开着页面时服务占多少内存")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="写进 docs/benchmarks.md")] = False,
    plot: Annotated[bool, typer.Option("--plot", help="画成图 docs/images/bench-live.svg")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="只打印 JSON")] = False,
) -> None:
    """量人工接待时一条消息到对方要多久、有没有丢；在数据的一份副本上，不带 Rasa。"""
    load = os.getloadavg()[0]
    say = (lambda _line: None) if as_json else (lambda line: console.print(line, style="dim", markup=False))
    if idle_sockets is not None:
        report = until_stopped(idle.bench(Settings(), idle_sockets, say))
        _show(
            report | {"cores": os.cpu_count(), "load_before": round(load, 1)},
            IDLE,
            idle_markdown,
            write,
            as_json,
        )
        return
    size = live.Size(customers, agents, seconds, think)
    report = until_stopped(live.bench(Settings(), size, say))
    report |= {"cores": os.cpu_count(), "load_before": round(load, 1)}
    _show(report, TABLE, markdown, write, as_json)
    if plot:
        _draw(report)


def _draw(report: Json) -> None:
    from kefu.measure import pictures

    title = f"{report['customers']} 位客户、{report['agents']} 位坐席，{report['date']}，{report['cores']} 核"
    pictures.arrival(PICTURE, title, {name: report[key]["shares"] for key, name in NAMES.items()})


def _show(
    report: Json, table: re.Pattern[str], words: Callable[[Json], str], write: bool, as_json: bool
) -> None:
    print(json.dumps(report, ensure_ascii=False)) if as_json else console.print(words(report), markup=False)
    if write:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(table.sub(lambda m: f"{m[1]}{words(report)}{m[2]}", text), encoding="utf-8")


def idle_markdown(report: Json) -> str:
    """Return what idle sockets cost as one line."""
    return (
        f"{report['date']}，{report['cores']} 核，开始前的负载 {report['load_before']}：{report['sockets']} 位客户只开着页面，"
        f"服务占 {report['after_mb']} MB（没有连接时 {report['before_mb']} MB），每条连接 {report['per_socket_kb']} KB；"
        f"抽查 {report['answering']} 条都有应答，p95 {report['ping_p95_ms']} ms。\n"
    )


def markdown(report: Json) -> str:
    """Return a report as a Markdown table under the line that says on what it was measured."""
    lines = [
        f"{report['date']}，{report['cores']} 核，开始前的负载 {report['load_before']}：{report['customers']} 位客户、"
        f"{report['agents']} 位坐席同时在线，谈 {report['seconds']:.0f} 秒，客户平均每 {report['think']:.0f} 秒说一句；"
        f"全部接起用了 {report['entering_seconds']:.0f} 秒，断线后自己回来 {report['came_back']} 次。",
        "",
        "| 方向 | 消息 | p50 ms | p95 ms | 丢失 | 重复 |",
        "|---|---|---|---|---|---|",
    ]
    for name, title in NAMES.items():
        one = report[name]
        cells = (one["messages"], one["p50_ms"], one["p95_ms"], one["lost"], one["doubled"])
        lines.append(f"| {title} | " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"
