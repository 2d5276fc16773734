"""What concerns processes: children that do not outlive us, and memory that costs no time."""

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def tied_to_us(niceness: int = 0) -> Callable[[], None]:
    """Return a ``preexec_fn``: the kernel kills the child when we end, however we end (Linux only).

    ``niceness`` above 0 leaves the processor to others. The child is tied to the thread that starts it.
    """
    parent = os.getpid()

    def prepare() -> None:
        os.nice(niceness)
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # we ended between fork and here
                os._exit(1)

    return prepare


@contextmanager
def loading() -> Iterator[None]:
    """Import heavy libraries without rounds of the garbage collector, which would find nothing (a quarter of the time)."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def keep_loaded() -> None:
    """Tell the garbage collector that what is in memory now stays: a round over it stops every turn for half a second."""
    gc.collect()
    gc.freeze()
