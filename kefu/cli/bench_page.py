"""``kefu bench-page``: the customer's page on a middling phone, and the suggestions while typing."""

import json
import os
import re
from typing import Annotated

import typer
from pypinyin import Style, lazy_pinyin
from sqlalchemy import select

from kefu.cli.console import command, console, opened
from kefu.core.settings import ROOT, Settings
from kefu.knowledge.models import Article
from kefu.measure.visitor import Json

app = typer.Typer()
PAGE = ROOT / "docs" / "widget.md"
TABLE = re.compile(r"(<!-- kefu bench-page -->\n).*?(<!-- /kefu bench-page -->)", re.DOTALL)
NAMES = {"phone": "中档手机、慢 4G", "desktop": "本机不限速"}
VISITS = {"first": "第一次打开", "again": "再次打开"}
LENGTHS = (1, 2, 3, 4, 6)


@app.command(name="bench-page")
@command
def bench_page(
    url: Annotated[str, typer.Option(help="正在运行的服务；默认本机的端口")] = "",
    runs: Annotated[int, typer.Option(min=1, help="每种情况打开多少次")] = 7,
    write: Annotated[bool, typer.Option("--write", help="写进 docs/widget.md")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="只打印 JSON")] = False,
) -> None:
    """量客户页多快出来、多快能点，联想多快；用真的 Chromium 打开正在运行的服务。"""
    from kefu.measure import page

    settings = Settings()
    address = url or f"http://127.0.0.1:{settings.port}"
    load = os.getloadavg()[0]
    say = (lambda _line: None) if as_json else (lambda line: console.print(line, style="dim", markup=False))
    report = page.page(f"{address}/chat", runs, say)
    report["suggest"] = page.suggestions(address, prefixes(settings))
    report |= {"cores": os.cpu_count(), "load_before": round(load, 1)}
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        console.print(markdown(report), markup=False)
    if write:
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(TABLE.sub(lambda m: f"{m[1]}{markdown(report)}{m[2]}", text), encoding="utf-8")


def prefixes(settings: Settings) -> list[str]:
    """Return what people may have typed so far: beginnings of titles, their pinyin and their initials."""
    with opened(settings) as database, database.read() as session:
        titles = list(session.scalars(select(Article.title).order_by(Article.key)))
    words = [title[:length] for title in titles for length in LENGTHS]
    sounds = ["".join(lazy_pinyin(title[:2])) for title in titles]
    initials = ["".join(lazy_pinyin(title[:3], style=Style.FIRST_LETTER)) for title in titles]
    return [*words, *sounds, *initials]


def markdown(report: Json) -> str:
    """Return a report as Markdown tables under the line that says on what it was measured."""
    lines = [
        f"{report['date']}，{report['cores']} 核，开始前的负载 {report['load_before']}，每种情况打开 {report['runs']} 次取中位数：",
        "",
        "| 环境 | 打开 | 首次绘制 ms | 大厅出现 ms | 可以操作 ms |",
        "|---|---|---|---|---|",
    ]
    for name, title in NAMES.items():
        for visit, when in VISITS.items():
            one = report[name][visit]
            lines.append(f"| {title} | {when} | {one['painted']} | {one['hall']} | {one['interactive']} |")
    found = report["suggest"]
    lines += [
        "",
        f"输入联想，{found['prefixes']} 个前缀（标题的开头、拼音、首字母）：服务内 p50 {found['inside']['p50']} ms、"
        f"p95 {found['inside']['p95']} ms；本机 HTTP 往返 p50 {found['outside']['p50']} ms、p95 {found['outside']['p95']} ms。",
    ]
    return "\n".join(lines) + "\n"
