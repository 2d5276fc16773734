"""Real messages that judge candidates: drawn, labelled by two, kept apart from what is trained on, exported."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from kefu.nlu import held_out
from kefu.nlu.held_out import Guard
from tests.service.conftest import Service

Json = dict[str, Any]
ASKED = "我上个月买的烤箱门关不严实想问问怎么处理"
KNOWLEDGE = {"kind": "knowledge", "key": "refund.apply_return", "also": []}


def drawn(service: Service) -> Json:
    """A customer's message on the list of what is to be labelled."""
    service.visitor().say(ASKED)
    items: list[Json] = service.staff("editor")("GET", "/console/held-out").json()["items"]
    return next(one for one in items if one["text"] == ASKED)


def label(service: Service, who: str, item: Json, given: Json) -> Any:
    return service.staff(who)("POST", f"/console/held-out/{item['id']}/label", json={"label": given})


def test_first_messages_are_drawn_without_what_names_people(service: Service) -> None:
    visitor = service.visitor()
    visitor.say("我叫王小明，电话13812345678，烤箱的门关不严实")
    visitor.say("那第二句话不会被抽到对吧没头没尾的")
    service.visitor().say("怎么申请退货？")  # trained on: it would flatter every candidate
    texts = [one["text"] for one in service.staff("editor")("GET", "/console/held-out").json()["items"]]
    assert len(texts) == 1
    assert "13812345678" not in texts[0]
    assert "［手机号］" in texts[0]


def test_two_who_agree_two_who_do_not_and_who_decides(service: Service) -> None:
    item = drawn(service)
    assert label(service, "editor", item, KNOWLEDGE).json()["state"] == "labelled"
    manager = service.staff("manager")
    [seen] = manager("GET", "/console/held-out", params={"tab": "review"}).json()["items"]
    assert (seen["label"], seen["labels"]) == (None, [])  # the second one labels blind
    other = {"kind": "handoff", "expect": "handoff"}
    disputed = label(service, "manager", item, other).json()
    assert (disputed["state"], disputed["label"], len(disputed["labels"])) == ("disputed", None, 2)
    decide = f"/console/held-out/{item['id']}/resolve"
    own = service.staff("editor")("POST", decide, json={"label": KNOWLEDGE})
    assert (own.status_code, own.json()["code"]) == (409, "own_label")
    agreed = manager("POST", decide, json={"label": KNOWLEDGE}).json()
    assert (agreed["state"], agreed["label"]["key"]) == ("agreed", KNOWLEDGE["key"])


def test_a_label_names_what_is_published(service: Service) -> None:
    answer = label(service, "editor", drawn(service), {"kind": "knowledge", "key": "no.such", "also": []})
    assert (answer.status_code, answer.json()["code"]) == (422, "article_unknown")


def test_what_is_held_out_cannot_become_a_similar_question(service: Service) -> None:
    label(service, "editor", drawn(service), KNOWLEDGE)
    editor = service.staff("editor")
    shown = editor("GET", "/console/articles/refund.apply_return").json()
    body = shown["draft"]["body"] if shown.get("draft") else shown["revisions"][0]["body"]
    body["similar"] = [*body["similar"], ASKED[:-1] + "呀"]  # nearly the same is the same
    refused = editor("PUT", "/console/articles/refund.apply_return/draft", json={"version": 0, "body": body})
    assert (refused.status_code, refused.json()["code"]) == (422, "held_out_text")
    assert ASKED in refused.json()["detail"]


def test_what_is_trained_on_cannot_be_held_out(service: Service) -> None:
    item = drawn(service)
    with service.container.database.write() as session:
        row = held_out.get(session, item["id"])
        row.text = "怎么申请退货呢"
    refused = label(service, "editor", item, KNOWLEDGE)
    assert (refused.status_code, refused.json()["code"]) == (409, "trained_text")


def test_the_set_is_exported_as_evaluation_files(service: Service, tmp_path: Path) -> None:
    label(service, "editor", drawn(service), KNOWLEDGE)
    packed = service.staff("editor")("GET", "/console/held-out/export")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        [line] = archive.read("knowledge.jsonl").decode().splitlines()
    assert json.loads(line) == {"text": ASKED, "key": KNOWLEDGE["key"], "also": [], "style": "real"}


def test_dropped_messages_are_not_proposed_again(service: Service) -> None:
    item = drawn(service)
    editor = service.staff("editor")
    assert editor("POST", f"/console/held-out/{item['id']}/drop").json()["state"] == "dropped"
    assert editor("GET", "/console/held-out").json()["items"] == []


def test_near_texts_are_found_and_short_ones_may_stand_on_both_sides() -> None:
    guard = Guard(["买了三天还没发货怎么回事", "转人工"])
    assert guard.find("买了三天还没发货，怎么回事？") == "买了三天还没发货怎么回事"
    assert guard.find("买的东西三天了怎么还不发货") is None
    assert guard.find("转人工") is None
