"""``python -m kefu.cli``: all commands. A new one is a module with a Typer named ``app``, named in ``COMMANDS``."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

COMMANDS = {
    "up": "up",
    "serve": "serve",
    "prepare": "prepare",
    "train": "train",
    "candidate": "candidate",
    "kb": "kb",
    "content": "content",
    "user": "user",
    "privacy": "privacy",
    "inbox": "inbox",
    "backup": "backup",
    "restore": "backup",
    "doctor": "doctor",
    "db": "db",
    "explain": "explain",
    "evaluate": "evaluate",
    "held-out": "held_out",
    "bench": "bench",
    "bench-live": "bench_live",
    "bench-page": "bench_page",
    "bench-index": "bench_index",
    "bench-swap": "bench_swap",
    "docs": "docs",
    "openapi": "openapi",
}
"""Each command and the module it stands in."""


class Commands(TyperGroup):
    """Imports a command's module when that command is run: watching processes needs no scikit-learn."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, as the help shows them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command or a group of commands, None when there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        app = import_module(f"kefu.cli.{COMMANDS[cmd_name]}").app
        group = get_group(app)
        return group if app.info.name == cmd_name else group.commands[cmd_name]


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """客服系统的命令行。"""


if __name__ == "__main__":
    app(prog_name="kefu")
