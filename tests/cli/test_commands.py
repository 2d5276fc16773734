import subprocess
import sys
from collections.abc import Callable

import pytest
from typer.testing import Result

from kefu.cli.__main__ import COMMANDS
from kefu.core.settings import ROOT

Kefu = Callable[..., Result]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_in_chinese(kefu: Kefu, name: str) -> None:
    shown = kefu(name, "--help")
    assert shown.exit_code == 0, shown.output
    assert any("一" <= character <= "鿿" for character in shown.output)


def test_an_unknown_command_is_refused(kefu: Kefu) -> None:
    assert kefu("frobnicate").exit_code == 2


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("kefu.cli.up", {"numpy", "sklearn", "torch", "fastapi", "faiss", "kb_index"}),
        ("kefu.gateway.serve", {"sklearn", "torch", "sentence_transformers"}),
    ],
)
def test_neither_watching_nor_serving_loads_what_only_building_needs(module: str, heavy: set[str]) -> None:
    code = f"import sys, {module}; print({heavy!r} & {{name.split('.')[0] for name in sys.modules}})"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "set()"
