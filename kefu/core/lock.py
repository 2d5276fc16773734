"""Who uses a data directory: advisory locks that the kernel lets go when the holder ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kefu.core.errors import Conflict


class DataDirectoryInUse(Conflict):
    """Somebody else holds this data directory."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            "data_directory_in_use", "数据目录正在使用", f"{directory} 正由另一个进程使用，请先停止它。"
        )


@contextmanager
def holding(directory: Path, name: str, *, shared: bool = False, wait: bool = False) -> Iterator[None]:
    """Hold ``<directory>/run/<name>.lock`` while the block runs.

    ``shared`` holders bear each other. Raises :class:`DataDirectoryInUse` at once when it is held, unless it may
    ``wait`` for that to end.
    """
    path = directory / "run" / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            fcntl.flock(file, how if wait else how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataDirectoryInUse(directory) from error
        yield
