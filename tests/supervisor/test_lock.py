from pathlib import Path

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
