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
"""By how much the service may be larger after the last swap than after the second."""


@app.command(name="bench-swap")
@command
def bench_swap(
    swaps: Annotated[int, typer.Option(min=2, help="换几次模型")] = 20,
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
    second, last = memory[min(2, swaps)], memory[-1]
    console.print(
        f"内存（服务 + 机器人）：第 2 次后 {second['service']} + {second['bot']} MiB，最后 {last['service']} + {last['bot']} MiB"
    )
    if last["service"] > second["service"] * (1 + GROWTH) or last["bot"] > second["bot"] * (1 + GROWTH):
        fail("内存在增长。")
    if found["failed"] or found["turns_without_bot"]:
        fail("换模型时有客户没有得到应有的回复。")
