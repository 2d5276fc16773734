"""``kefu db``: the schema."""

import typer

from kefu.cli import schema
from kefu.cli.console import command, console, opened
from kefu.core.settings import Settings

app = typer.Typer(name="db", help="数据库的结构。", no_args_is_help=True)


@app.command()
@command
def migrate() -> None:
    """升级到最新的结构。"""
    with opened(Settings()) as database:
        before = schema.current(database)
        schema.upgrade(database)
        after = schema.current(database)
    console.print("已是最新" if before == after else f"已升级：{before or '空库'} → {after}")


@app.command()
@command
def revision(message: str) -> None:
    """由模型的改动生成一个迁移（开发用）。"""
    with opened(Settings()) as database:
        schema.upgrade(database)
        console.print(f"已生成 {schema.revise(database, message)}，请检查后提交。")
