"""A dialogue rehearsed inside the process goes as with a customer, and nothing of it is kept."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kefu.conversations.models import Message
from kefu.measure import following
from kefu.measure.rehearsing import Rehearsal
from tests.service.conftest import Service


def test_a_dialogue_is_rehearsed_and_nothing_of_it_kept(service: Service, tmp_path: Path) -> None:
    turns = [
        {"user": "换货", "expect": {"kind": ["clarify"]}},
        {"user": {"click": "exchange.apply"}, "expect": {"kind": ["answer"], "key": ["exchange.apply"]}},
        {"user": "那要多久", "expect": {"kind": ["answer"], "key": ["exchange.time"]}},
    ]
    line = {"id": "one", "customer": "anonymous", "turns": turns}
    (tmp_path / "dialogues.jsonl").write_text(json.dumps(line), encoding="utf-8")
    container = service.container
    rehearsal = Rehearsal(container.turns, container.brain.brain, container.bot)
    (found,) = asyncio.run(following.follow_ups(rehearsal, tmp_path))
    assert found.dialogue == "one"
    assert found.right.sum() == 1
    assert found.likelihoods(following.in_use()).sum() == pytest.approx(1)
    with container.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0
