"""Editors change what the bot is trained on; the checkout stays as it is, and training reads what they wrote."""

import time
from pathlib import Path
from typing import Any

import pytest

from kefu.knowledge import repository
from kefu.nlu import conflicts, files, training
from tests.service.conftest import Service

Json = dict[str, Any]


def seen(call: Any) -> Json:
    found: Json = call("GET", "/console/intents").json()
    return found


def test_an_example_that_an_editor_adds_is_trained_on(service: Service, tmp_path: Path) -> None:
    call = service.staff("editor")
    before = seen(call)
    assert not before["taken_over"]
    order = next(one for one in before["items"] if one["name"] == "check_order")
    assert (order["title"], order["built_in"]) == ("查订单", True)
    assert "查订单" in order["used_in"]
    body = {"examples": ["劳驾瞧瞧[YS202611190099](order_no)咋样了"], "numbers": before["numbers"]}
    done = call("POST", "/console/intents/check_order/examples", json=body).json()
    assert done["count"] == 1
    found = call("GET", "/console/intents/check_order/examples", params={"q": "劳驾瞧瞧"}).json()
    assert [one["text"] for one in found["items"]] == body["examples"]
    late = body | {"examples": ["替俺看下单子呗"]}
    answer = call("POST", "/console/intents/check_order/examples", json=late)
    assert (answer.status_code, answer.json()["code"]) == (409, "bot_file_changed")

    with service.container.database.read() as session:
        training.export(repository.snapshot(session), tmp_path / "project", files.texts(session))
    exported = (tmp_path / "project/data/nlu/orders.yml").read_text(encoding="utf-8")
    kept = files.checkout()["nlu/orders.yml"]
    assert body["examples"][0] in exported
    assert body["examples"][0] not in kept
    assert exported.splitlines()[:3] == kept.splitlines()[:3]  # comments stay

    undone = call(
        "POST", "/console/intents/undo", json={"versions": done["undo"], "numbers": done["numbers"]}
    )
    assert undone.status_code == 200, undone.text
    assert call("GET", "/console/intents/check_order/examples", params={"q": "劳驾瞧瞧"}).json()["total"] == 0


def test_intents_are_split_renamed_merged_and_the_domain_follows(service: Service, tmp_path: Path) -> None:
    call = service.staff("editor")
    numbers = seen(call)["numbers"]
    some = [one["text"] for one in call("GET", "/console/intents/chitchat/examples").json()["items"][:3]]
    body = {"examples": some, "target": "small_weather", "numbers": numbers}
    done = call("POST", "/console/intents/chitchat/examples/remove", json=body)
    assert done.status_code == 200, done.text
    body = {"versions": done.json()["undo"], "numbers": done.json()["numbers"]}
    assert call("POST", "/console/intents/undo", json=body).status_code == 200
    assert "small_weather" not in {one["name"] for one in seen(call)["items"]}
    body = {"examples": some, "target": "small_weather", "numbers": seen(call)["numbers"]}
    done = call("POST", "/console/intents/chitchat/examples/remove", json=body)
    assert done.status_code == 200, done.text
    body = {"name": "weather", "numbers": done.json()["numbers"]}
    done = call("PUT", "/console/intents/small_weather", json=body).json()
    assert [one["count"] for one in seen(call)["items"] if one["name"] == "weather"] == [3]
    with service.container.database.read() as session:
        training.export(repository.snapshot(session), tmp_path / "project", files.texts(session))
    assert "- weather" in (tmp_path / "project/domain.yml").read_text(encoding="utf-8")
    body = {"target": "chitchat", "numbers": done["numbers"]}
    assert call("POST", "/console/intents/weather/merge", json=body).status_code == 200
    assert "weather" not in {one["name"] for one in seen(call)["items"]}
    body = {"name": "action_handoff", "examples": ["甲", "乙"], "numbers": seen(call)["numbers"]}
    assert call("POST", "/console/intents", json=body).json()["code"] == "intent_name"


