"""The sets in the checkout can be read; samples repeat."""

from pathlib import Path

import pytest

from kefu.core.errors import Invalid
from kefu.core.settings import ROOT
from kefu.measure.cases import (
    Click,
    Dialogue,
    HandoffCase,
    KnowledgeCase,
    OutOfScopeCase,
    Plan,
    TypingCase,
    VagueCase,
    read,
)
from tests.measure.conftest import Write

KINDS = {
    "knowledge": KnowledgeCase,
    "vague": VagueCase,
    "out_of_scope": OutOfScopeCase,
    "handoff": HandoffCase,
    "typing": TypingCase,
    "dialogues": Dialogue,
}


@pytest.mark.parametrize("name", KINDS)
def test_the_sets_of_the_checkout_are_valid(name: str) -> None:
    assert len(read(ROOT / "eval", name, KINDS[name])) > 50


def test_a_dialogue_mixes_words_and_clicks(write_set: Write) -> None:
    turns = [
        {"user": "快递", "expect": {"kind": ["clarify"]}},
        {"user": {"click": "none"}, "expect": {"kind": ["text"]}},
    ]
    directory = write_set("dialogues", {"id": "one", "customer": "anonymous", "turns": turns})
    (dialogue,) = read(directory, "dialogues", Dialogue)
    assert [turn.user for turn in dialogue.turns] == ["快递", Click(click="none")]


def test_a_wrong_line_is_named(write_set: Write) -> None:
    directory = write_set("handoff", {"text": "人工", "expect": "handoff"}, {"text": "x", "expect": "maybe"})
    with pytest.raises(Invalid, match="第 2 行") as caught:
        read(directory, "handoff", HandoffCase)
    assert caught.value.code == "evaluation_set_invalid"


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"handoff\.jsonl"):
        read(tmp_path, "handoff", HandoffCase)


def test_a_sample_is_the_same_every_time_and_in_order(write_set: Write) -> None:
    directory = write_set("handoff", *({"text": str(n), "expect": "handoff"} for n in range(40)))
    plan = Plan(directory, {}, limit=10)
    drawn = plan.cases("handoff", HandoffCase)
    assert len(drawn) == 10
    assert drawn == plan.cases("handoff", HandoffCase)
    assert [line for line, _ in drawn] == sorted(line for line, _ in drawn)
    assert all(case.text == str(line - 1) for line, case in drawn)
