"""``kefu train``: train the bot on what is published and release it."""

import os

import typer

from kefu.cli.console import AsJson, command, console, opened, progress
from kefu.core.lock import holding
from kefu.core.settings import Settings

app = typer.Typer()


@app.command()
@command
def train(as_json: AsJson = False) -> None:
    """用已发布的知识训练机器人并发布；运行中的系统会自动换上新模型。"""
    from kefu.nlu import training

    settings = Settings()
    os.nice(settings.training_niceness)  # customers come first
    with (
        holding(settings.data_dir, "train"),
        opened(settings) as database,
        progress("训练机器人", as_json) as report,
    ):
        trained = training.train(settings, database, report)
    if not as_json:
        console.print(f"[green]✓[/green] 已发布模型 {trained.version}")
