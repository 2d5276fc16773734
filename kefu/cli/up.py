"""``kefu up``: the whole system on one machine, from an empty directory to serving customers."""

import asyncio
import signal
from contextlib import suppress

import typer

from kefu.cli.console import command, console
from kefu.cli.stack import Stack
from kefu.core.lock import holding
from kefu.core.settings import Settings
from kefu.supervisor.step import StepFailed

app = typer.Typer()

RUNNING = "up"
"""The lock of a running system."""


@app.command()
@command
def up() -> None:
    """准备数据、启动服务与机器人并看护它们，直到 Ctrl-C。"""
    settings = Settings()
    with holding(settings.data_dir, RUNNING):
        try:
            asyncio.run(_until_stopped(Stack(settings, console)))
        except StepFailed as error:
            console.print("\n".join(error.last_lines), style="dim", markup=False)
            raise


async def _until_stopped(stack: Stack) -> None:
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(stack.run())
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.cancel)
    with suppress(asyncio.CancelledError):
        await running
    console.print("已停止。")
