"""``kefu openapi``: the API's description, from which the pages' client is generated."""

from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from kefu.cli.console import command
from kefu.core.settings import Settings

app = typer.Typer()


@app.command()
@command
def openapi(target: Path) -> None:
    """导出接口描述（OpenAPI 3.1）。"""
    from kefu.bootstrap.container import make_container
    from kefu.gateway.app import create_app
    from kefu.gateway.pages import openapi_json

    with TemporaryDirectory() as directory:
        container = make_container(
            Settings(data_dir=Path(directory), database_url="", encoder="hash", bot_url="")
        )
        target.write_text(openapi_json(create_app(container)) + "\n", encoding="utf-8")
        container.close()
