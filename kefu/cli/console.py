"""What every command needs: settings, the console, and one way to end on an expected failure."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, NoReturn, ParamSpec, TypeVar

import typer
from rich.console import Console

from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.core.settings import Settings
from kefu.supervisor.progress import Report, shown, to_parent

P = ParamSpec("P")
R = TypeVar("R")

console = Console(highlight=False, soft_wrap=True)
AsJson = Annotated[bool, typer.Option("--json", hidden=True, help="进度按行写成 JSON，供上级进程读取")]


def fail(message: str, code: int = 1) -> NoReturn:
    """End the command with a message on stderr."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]✗[/red] {message}")
    raise typer.Exit(code)


def say(line: str) -> None:
    """Tell in passing what goes on."""
    console.print(f"  {line}", style="dim", markup=False)


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Turn an expected failure of a command into its message and exit code 1."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except DomainError as error:
            fail(f"{error.title}。{error.detail}")

    return wrapped


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Open the database while the block runs."""
    database = Database(settings.database, synchronous=settings.sqlite_synchronous)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def progress(title: str, as_json: bool) -> Iterator[Report]:
    """Show progress to the person, or to the process, that runs this command."""
    if as_json:
        yield to_parent
    else:
        with shown(title, console) as report:
            yield report
