from pathlib import Path
from threading import Event, Thread

import pytest

from kefu.core.lock import DataDirectoryInUse, holding


def test_a_held_directory_is_refused_until_it_is_let_go(tmp_path: Path) -> None:
    with (
        holding(tmp_path, "up"),
        pytest.raises(DataDirectoryInUse, match="data_directory_in_use"),
        holding(tmp_path, "up"),
    ):
        pass
    with holding(tmp_path, "up"):
        pass


def test_sharers_bear_each_other_but_not_an_owner(tmp_path: Path) -> None:
    with holding(tmp_path, "serve", shared=True):
        with holding(tmp_path, "serve", shared=True):
            pass
        with pytest.raises(DataDirectoryInUse), holding(tmp_path, "serve"):
            pass


def test_who_waits_goes_on_when_it_is_let_go(tmp_path: Path) -> None:
    done = Event()

    def wait() -> None:
        with holding(tmp_path, "prepare", shared=True, wait=True):
            done.set()

    waiting = Thread(target=wait)
    with holding(tmp_path, "prepare"):
        waiting.start()
        assert not done.is_set()
    waiting.join(timeout=10)
    assert done.is_set()
