"""What processes take of the machine, as Linux tells it (proc(5))."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

KINDS = {"service": "kefu.cli serve", "bot": "bot.server"}
"""The processes of a running system, and what stands in their command line."""
_MIB = 1024 * 1024


def of(data_dir: Path) -> dict[str, list[int]]:
    """Return the processes that serve a data directory, by kind: ``service`` and ``bot``."""
    found: dict[str, list[int]] = {kind: [] for kind in KINDS}
    mark = f"KEFU_DATA_DIR={data_dir}\0".encode()
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile, or is another user's
            if mark not in (path / "environ").read_bytes() + b"\0":
                continue
            command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            for kind, told in KINDS.items():
                if told in command:
                    found[kind].append(int(path.name))
    return found


def processor_seconds(pids: Iterable[int]) -> float:
    """Return the processor time that processes have used since they began, in seconds."""
    ticks = 0
    for pid in pids:
        after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        user, system = after_name[11:13]
        ticks += int(user) + int(system)
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_mib(pids: Iterable[int]) -> float:
    """Return the resident memory of processes in MiB; pages that they share count once for each."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) for pid in pids)
    return pages * os.sysconf("SC_PAGESIZE") / _MIB
