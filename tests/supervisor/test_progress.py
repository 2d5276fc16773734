from io import StringIO

from rich.console import Console

from kefu.supervisor.progress import shown


def test_without_a_terminal_phases_and_large_steps_are_lines() -> None:
    output = StringIO()
    with shown("准备", Console(file=output, width=80)) as report:
        report("播种", 0.0)
        for fraction in (0.1, 0.2, 0.35, 0.4, 0.6):
            report("计算", fraction)
    assert output.getvalue().splitlines() == [
        "准备：播种（0%）", "准备：计算（10%）", "准备：计算（35%）", "准备：计算（60%）",
    ]  # fmt: skip


def test_on_a_terminal_there_is_a_bar() -> None:
    output = StringIO()
    with shown("准备", Console(file=output, width=80, force_terminal=True)) as report:
        report("计算", 0.5)
    assert "100%" in output.getvalue()
    assert "完成" in output.getvalue()
