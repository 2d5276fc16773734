"""``kefu bench-swap``: change the model again and again under load; nothing may be lost, and memory may not grow."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kefu.cli.console import command, console, fail
from kefu.core.settings import Settings
from kefu.measure import throwaway

app = typer.Typer()
GROWTH = 0.05
"""By how much the highest of the last quarter may exceed that of the second.

Before that the service only fills what it keeps of the questions asked; and whether the old bot has already gone when
its memory is read is chance, hence the highest.
"""


@app.command(name="bench-swap")
@command
def bench_swap(
    swaps: Annotated[int, typer.Option(min=4, help="换几次模型")] = 20,
    out: Annotated[Path | None, typer.Option(help="把结果写到这个文件（JSON）")] = None,
) -> None:
    """在数据的副本上边接待边换模型：量客户的等待、没等到 Rasa 的轮数、内存。"""
    from kefu.measure.swapping import bench

    settings = Settings()
    found = throwaway.until_stopped(
        bench(settings, swaps, lambda line: console.print(f"  {line}", style="dim", markup=False))
    )
    if out is not None:
        out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    wait, memory = found["wait_ms"], found["memory_mib"]
    console.print(f"换了 {swaps} 次，每次从发布到独自接待 {found['swap_seconds']['median']} 秒（中位数）")
    console.print(
        f"客户 {found['turns']} 轮：没有回复 {found['failed']}，没等到 Rasa {found['turns_without_bot']}；"
        f"等待 p50 {wait['p50']} ms，p95 {wait['p95']} ms，最久 {wait['longest']} ms"
    )
    quarter = swaps // 4
    before, after = _highest(memory[quarter + 1 : 2 * quarter + 1]), _highest(memory[-quarter:])
    console.print(
        f"内存最高（服务 + 机器人）：第 {quarter + 1}–{2 * quarter} 次 {before['service']} + {before['bot']} MiB，"
        f"最后 {quarter} 次 {after['service']} + {after['bot']} MiB"
    )
    if any(after[process] > before[process] * (1 + GROWTH) for process in before):
        fail("内存在增长。")
    if found["failed"] or found["turns_without_bot"]:
        fail("换模型时有客户没有得到应有的回复。")


def _highest(memory: list[dict[str, int]]) -> dict[str, int]:
    return {process: max(one[process] for one in memory) for process in ("service", "bot")}
