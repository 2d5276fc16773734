"""``kefu evaluate``: accuracy on the fixed sets, through the public API."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kefu.cli import compared
from kefu.cli.console import command, console, fail, progress, say
from kefu.core.settings import ROOT, Settings
from kefu.knowledge import content
from kefu.measure import report, row, throwaway
from kefu.measure.cases import Plan
from kefu.measure.comparison import ARTICLE_TOLERANCE, TOLERANCE
from kefu.measure.rivals import CHECKOUT
from kefu.measure.running import LABELS, SETS, run
from kefu.measure.visitor import Json, Service, ServiceFailed

app = typer.Typer()

Reached = tuple[Service, Callable[[], int | None]]
"""A service, and how many turns so far it has decided without Rasa (None: not known)."""
CASES = ROOT / "eval"
NAMES = {
    "within_one_click": "一次点击之内",
    "right": "直接答对",
    "one_click": "点一下答对",
    "wrong": "答错",
    "missed": "选项里没有",
    "declined": "没有作答",
    "handed_over": "转人工",
    "other": "其他",
    "no_reply": "没有回复",
    "offered": "给出了该有的",
    "guessed": "猜着作答",
    "acceptable": "处理得当",
    "answered": "作答了",
    "clarified": "给了选项",
    "smalltalk": "闲聊",
    "recall": "该转的转了",
    "precision": "转的该转",
    "needless": "不该转而转",
    "carried_through": "整段走通",
    "carried_with_clicks": "点一下也算",
    "turns_as_expected": "每轮如预期",
    "as_expected": "处理得当",
    "right_at_once": "直接办到",
}


@app.command()
@command
def evaluate(
    cases: Annotated[Path, typer.Option(help="评测集所在的目录")] = CASES,
    url: Annotated[str, typer.Option(help="运行中的服务；默认是本机 KEFU_PORT 上的")] = "",
    start: Annotated[
        bool, typer.Option("--start", help="用数据的一份副本自己启动整套系统，量完就丢弃")
    ] = False,
    without_bot: Annotated[
        bool, typer.Option("--without-bot", help="自己启动的系统不带 Rasa：量服务自身的理解")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="每个评测集最多取几条（每次取的相同）")] = None,
    only: Annotated[str, typer.Option(help=f"只跑这些，逗号分隔：{','.join(SETS)}")] = "",
    at_once: Annotated[int, typer.Option(min=1, help="同时进行几个")] = 4,
    failures: Annotated[Path | None, typer.Option(help="把每一条没做对的写到这个文件")] = None,
    results: Annotated[Path | None, typer.Option(help="把每一条的结果写到这个文件")] = None,
    against: Annotated[
        str,
        typer.Option(
            help="逐条比较：live 与现行发布比；reference 只重建检索、与仓库里的基准比；或早先 --results 的文件"
        ),
    ] = "",
    candidate: Annotated[
        str, typer.Option(help="与 live 比的是谁：checkout（由当前内容重新建）或一个发布的版本")
    ] = CHECKOUT,
    tolerance: Annotated[float, typer.Option(help="低出这么多（且不是偶然）就以失败结束")] = TOLERANCE,
    article_tolerance: Annotated[float, typer.Option(help="单个条目容许低多少")] = ARTICLE_TOLERANCE,
    regressions: Annotated[Path | None, typer.Option(help="把变差的每一条写到这个文件")] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="与 reference 同用：把这次的结果写成新的基准")
    ] = False,
) -> None:
    """在 eval/ 的题目上量准确率；全部跑完时把结果写到那个目录的 report.json。"""
    names = [name for name in _chosen(only) if (cases / f"{name}.jsonl").exists()]
    if not names:
        fail(f"{cases} 里没有可以量的评测集。", code=2)
    settings = Settings()
    tools = _tools(settings) if {"knowledge", "dialogues", "first"} & set(names) else {}
    plan = Plan(cases, tools, limit, at_once)
    limits = compared.Limits(tolerance, article_tolerance, regressions)
    if against == compared.REFERENCE:
        compared.with_reference(settings, plan, names, limits, accept=accept)
        return
    if against == compared.LIVE:
        compared.with_live(settings, plan, names, limits, candidate)
        return
    earlier = row.read(Path(against)) if against else None
    own = start or without_bot
    rows, health = throwaway.until_stopped(_measure(settings, url, plan, names, own=own, bot=not without_bot))
    document = report.document(rows, health, at_once)
    _show(rows, document)
    if limit is None and not only and not without_bot:
        written = cases / "report.json"
        written.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        console.print(f"[green]✓[/green] 已写入 {written}")
    for path, kept in ((results, rows), (failures, [one for one in rows if not one.ok])):
        if path is not None:
            row.write(path, kept)
            console.print(f"[green]✓[/green] {path}：{len(kept)} 条")
    if earlier is not None:
        compared.show(earlier, rows, limits)


def _chosen(only: str) -> list[str]:
    names = [name.strip() for name in only.split(",") if name.strip()] or list(SETS)
    unknown = [name for name in names if name not in SETS]
    if unknown:
        fail(f"没有评测集 {'、'.join(unknown)}；有 {'、'.join(SETS)}。", code=2)
    return names


def _tools(settings: Settings) -> dict[str, str]:
    """Return the tools of the articles that have one: which card or form is right for them."""
    articles = chain.from_iterable(content.read(settings.content_dir).articles.values())
    return {article.key: article.tool for article in articles if article.tool}


async def _measure(
    settings: Settings, url: str, plan: Plan, names: Sequence[str], *, own: bool, bot: bool
) -> tuple[list[row.Row], Json]:
    async with _service(settings, url, own, bot) as (service, without_bot):
        health = await service.health()
        before = await asyncio.to_thread(without_bot)
        if health["parts"]["bot"] != "ok":
            console.print("[yellow]![/yellow] Rasa 没有运行：量的是服务自身的理解。")
        with progress("评测", as_json=False) as shown:
            rows = await run(service, plan, names, shown)
        after = await asyncio.to_thread(without_bot)
        missed = None if before is None or after is None else after - before
        if missed:
            console.print(f"[yellow]![/yellow] {missed} 轮没有等到 Rasa，由服务自身的理解作答。")
        return rows, health | {"turns_without_bot": missed}


@asynccontextmanager
async def _service(settings: Settings, url: str, own: bool, bot: bool) -> AsyncIterator[Reached]:
    """Reach the service that is asked for, or one of our own."""
    if own:
        console.print("启动一套用于评测的系统")
        async with (
            throwaway.running(settings, say, with_bot=bot) as ours,
            Service.at(f"http://127.0.0.1:{ours.port}", ours.secret_of_inbox) as service,
        ):
            service.restore = throwaway.restoring(ours)
            yield service, lambda: throwaway.without_bot(ours)
        return
    address = url or f"http://127.0.0.1:{settings.port}"
    async with Service.at(address, settings.secret_of_inbox) as service:
        try:
            await service.health()
        except ServiceFailed:
            fail(f"{address} 没有服务。先 make run，或者加 --start 让我自己启动一套。")
        yield service, lambda: None


def _show(rows: Sequence[row.Row], document: Json) -> None:
    for name, section in report.sections(rows).items():
        table = Table(title=f"{LABELS[name]}（{document['cases'][name]}）", title_justify="left")
        table.add_column("", no_wrap=True)
        for column in ("合计", "95 % 区间", *section.groups):
            table.add_column(column, justify="right", no_wrap=True)
        for figure, total in section.overall.items():
            shares = [f"{group[figure].share:.1%}" for group in section.groups.values()]
            table.add_row(NAMES[figure], f"{total.share:.1%}", f"{total.low:.1%}–{total.high:.1%}", *shares)
        console.print(table)
    turn, error = document["turn_ms"], document["calibration_error"]
    console.print(f"置信度的校准误差：知识 {error['knowledge']:.3f}，连同范围之外 {error['everything']:.3f}")
    bold = document["answered_at_95_precision"]
    console.print(
        f"答对率 95 % 时直接回答 {bold['coverage']:.1%}，上限 {bold['ceiling']:.1%}，达到上限的 {bold['of_ceiling']:.3f}"
    )
    console.print(
        f"一轮（{turn['at_once']} 个同时）：p50 {turn['p50']} ms，p95 {turn['p95']} ms，共 {turn['turns']} 轮"
    )
    served = document["service"]
    index = str(served["index"])[:12]
    console.print(f"模型 {served['model']}，索引 {index}，{document['cores']} 核，{document['date']}")
