"""Progress of long work: a bar on a terminal, plain lines elsewhere, JSON lines between processes."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

Report = Callable[[str, float], None]
"""Called with what is being done (Chinese) and the share of the whole that is done, 0 to 1."""

PLAIN_STEP = 0.2
"""Without a terminal, a line is printed for every new phase and each time this much more is done."""


@contextmanager
def shown(title: str, console: Console) -> Iterator[Report]:
    """Show the progress of one piece of work on ``console``."""
    if not console.is_terminal:
        yield _plain(title, console)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("[bold]{task.fields[title]}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("[dim]{task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=1.0, title=title)
        yield lambda phase, fraction: progress.update(task, description=phase, completed=fraction)
        progress.update(task, completed=1.0, description="完成")


def _plain(title: str, console: Console) -> Report:
    last_phase, last_fraction = "", 0.0

    def report(phase: str, fraction: float) -> None:
        nonlocal last_phase, last_fraction
        if phase != last_phase or fraction - last_fraction >= PLAIN_STEP:
            console.print(f"{title}：{phase}（{fraction:.0%}）")
            last_phase, last_fraction = phase, fraction

    return report


def to_parent(phase: str, fraction: float) -> None:
    """Report to the process that started this one, as one JSON line on stdout."""
    _write({"phase": phase, "progress": round(fraction, 4)})


def result_to_parent(result: Any) -> None:
    """Hand a result to the process that started this one."""
    _write({"result": result})


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
