"""``kefu kb``: the knowledge index."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kefu.cli.console import command, console, fail, opened, progress
from kefu.core.settings import Settings
from kefu.nlu.service import live
from kefu.supervisor.progress import Report

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
    from kb_index.encoders import create_encoder
    from kb_index.search import KnowledgeIndex
    from kefu.knowledge import repository

    settings = Settings()
    with opened(settings) as database, database.read() as session:
        release = live(session, "index")
        if release is None:
            fail("还没有发布的索引，先运行 bin/kefu kb build。")
        titles = {key: article.title for key, article in repository.snapshot(session).articles.items()}
    index = KnowledgeIndex.load(
        settings.data_dir / release.path, create_encoder(settings.encoder, folder=settings.encoder_dir)
    )
    found = index.search(text, limit=limit)
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
