"""``kefu train``: train the bot on what is published; it is released when it is no worse than what serves."""

import os
from typing import Annotated

import typer

from kefu.cli.console import AsJson, command, console, fail, opened, progress
from kefu.core.database import Database
from kefu.core.lock import holding
from kefu.core.settings import Settings
from kefu.supervisor.progress import Report

app = typer.Typer()
BY_COMMAND = "kefu train"


@app.command()
@command
def train(
    compare: Annotated[
        bool, typer.Option("--compare/--no-compare", help="先与线上比较，过了门槛才发布；否则不比较就发布")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """用已发布的知识训练机器人，与线上比较，过了门槛就发布；还没有模型在线时直接发布。运行中的系统会自动换上新模型。"""
    settings = Settings()
    os.nice(settings.training_niceness)  # customers come first
    with (
        holding(settings.data_dir, "train"),
        opened(settings) as database,
        progress("训练机器人", as_json) as report,
    ):
        serves = _serves(settings, database)
        version = (_compared if compare and serves else _at_once)(settings, database, report)
    if not as_json:
        console.print(f"[green]✓[/green] 已发布模型 {version}")
        if serves and not compare:
            console.print(
                "[yellow]![/yellow] 没有与线上比较：客户得到的回答可能变差；退回在控制台“训练与发布”里。"
            )


def _serves(settings: Settings, database: Database) -> bool:
    from kb_index.encoders import encoder_name
    from kefu.nlu.service import live_model

    with database.read() as session:
        return live_model(session, encoder_name(settings.encoder)) is not None


def _at_once(settings: Settings, database: Database, report: Report) -> str:
    from kefu.analytics import gaps
    from kefu.nlu import training

    trained = training.train(settings, database, report)
    with database.write() as session:
        gaps.trained(session)
    return trained.version


def _compared(settings: Settings, database: Database, report: Report) -> str:
    from kefu.analytics import gaps
    from kefu.cli.candidate import work
    from kefu.nlu import releasing
    from kefu.nlu.models import TrainingRun

    with database.write() as session:
        run = TrainingRun(kind="model", author_id=BY_COMMAND, phase="准备")
        session.add(run)
        session.flush()
        run_id = run.id
    work(settings, database, run_id, report)
    with database.write() as session:
        run = session.get_one(TrainingRun, run_id)
        if not run.passed:
            blocked = "、".join(run.report["gate"]["blocked_by"])
            fail(
                f"模型 {run.version} 比线上差，没有发布：{blocked}。逐条变化见控制台“训练与发布”，经理可以写明理由发布。"
            )
        releasing.release_passed(session, run, settings.data_dir)
        gaps.trained(session)
        return run.version
