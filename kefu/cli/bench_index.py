"""``kefu bench-index``: the index of questions at sizes that no shop has yet."""

import os
import re
from collections.abc import Sequence
from typing import Annotated

import typer

from kb_index.scale import Level, Wordings, measure
from kefu.cli.console import command, console, opened, progress
from kefu.cli.kb import released
from kefu.core.clock import now
from kefu.core.settings import ROOT, Settings

app = typer.Typer()
PAGE = ROOT / "docs" / "retrieval.md"
IMAGES = ROOT / "docs" / "images"
TABLE = re.compile(r"(<!-- kefu bench-index -->\n).*?(<!-- /kefu bench-index -->)", re.DOTALL)
SIZES = (10_000, 100_000, 1_000_000)
HEAD = (
    "| 问法 | 其中真的编码 | 方式 | 建立 秒（处理器） | 检索 p50 ms（处理器） | 检索 p99 ms（处理器） | 前十召回 | NumPy 全比 ms（处理器） | MB |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


@app.command("bench-index")
@command
def bench_index(
    sizes: Annotated[str, typer.Option(help="量哪些规模，逗号分隔")] = ",".join(map(str, SIZES)),
    embed: Annotated[
        int | None,
        typer.Option(help="最多真的编码多少条（可以中断，下次接着）；其余以混合向量代替；默认全部编码"),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="把表写进 docs/retrieval.md，曲线画进 docs/images")
    ] = False,
) -> None:
    """量问法很多时的索引：建立、检索、召回。问法由现有的改写而来，句向量是真的；编码一次，存在数据目录。"""
    from kb_index.encoders import create_encoder
    from kb_index.features import prepare
    from kefu.knowledge import repository

    settings = Settings()
    wanted = sorted(int(size) for size in sizes.split(","))
    with opened(settings) as database, database.read() as session:
        articles = repository.snapshot(session).articles.values()
    questions = [prepare(text) for one in articles for text in (one.title, *one.similar)]
    encoder = create_encoder(settings.encoder, folder=settings.encoder_dir, cache_size=1)
    kept = Wordings(settings.data_dir / "bench-index", questions, encoder)
    with progress("编码", as_json=False) as report:
        kept.embed(min(wanted[-1], embed or wanted[-1]), lambda share: report("编码问法", share))
    place, queries = released(settings).place, kept.queries()
    levels, load = [], os.getloadavg()[0]
    known = kept.vectors(wanted[-1])
    for size in wanted:
        vectors = known[:size]
        if len(vectors) < size:
            import numpy as np

            vectors = np.concatenate([vectors, kept.mixed(known, size - len(known))])
        levels.append(measure(vectors, queries, place, min(size, len(known))))
        console.print(_row(levels[-1]), markup=False)
    if write:
        _write(levels, load)


def _row(one: Level) -> str:
    return (
        f"| {one.questions:,} | {one.embedded:,} | {'逐条比较' if one.exact else 'HNSW'} | {one.build:.1f}（{one.build_cpu:.1f}） "
        f"| {one.p50:.2f}（{one.p50_cpu:.2f}） | {one.p99:.2f}（{one.p99_cpu:.2f}） | {one.recall:.3f} "
        f"| {one.numpy:.1f} | {one.megabytes:,.0f} |"
    )


def _write(levels: Sequence[Level], load: float) -> None:
    """Put the table into the page and draw the curve."""
    from kefu.measure import pictures

    told = f"`bin/kefu bench-index --write`，{now():%Y-%m-%d}，{os.cpu_count()} 核，开始前的负载 {load:.1f}。\n\n"
    table = told + "\n".join([HEAD, *map(_row, levels)]) + "\n"
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(TABLE.sub(lambda found: f"{found[1]}{table}{found[2]}", text), encoding="utf-8")
    path = IMAGES / "index-scale.svg"
    pictures.lines(
        path, "检索一次要多久（处理器时间）", "问法", "毫秒", [f"{one.questions:,}" for one in levels],
        {
            "索引 p50": [one.p50_cpu for one in levels],
            "索引 p99": [one.p99_cpu for one in levels],
            "NumPy 全部比较": [one.numpy for one in levels],
        },
        logarithmic=True,
    )  # fmt: skip
    console.print(f"[green]✓[/green] {PAGE}，{path}")
