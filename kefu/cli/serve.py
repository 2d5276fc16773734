"""``kefu serve``: the service alone, in this process."""

import typer

from kefu.cli.console import command
from kefu.core.lock import holding
from kefu.core.process import loading
from kefu.core.settings import Settings

app = typer.Typer()

SERVING = "serve"
"""The lock of a running service."""
PREPARING = "prepare"
"""The lock of data that are being prepared; a service is loaded meanwhile, and waits."""


@app.command()
@command
def serve() -> None:
    """只运行服务（不含 Rasa 进程），用于自行编排进程的部署。"""
    with loading():
        from kefu.gateway.serve import main

    settings = Settings()
    with holding(settings.data_dir, PREPARING, shared=True, wait=True):
        pass
    # On SQLite a database has one service; on PostgreSQL several may share a data directory.
    with holding(settings.data_dir, SERVING, shared=not settings.database.startswith("sqlite")):
        main(settings)
