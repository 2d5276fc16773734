"""A scripted service, and small evaluation sets."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.measure.fake_service import FakeService, serving

Write = Callable[..., Path]


@pytest.fixture
def fake() -> Iterator[FakeService]:
    service = FakeService()
    with serving(service.app) as url:
        service.url = url
        yield service


@pytest.fixture
def write_set(tmp_path: Path) -> Write:
    """Write an evaluation set; returns the directory of the sets."""

    def write(name: str, *cases: Any) -> Path:
        lines = [json.dumps(case, ensure_ascii=False) for case in cases]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        return tmp_path

    return write
