"""``kefu held-out``: the messages that editors hold out to judge candidates."""

from pathlib import Path
from typing import Annotated

import typer

from kefu.cli.console import command, console, opened
from kefu.core.settings import Settings

app = typer.Typer(name="held-out", help="留出集。", no_args_is_help=True)


@app.callback()
def main() -> None:
    """留出集：从不用于训练，只用来评测。"""


@app.command()
@command
def export(directory: Annotated[Path, typer.Argument(help="写到这个目录")]) -> None:
    """把控制台里标好的留出集写成 eval/ 的格式；kefu evaluate --cases 可以直接用。"""
    from kefu.nlu import held_out

    with opened(Settings()) as database, database.read() as session:
        written = held_out.export(session, directory)
    for name, count in written.items():
        console.print(f"[green]✓[/green] {directory / f'{name}.jsonl'}：{count} 条")
    if not written:
        console.print("还没有标好的。")
