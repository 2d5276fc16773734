"""Which index serves after a change of settings."""

from pathlib import Path

import pytest

from kefu.bootstrap import knowledge
from kefu.core.database import Database
from tests.service.conftest import settings_for


def test_an_index_of_another_encoder_is_built_again(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowledge, "build_index", lambda *_: "built again")
    settings = settings_for(data_dir)
    database = Database(settings.database)
    try:
        assert knowledge.ensure_index(settings, database) != "built again"
        changed = settings.model_copy(update={"encoder": "e5"})
        assert knowledge.ensure_index(changed, database) == "built again"
    finally:
        database.close()
