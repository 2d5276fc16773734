import asyncio
import sys
import time
from pathlib import Path

import pytest

from kefu.supervisor.child import Command
from kefu.supervisor.step import StepFailed, run_step

WORKS = """
from kefu.supervisor.progress import result_to_parent, to_parent
to_parent("读取", 0.25)
print("not progress")
to_parent("写出", 0.5)
result_to_parent({"passwords": {"admin": "x"}})
"""
FAILS = "import sys; print('Traceback: no disk', file=sys.stderr); sys.exit(4)"


def python(code: str) -> Command:
    return Command((sys.executable, "-c", code), {"PYTHONPATH": str(Path(__file__).resolve().parents[2])})


async def test_progress_and_result_come_through(tmp_path: Path) -> None:
    reported: list[tuple[str, float]] = []
    log_file = tmp_path / "log" / "step.log"
    result = await run_step(
        "准备", python(WORKS), log_file, lambda phase, share: reported.append((phase, share))
    )
    assert reported == [("读取", 0.25), ("写出", 0.5)]
    assert result == {"passwords": {"admin": "x"}}
    assert log_file.read_text(encoding="utf-8") == "not progress\n"


async def test_a_failed_step_shows_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(StepFailed) as failure:
        await run_step("准备", python(FAILS), tmp_path / "step.log", lambda *_: None)
    assert failure.value.last_lines == ["Traceback: no disk"]
    assert "退出码 4" in failure.value.detail


async def test_a_cancelled_step_stops_at_once(tmp_path: Path) -> None:
    started = asyncio.Event()
    code = "from kefu.supervisor.progress import to_parent\nimport time\nto_parent('慢', 0)\ntime.sleep(600)"
    step = asyncio.create_task(
        run_step("准备", python(code), tmp_path / "step.log", lambda *_: started.set())
    )
    await started.wait()
    begun = time.monotonic()
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert time.monotonic() - begun < 5
