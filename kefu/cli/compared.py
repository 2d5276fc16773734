"""Comparing with the live release, or with the reference in the repository; worse ends in failure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from kefu.cli.console import console, fail, progress, say
from kefu.cli.kb import build_progress
from kefu.core.settings import Settings
from kefu.measure import comparison, reference, rivals, throwaway
from kefu.measure.cases import Plan
from kefu.measure.comparison import Compared
from kefu.measure.rehearsing import SETS
from kefu.measure.row import Row
from kefu.measure.running import LABELS, run
from kefu.measure.visitor import Service

LIVE, REFERENCE = "live", "reference"
REFERENCE_FILE = "reference.json"
LISTED = 40
"""So many regressions are printed; the file has all."""


@dataclass(frozen=True)
class Limits:
    """How far figures may fall (shares), and where to write every regression."""

    tolerance: float = comparison.TOLERANCE
    article_tolerance: float = comparison.ARTICLE_TOLERANCE
    regressions: Path | None = None


def with_reference(
    settings: Settings, plan: Plan, names: Sequence[str], limits: Limits, *, accept: bool
) -> None:
    """Rebuild the retrieval half from the checkout and compare it with the reference, or make it the reference."""
    import asyncio

    from kefu.measure.checkout import from_checkout

    path = plan.directory / REFERENCE_FILE
    known = None if accept else reference.read(path)
    with (
        progress("重建检索", as_json=False) as shown,
        from_checkout(settings, build_progress(shown)) as built,
    ):
        rows = asyncio.run(run(built, plan, [name for name in names if name in SETS], shown))
        index = built.brain.index.version
    if known is None:
        reference.write(path, rows, index)
        console.print(f"[green]✓[/green] 新的基准：{path}，{len(rows)} 条")
        return
    show(reference.earlier(known, rows), rows, limits)


def with_live(settings: Settings, plan: Plan, names: Sequence[str], limits: Limits, candidate: str) -> None:
    """Run the live release and a candidate, each on a copy of its own that is thrown away, and compare them."""
    console.print("[bold]现行的发布[/bold]")
    earlier = throwaway.until_stopped(_rows(throwaway.running(settings, say), plan, names))
    console.print(f"[bold]候选：{candidate}[/bold]")
    newer = throwaway.until_stopped(_rows(rivals.running(settings, candidate, say), plan, names))
    show(earlier, newer, limits)


async def _rows(system: rivals.Running, plan: Plan, names: Sequence[str]) -> list[Row]:
    async with (
        system as own,
        Service.at(f"http://127.0.0.1:{own.port}", own.secret_of_inbox) as service,
    ):
        service.restore = throwaway.restoring(own)
        with progress("评测", as_json=False) as shown:
            return await run(service, plan, names, shown)


def show(earlier: Sequence[Row], newer: Sequence[Row], limits: Limits) -> None:
    """Print how two runs differ; exit with 1 when something fell beyond tolerance, and not by chance."""
    pairs = comparison.paired(earlier, newer)
    found = comparison.compare(pairs, limits.tolerance, limits.article_tolerance)
    _table(found, len(newer) - len(pairs))
    lost, won = comparison.regressions(pairs), comparison.gains(pairs)
    console.print(f"变差 {len(lost)} 条，变好 {len(won)} 条")
    for old, new in lost[:LISTED]:
        console.print(f"  {_line(old, new)}", markup=False)
    if len(lost) > LISTED:
        console.print(f"  …… 其余 {len(lost) - LISTED} 条见 --regressions 写出的文件", style="dim")
    if limits.regressions is not None:
        limits.regressions.write_text("".join(f"{_line(*pair)}\n" for pair in lost), encoding="utf-8")
        console.print(f"[green]✓[/green] {limits.regressions}：{len(lost)} 条")
    worse = [one.label for one in found if one.worse]
    if worse:
        fail(f"变差了：{'、'.join(worse)}")
    console.print(
        f"[green]✓[/green] 没有变差（容许 {limits.tolerance:.1%}，单个条目 {limits.article_tolerance:.0%}）"
    )


def _line(old: Row, new: Row) -> str:
    return f"{LABELS[new.set]}｜{new.text}｜该 {new.expected or '不作答'}｜原先 {old.got}｜现在 {new.got}"


def _table(found: Sequence[Compared], new_cases: int) -> None:
    table = Table(
        "", "条数", "原先", "现在", "差", "95 % 区间", title="逐条比较（配对自助法）", title_justify="left"
    )
    for one in found:
        change = one.change
        mark = "[red]变差[/red] " if one.worse else ""
        table.add_row(
            mark + one.label, str(change.cases), f"{change.earlier:.1%}", f"{change.newer:.1%}",
            f"{change.mean:+.1%}", f"{change.low:+.1%} … {change.high:+.1%}",
        )  # fmt: skip
    console.print(table)
    if new_cases:
        console.print(f"{new_cases} 条是原先没有的，没有比较。", style="dim")
