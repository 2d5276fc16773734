"""``kefu privacy``: customers who asked to be erased."""

from typing import Annotated

import typer
from rich.table import Table

from kefu.cli.console import command, console, opened
from kefu.core.settings import Settings
from kefu.privacy import requests

app = typer.Typer(name="privacy", help="客户要求删除个人信息的申请。", no_args_is_help=True)


@app.command("list")
@command
def list_() -> None:
    """列出还没有执行的申请，最急的在前。"""
    settings = Settings()
    table = Table("编号", "申请时间", "最迟完成")
    with opened(settings) as database, database.read() as session:
        for ticket in requests.waiting(session):
            times = (ticket.created_at, ticket.due_at or ticket.created_at)
            table.add_row(
                ticket.number, *(f"{time.astimezone(settings.zone):%Y-%m-%d %H:%M}" for time in times)
            )
    console.print(table)


@app.command()
@command
def erase(
    number: Annotated[str, typer.Argument(help="申请的编号")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
) -> None:
    """执行一份申请：删除这位客户的全部客服记录，不能恢复。"""
    settings = Settings()
    if not yes:
        typer.confirm(f"将永久删除申请 {number} 的客户的全部客服记录，不能恢复。继续吗？", abort=True)
    with opened(settings) as database, database.write() as session:
        counts = requests.carry_out(session, number, settings.uploads_dir, None, by="kefu privacy")
    console.print(
        f"[green]✓[/green] {number} 已执行：" + "，".join(f"{name} {n}" for name, n in counts.items())
    )
