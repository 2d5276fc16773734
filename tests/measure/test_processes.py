"""What processes take: those of one data directory, by kind, while they work."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kefu.measure import processes

WORK = "print('ready', flush=True)\nwhile True: sum(range(10000))"


@pytest.fixture
def working(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that calls itself the service of a data directory, and is busy."""
    env = os.environ | {"KEFU_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", WORK, "kefu.cli", "serve"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_data_directorys_processes(working: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert processes.of(tmp_path) == {"service": [working.pid], "bot": []}
    assert processes.of(tmp_path / "other") == {"service": [], "bot": []}


def test_what_they_take(working: subprocess.Popen[bytes]) -> None:
    began = processes.processor_seconds([working.pid])
    while (used := processes.processor_seconds([working.pid]) - began) == 0:
        assert working.poll() is None
    assert used > 0
    assert 1 < processes.resident_mib([working.pid]) < 500
    assert processes.resident_mib([]) == 0
