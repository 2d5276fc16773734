"""``kefu user``: staff accounts."""

from secrets import token_urlsafe
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select

from kefu.accounts import service
from kefu.accounts.models import Role, Staff
from kefu.cli.console import command, console, fail, opened
from kefu.core.settings import Settings

app = typer.Typer(name="user", help="坐席账号。", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="登录名")]
Ask = Annotated[bool, typer.Option("--ask", help="手工输入密码；否则生成一个并打印")]


@app.command()
@command
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="姓名")],
    number: Annotated[str, typer.Option(help="客户看到的工号")],
    role: Annotated[Role, typer.Option(help="角色")] = Role.AGENT,
    team: Annotated[str, typer.Option(help="技能组")] = "default",
    ask: Ask = False,
) -> None:
    """新增账号。"""
    secret = _password(ask)
    with opened(Settings()) as database, database.write() as session:
        same = (Staff.username == username) | (Staff.number == number)
        if session.scalar(select(Staff).where(same)) is not None:
            fail("登录名或工号已被使用。")
        service.add(
            session, username=username, name=name, number=number, role=role, team=team, password=secret
        )
    _show(username, secret, ask)


@app.command()
@command
def password(username: Username, ask: Ask = False) -> None:
    """重设密码。"""
    secret = _password(ask)
    with opened(Settings()) as database, database.write() as session:
        if not service.set_password(session, username, secret):
            fail(f"没有账号 {username}。")
    _show(username, secret, ask)


@app.command("list")
@command
def list_() -> None:
    """列出账号。"""
    table = Table("登录名", "姓名", "工号", "角色", "技能组")
    with opened(Settings()) as database, database.read() as session:
        for staff in session.scalars(select(Staff).order_by(Staff.number)):
            table.add_row(staff.username, staff.name, staff.number, staff.role, staff.team)
    console.print(table)


def _password(ask: bool) -> str:
    if not ask:
        return token_urlsafe(12)
    given: str = typer.prompt("密码", hide_input=True, confirmation_prompt=True)
    if len(given) < 10:
        fail("密码至少 10 个字符。")
    return given


def _show(username: str, secret: str, asked: bool) -> None:
    console.print(f"[green]✓[/green] {username}" + ("" if asked else f"\t密码：{secret}"))