def test_a_story_that_would_not_work_is_refused_with_its_line(service: Service) -> None:
    call = service.staff("editor")
    page = call("GET", "/console/stories").json()
    assert {one["kind"] for one in page["items"]} == {"rule", "story"}
    assert page["problems"] == []
    file = next(one for one in page["files"] if one["path"] == "rules/smalltalk.yml")
    path = "/console/stories/files/rules/smalltalk.yml"
    broken = {"text": file["text"].replace("    steps:", "   steps:", 1), "number": file["number"]}
    answer = call("PUT", path, json=broken)
    assert (answer.status_code, answer.json()["code"]) == (422, "bot_files_invalid")
    assert "第" in answer.json()["detail"]
    wrong = {"text": file["text"].replace("intent: greet", "intent: gret"), "number": file["number"]}
    answer = call("POST", "/console/stories/check/rules/smalltalk.yml", json=wrong).json()
    assert [one["message"] for one in answer["problems"]] == ["没有意图“gret”"]
    good = {"text": file["text"].replace("rule: 问候", "rule: 打招呼"), "number": file["number"]}
    assert "打招呼" in {one["name"] for one in call("PUT", path, json=good).json()["items"]}
    assert call("PUT", path, json=good).json()["code"] == "bot_file_changed"
    versions = call("GET", "/console/stories/versions/rules/smalltalk.yml").json()["items"]
    assert [one["number"] for one in versions] == [2, 1]
    former = call("GET", "/console/stories/text/rules/smalltalk.yml", params={"number": 1}).json()
    assert former["text"] == file["text"]


def small(directory: Path) -> Path:
    """A corpus of three intents, so that a model is learned in a moment."""
    said = {
        "track_parcel": ["物流到哪了", "查快递", "包裹到哪了", "看看物流", "快递走到哪了", "件到哪了"],
        "chitchat": ["今天天气好", "讲个笑话", "唱首歌", "你吃饭了吗", "无聊啊", "聊聊天"],
        "greet": ["你好", "您好", "在吗", "嗨", "哈喽", "早上好"],
    }
    blocks = [
        f"  - intent: {name}\n    examples: |\n" + "".join(f"      - {one}\n" for one in lines)
        for name, lines in said.items()
    ]
    (directory / "nlu").mkdir()
    (directory / "nlu" / "a.yml").write_text("nlu:\n" + "\n".join(blocks), encoding="utf-8")
    return directory


def test_the_machine_finds_what_contradicts_itself(
    service: Service, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "CHECKOUT", small(tmp_path_factory.mktemp("bot")))
    monkeypatch.setattr(conflicts, "MOST_QUESTIONS", 10)
    call = service.staff("editor")
    numbers = seen(call)["numbers"]
    body = {"examples": ["帮我查下物流到哪儿了呗"], "numbers": numbers}
    numbers = call("POST", "/console/intents/track_parcel/examples", json=body).json()["numbers"]
    body["numbers"] = numbers
    call("POST", "/console/intents/chitchat/examples", json=body)
    call("POST", "/console/intents/conflicts")
    until = time.monotonic() + 120
    while (found := call("GET", "/console/intents/conflicts").json())["state"] == "running":
        assert time.monotonic() < until
    assert found["state"] == "done"
    same = next(
        one for one in found["items"] if one["kind"] == "same" and one["example"] == "帮我查下物流到哪儿了呗"
    )
    assert {same["intent"], same["other"]} == {"track_parcel", "chitchat"}
    gone = {"examples": ["帮我查下物流到哪儿了呗"], "numbers": seen(call)["numbers"]}
    call("POST", "/console/intents/chitchat/examples/remove", json=gone)
    left = call("GET", "/console/intents/conflicts").json()["items"]
    assert not [one for one in left if one["example"] == "帮我查下物流到哪儿了呗" and one["kind"] == "same"]


def test_agents_may_not_change_what_the_bot_learns(service: Service) -> None:
    assert service.staff("agent1")("GET", "/console/intents").status_code == 403
