"""``kefu content``: what editors wrote in the database and what engineers wrote in git, compared and moved."""

import difflib
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from kefu.cli.console import command, console, fail, opened
from kefu.core.settings import ROOT, Settings

app = typer.Typer(name="content", help="数据库与 git 里的内容：比较、导入、导出。", no_args_is_help=True)
Directory = Annotated[Path, typer.Option("--to", help="代码库的目录")]


def _texts(session: Session, root: Path, content_dir: Path) -> dict[Path, str]:
    """The files of a checkout as the database has them."""
    from kefu.knowledge import content_files
    from kefu.nlu import domain, files
    from kefu.nlu.corpus import Corpus

    found = {content_dir / path: text for path, text in content_files.written(session, content_dir).items()}
    kept = files.stored(session)
    found |= {root / "data" / path: one.text for path, one in kept.items()}
    if kept and (root / "domain.yml").exists():
        names = Corpus(
            {path: one.text for path, one in kept.items()}, domain.read(root / "domain.yml")
        ).intents()
        found[root / "domain.yml"] = domain.with_intents(
            (root / "domain.yml").read_text(encoding="utf-8"), names
        )
    return found


def _differing(session: Session, root: Path, content_dir: Path) -> dict[Path, tuple[str, str]]:
    found = {}
    for path, text in _texts(session, root, content_dir).items():
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before != text:
            found[path] = (before, text)
    return found


@app.command()
@command
def diff(
    root: Directory = ROOT, short: Annotated[bool, typer.Option("--short", help="只列文件")] = False
) -> None:
    """显示导出会怎样改动文件；没有差别时什么也不输出。"""
    settings = Settings()
    with opened(settings) as database, database.read() as session:
        for path, (before, after) in _differing(session, root, _content(settings, root)).items():
            lines = list(
                difflib.unified_diff(
                    before.splitlines(), after.splitlines(), str(path), str(path), lineterm=""
                )
            )
            if short:
                added = sum(line.startswith("+") for line in lines[2:])
                removed = sum(line.startswith("-") for line in lines[2:])
                console.print(f"{path} +{added} -{removed}", markup=False)
            else:
                console.print("\n".join(lines), markup=False)


def _content(settings: Settings, root: Path) -> Path:
    return settings.content_dir if root == ROOT else root / "content"


@app.command()
@command
def export(root: Directory = ROOT) -> None:
    """把数据库里发布的内容写进文件；注释和没有改动的地方保持原样。"""
    settings = Settings()
    with opened(settings) as database, database.read() as session:
        changed = _differing(session, root, _content(settings, root))
    for path, (_, text) in changed.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            path.write_text(text, encoding="utf-8")
        else:
            path.unlink()
        console.print(f"已写 {path}", markup=False)
    if not changed:
        console.print("没有差别")


@app.command("import")
@command
def take(
    root: Annotated[Path, typer.Option("--from", help="代码库的目录")] = ROOT,
    yes: Annotated[bool, typer.Option("--yes", help="真的写入并发布；不写这个只检查")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="文件里没有的条目下架")] = False,
) -> None:
    """让数据库采用文件里的内容：改动的条目成为新版本并立刻发布，旧版本都在；草稿不动。"""
    from kefu.knowledge import content

    settings = Settings()
    files = content.read(_content(settings, root))
    with opened(settings) as database:
        with database.write() as session:
            said = _take(session, files, root, remove=remove)
            if not yes:
                session.rollback()
        for line in said:
            console.print(line, markup=False)
        if not said:
            console.print("没有差别")
        elif not yes:
            console.print("以上还没有写入；加上 --yes 才写入并发布。")


def _take(session: Session, files: object, root: Path, *, remove: bool) -> list[str]:
    from kefu.bootstrap.knowledge import note_change
    from kefu.knowledge import content_files
    from kefu.knowledge.content import Content
    from kefu.nlu import domain, flows
    from kefu.nlu import files as bot_files

    assert isinstance(files, Content)  # noqa: S101
    taken = content_files.take(session, files, remove=remove)
    said = [
        f"{label}：{'、'.join(names)}"
        for label, names in (
            ("新条目", taken.new), ("改动的条目", taken.changed), ("下架", taken.gone), ("话题", taken.topics),
            ("文档", taken.documents),
        )
        if names
    ]  # fmt: skip
    if taken.any:
        note_change(session, "content", "import", "", None)
    there = bot_files.checkout(root / "data")
    kept = bot_files.stored(session)
    if kept:
        wrong = flows.problems(there, domain.read(root / "domain.yml"))
        if wrong:
            fail(f"data/{wrong[0].path} 第 {wrong[0].line} 行：{wrong[0].message}")
        changed = {path: text for path, text in there.items() if path not in kept or kept[path].text != text}
        changed |= {path: "" for path, one in kept.items() if path not in there and one.text}
        if changed:
            numbers = {path: kept[path].number for path in changed if path in kept}
            bot_files.write(session, changed, numbers, None, "取自代码库")
            said.append(f"语料：{'、'.join(changed)}")
    return said
