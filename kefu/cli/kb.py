"""``kefu kb``: the knowledge index."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from kefu.cli.console import command, console, fail, opened, progress
from kefu.core.settings import ROOT, Settings
from kefu.nlu.service import live
from kefu.supervisor.progress import Report

if TYPE_CHECKING:
    from kb_index.search import KnowledgeIndex

app = typer.Typer(name="kb", help="知识索引。", no_args_is_help=True)


PHASES = {
    "embed": ("计算句向量", 0.0, 0.3),
    "cross_validate": ("交叉验证", 0.3, 0.9),
    "train": ("训练排序", 0.9, 1.0),
}
"""The phases of a build: in Chinese, and which part of the whole each one is."""


def build_progress(report: Report) -> Report:
    """Turn the share of a phase, which the build reports, into the share of the whole."""

    def of_phase(phase: str, share: float) -> None:
        name, begin, end = PHASES.get(phase, (phase, 0.0, 1.0))
        report(name, begin + (end - begin) * share)

    return of_phase


@app.command()
@command
def build() -> None:
    """用已发布的知识重建索引并发布。"""
    from kefu.bootstrap.knowledge import build_index

    settings = Settings()
    with opened(settings) as database, progress("建立知识索引", as_json=False) as report:
        version = build_index(settings, database, build_progress(report))
    console.print(f"[green]✓[/green] 已发布索引 {version}")


@app.command()
@command
def search(text: str, limit: Annotated[int, typer.Option(help="显示几条")] = 5) -> None:
    """在发布的索引里检索一句话，显示每一项的得分。"""
    from kefu.knowledge import repository

    settings = Settings()
    with opened(settings) as database, database.read() as session:
        titles = {key: article.title for key, article in repository.snapshot(session).articles.items()}
    found = released(settings).search(text, limit=limit)
    table = Table("知识条目", "标题", "置信度", "得分", "最像的问法")
    for one in found.candidates:
        table.add_row(
            one.key,
            titles.get(one.key, ""),
            f"{one.confidence:.2f}",
            f"{one.score:.3f}",
            one.matched,
            end_section=False,
        )
    console.print(f"属于本店业务的概率 {found.in_domain:.2f}")
    console.print(table)


def released(settings: Settings) -> "KnowledgeIndex":
    """Load the released index; without one the command ends."""
    from kb_index.encoders import create_encoder
    from kb_index.search import KnowledgeIndex

    with opened(settings) as database, database.read() as session:
        release = live(session, "index")
    if release is None:
        fail("还没有发布的索引，先运行 bin/kefu kb build。")
    encoder = create_encoder(settings.encoder, folder=settings.encoder_dir)
    return KnowledgeIndex.load(settings.data_dir / release.path, encoder)


@app.command()
@command
def risk(
    cases: Annotated[Path, typer.Option(help="评测集所在的目录")] = ROOT / "eval",
    plot: Annotated[bool, typer.Option("--plot", help="把曲线画到 docs/images/risk-coverage.svg")] = False,
) -> None:
    """量“敢答多少、错多少”：发布的索引在 eval/ 的知识问题和范围之外的问题上。"""
    from kb_index.evaluate import coverage_at
    from kefu.measure import pictures
    from kefu.measure.cases import Plan
    from kefu.measure.risk import of_index

    found = of_index(released(Settings()), Plan(cases, {}))
    table = Table("允许答错", "能直接回答（占全部消息）", title=f"{found.messages} 条", title_justify="left")
    for wrong in (0.01, 0.02, 0.03, 0.05, 0.1):
        table.add_row(f"{wrong:.0%}", f"{coverage_at(wrong, found.curve):.1%}")
    console.print(table)
    console.print(
        f"第一名就对 {found.first_right:.1%}；答对率 95 % 时能直接回答 {found.coverage:.1%}，上限 {found.ceiling:.1%}，"
        f"达到上限的 {found.of_ceiling:.3f}；校准误差 {found.calibration_error:.3f}"
    )
    if plot:
        path = ROOT / "docs" / "images" / "risk-coverage.svg"
        ideal = [(share / 100 * found.first_right, 0.0) for share in range(0, 101, 10)]
        rest = [(one, 1 - found.first_right / one) for one in (found.first_right, found.ceiling, 1.0)]
        pictures.risk_coverage(
            path,
            {"发布的索引": found.curve, "分得清对错的置信度（上限）": [*ideal, *rest]},
            {"答对率 95 %": (found.coverage, 0.05)},
        )
        console.print(f"[green]✓[/green] {path}")


@app.command()
@command
def fuzz(
    count: Annotated[int, typer.Option(min=5, help="试多少句")] = 500,
) -> None:
    """拿乱码试发布的索引：不能出错，不能被当成问题回答，最慢的不超过中位数的十倍；做不到就以 1 结束。"""
    import asyncio

    from kefu.bootstrap.container import make_container
    from kefu.dialogue.ports import NoBot
    from kefu.measure.fuzz import SLOWER, fuzz

    settings = Settings()
    container = make_container(settings, bot=NoBot())
    try:
        try:
            container.live.load()
        except RuntimeError:
            fail("还没有发布的索引，先运行 bin/kefu kb build。")
        with progress("试乱码", as_json=False) as report:
            found = asyncio.run(
                fuzz(container, count, settings.message_max_chars, lambda share: report("试乱码", share))
            )
        asyncio.run(container.turns.close())
    finally:
        container.close()
    for line in found.broken:
        console.print(line, markup=False)
    told = (
        f"{len(found.tried)} 句（1–{settings.message_max_chars} 字）：出错 {len(found.broken)}，被当成问题回答 {found.answered}；"
        f"处理器时间中位 {found.median:.1f} ms，最慢是它的 {found.slowest:.1f} 倍（容许 {SLOWER:g} 倍）"
    )
    if not found.holds:
        fail(told)
    console.print(f"[green]✓[/green] {told}")


@app.command()
@command
def fit_context(
    cases: Annotated[Path, typer.Option(help="多轮对话所在的目录")] = ROOT / "eval" / "dev",
) -> None:
    """用多轮对话和换了话题的问题拟合“接着上文问”的权重，与现用的并排打印；换上去要改 kefu/dialogue/context.py。"""
    import asyncio

    from kefu.bootstrap.container import make_container
    from kefu.dialogue.ports import NoBot
    from kefu.measure import following
    from kefu.measure.rehearsing import Rehearsal

    container = make_container(Settings(), bot=NoBot())
    try:
        try:
            container.live.load()
        except RuntimeError:
            fail("还没有发布的索引，先运行 bin/kefu kb build。")
        rehearsal = Rehearsal(container.turns, container.brain.brain, container.bot)

        async def collect() -> tuple[list[following.FollowUp], list[following.FollowUp]]:
            seen = await following.follow_ups(rehearsal, cases)
            changed = await following.changes_of_subject(rehearsal, cases)
            await container.turns.close()
            return seen, changed

        seen, changed = asyncio.run(collect())
    finally:
        container.close()
    if not seen:
        fail(f"{cases} 的对话里没有接着上文问的话。", code=2)
    used, fitted = following.in_use(), following.fit([*seen, *changed])
    table = Table("权重", "现用", "拟合")
    for name, before, after in zip(following.NAMES, used, fitted, strict=True):
        table.add_row(name, f"{before:.2f}", f"{after:.2f}")
    console.print(table)
    for name, part in (("接着问", seen), ("换了话题", changed)):
        before, after = following.quality(used, part), following.quality(fitted, part)
        console.print(
            f"{name}（{len(part)} 句）：第一名对 {before.first_right:.1%} → {after.first_right:.1%}，"
            f"对数损失 {before.loss:.3f} → {after.loss:.3f}"
        )
    apart = following.cross_validated([*seen, *changed])
    console.print(
        f"{following.FOLDS} 折交叉验证：第一名对 {apart.first_right:.1%}，对数损失 {apart.loss:.3f}"
    )


@app.command()
@command
def stats() -> None:
    """显示知识与索引的规模。"""
    from kefu.knowledge import repository

    settings = Settings()
    with opened(settings) as database, database.read() as session:
        published = repository.snapshot(session)
        release = live(session, "index")
    table = Table("类目", "条目", "问法")
    for category, name in published.categories.items():
        articles = [article for article in published.articles.values() if article.category == category]
        table.add_row(name, str(len(articles)), str(sum(1 + len(article.similar) for article in articles)))
    console.print(table)
    console.print(f"条目 {len(published.articles)}，话题 {len(published.topics)}")
    console.print(
        f"索引 {release.version}（{release.created_at:%Y-%m-%d %H:%M} UTC）" if release else "还没有索引"
    )


@app.command()
@command
def measure(
    articles: Annotated[int, typer.Option(help="列表里的条目数")] = 20_000,
    questions: Annotated[int, typer.Option(help="归类的问题数")] = 50_000,
    rows: Annotated[int, typer.Option(help="导入的行数")] = 20_000,
) -> None:
    """量编辑的等待：查找、导入、归类、发布；在临时目录里，不动现有数据。"""
    from tempfile import TemporaryDirectory

    from kb_index.encoders import create_encoder
    from kb_index.search import KnowledgeIndex
    from kefu.knowledge import repository
    from kefu.measure import editing

    settings = Settings()
    with opened(settings) as database, database.read() as session:
        release, knowledge = live(session, "index"), repository.snapshot(session)
    if release is None:
        fail("还没有发布的索引，先运行 bin/kefu kb build。")
    artefact = settings.data_dir / release.path
    table = Table("事情", "秒", "上限")
    with TemporaryDirectory() as name:
        index = KnowledgeIndex.load(artefact, create_encoder(settings.encoder, folder=settings.encoder_dir))
        for figures in (
            editing.publish_one(Path(name), settings, knowledge, artefact),
            editing.list_many(Path(name), knowledge, articles),
            editing.import_many(Path(name), knowledge, rows),
            editing.group_many(index, editing.questions_of(knowledge)[:2000], questions),
        ):
            for one in figures:
                mark = "" if one.seconds <= one.limit else "[red]超出[/red]"
                table.add_row(one.name, f"{one.seconds:.2f} {mark}", f"{one.limit:g}")
    console.print(table)
