"""Editors write, review and publish articles; customers get them at once."""

from collections.abc import Callable
from typing import Any

import pytest

from kefu.bootstrap.knowledge import LiveKnowledge, build_index
from tests.service.conftest import Service

Json = dict[str, Any]
Call = Callable[..., Any]
BODY: Json = {
    "question": "可以寄存包裹到自提柜吗？",
    "similar": ["包裹能放自提柜不", "自提柜怎么寄存", "帮我存到柜子里可以吗", "快递柜寄存收费吗"],
    "answer": "可以。付款前在配送方式里选择“自提柜”，到货后凭短信取件码开柜，免费保管三天。",
}


def body(**more: Any) -> Json:
    return BODY | more


def create(call: Call, **more: Any) -> Json:
    answer = call("POST", "/console/articles", json={"category": "shipping", "body": body(**more)})
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


def submitted(call: Call, article: Json) -> int:
    version = article["draft"]["version"]
    path = f"/console/articles/{article['key']}/submit"
    assert call("POST", path, json={"version": version}).status_code == 200
    return int(version)


def published(service: Service, article: Json) -> Json:
    version = submitted(service.staff("editor"), article)
    path = f"/console/articles/{article['key']}/publish"
    answer = service.staff("manager")("POST", path, json={"version": version, "text": "可以"})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def answered(service: Service, text: str) -> Json:
    [reply] = service.visitor().say(text)
    found: Json = reply["content"].get("source") or {}
    return found | {"text": reply["content"].get("text"), "kind": reply["kind"]}


def test_an_article_goes_live_by_the_hand_of_another_editor(
    service: Service, start: Callable[..., Service]
) -> None:
    editor = service.staff("editor")
    article = create(editor)
    assert answered(service, "自提柜怎么寄存").get("article_key") != article["key"]
    version = submitted(editor, article)
    refused = editor("POST", f"/console/articles/{article['key']}/publish", json={"version": version})
    assert (refused.status_code, refused.json()["code"]) == (403, "own_draft")
    path = f"/console/articles/{article['key']}/publish"
    live = service.staff("manager")("POST", path, json={"version": version}).json()
    assert (live["revision"], live["seconds"] < 5) == (1, True)
    assert answered(service, "自提柜怎么寄存")["article_key"] == article["key"]
    assert service.client.get("/api/v1/health/ready").json()["index_version"] == live["index"]

    again = start()
    again.container.live.load()  # what a start does; the process before may have been killed
    assert again.container.brain.brain.index.version == live["index"]
    assert answered(again, "自提柜怎么寄存")["article_key"] == article["key"]


def test_what_cannot_be_published_is_named_by_field(service: Service) -> None:
    editor = service.staff("editor")
    article = create(editor, answer="短", related=["no.such"], tool="magic", variants={"lost": "x" * 20})
    path = f"/console/articles/{article['key']}/submit"
    answer = editor("POST", path, json={"version": 1})
    assert answer.json()["code"] == "article_invalid"
    fields = {one["field"] for one in answer.json()["errors"]}
    assert fields == {"answer", "related", "tool", "variants.lost"}


def test_the_second_of_two_editors_sees_both_and_merges(service: Service) -> None:
    editor, manager = service.staff("editor"), service.staff("manager")
    article = create(editor)
    path = f"/console/articles/{article['key']}/draft"
    theirs = manager("PUT", path, json={"version": 1, "body": body(answer="经理写的答案，足够长了。")})
    assert theirs.json()["draft"]["version"] == 2
    late = editor("PUT", path, json={"version": 1, "body": body(question="编辑改的问法？")})
    assert (late.status_code, late.json()["code"]) == (409, "draft_changed")
    merged = body(question="编辑改的问法？", answer="经理写的答案，足够长了。")
    assert editor("PUT", path, json={"version": 2, "body": merged}).status_code == 200
    # Both have written, so neither may approve.
    version = submitted(editor, {"key": article["key"], "draft": {"version": 3}})
    both = [
        who("POST", f"/console/articles/{article['key']}/publish", json={"version": version}).status_code
        for who in (editor, manager)
    ]
    assert both == [403, 403]


def test_compare_roll_back_and_withdraw(service: Service) -> None:
    editor = service.staff("editor")
    article = create(editor)
    key = article["key"]
    published(service, article)
    changed = body(
        answer=BODY["answer"].replace("三天", "五天"), variants={"stuck": "包裹停滞时请先联系快递核实。"}
    )
    again = editor("PUT", f"/console/articles/{key}/draft", json={"version": 0, "body": changed}).json()
    diff = editor("GET", f"/console/articles/{key}/diff", params={"before": "1", "after": "draft"}).json()
    segments = {one["field"]: one["segments"] for one in diff["fields"]}
    assert {"change": "removed", "text": "三"} in segments["answer"]
    assert {"change": "added", "text": "五"} in segments["answer"]
    published(service, again)
    assert "五天" in answered(service, "自提柜怎么寄存")["text"]
    stuck = service.visitor("demo-stuck").say("自提柜怎么寄存")[0]["content"]
    assert stuck["text"] == "包裹停滞时请先联系快递核实。"

    back = editor("POST", f"/console/articles/{key}/rollback", json={"revision": 1, "text": "先恢复"})
    assert back.status_code == 200
    assert (answered(service, "自提柜怎么寄存")["revision"], "三天" in BODY["answer"]) == (1, True)
    assert editor("DELETE", f"/console/articles/{key}").status_code == 200
    assert answered(service, "自提柜怎么寄存").get("article_key") != key
    history = editor("GET", f"/console/articles/{key}").json()["history"]
    assert [one["kind"] for one in history][:2] == ["withdraw", "rollback"]


@pytest.mark.parametrize("query", ["自提柜", "ziti", "kyjcbg", "快遞櫃寄存"])
def test_the_list_finds_by_text_pinyin_and_initials(service: Service, query: str) -> None:
    editor = service.staff("editor")
    key = create(editor)["key"]
    found = editor("GET", "/console/articles", params={"q": query, "meaning": True}).json()["items"]
    assert (found[0]["key"], found[0]["by_meaning"]) == (key, False)


def test_the_list_filters_sorts_and_pages(service: Service) -> None:
    editor = service.staff("editor")
    key = create(editor)["key"]
    first = editor("GET", "/console/articles", params={"limit": 20}).json()
    assert (first["items"][0]["key"], first["items"][0]["draft"]) == (key, "draft")
    second = editor("GET", "/console/articles", params={"limit": 20, "cursor": first["next_cursor"]}).json()
    assert not {one["key"] for one in first["items"]} & {one["key"] for one in second["items"]}
    drafts = editor("GET", "/console/articles", params={"state": "draft"}).json()
    assert [one["key"] for one in drafts["items"]] == [key]
    body_ = {"keys": [key], "category": "refund", "review_date": "2020-01-01"}
    assert editor("POST", "/console/articles/settings", json=body_).status_code == 204
    due = editor("GET", "/console/articles", params={"state": "due", "category": "refund"}).json()
    assert [one["key"] for one in due["items"]] == [key]


def test_questions_that_another_article_has_are_told(service: Service) -> None:
    questions = ["你们发货用什么快递？", "全新的一句没人问过的话", "全新的一句没人问过的话"]
    call = service.staff("editor")
    items = call("POST", "/console/articles/check", json={"questions": questions}).json()["items"]
    assert (items[0]["verdict"], items[0]["nearest"][0]["key"]) == ("conflict", "shipping.courier")
    assert [one["repeats"] for one in items] == [None, None, 1]


def test_the_forms_are_offered_what_there_is(service: Service) -> None:
    found = service.staff("editor")("GET", "/console/vocabulary").json()
    categories = {one["value"]: (one["label"], one["count"] > 0) for one in found["categories"]}
    assert categories["shipping"] == ("发货与物流", True)
    assert {"return_request", "logistics"} <= {one["value"] for one in found["tools"]}
    assert [one["name"] for one in found["people"]] == ["周经理", "管理员", "苏编辑"]


def test_many_drafts_go_through_review_together(service: Service) -> None:
    editor, manager = service.staff("editor"), service.staff("manager")
    good = [create(editor, question=f"第 {at} 个自提柜在哪里？")["key"] for at in range(3)]
    bad = create(editor, answer="短")["key"]
    sent = editor("POST", "/console/articles/submit", json={"keys": [*good, bad]}).json()
    assert (sent["done"], list(sent["refused"])) == (good, [bad])
    live = manager("POST", "/console/articles/publish", json={"keys": [*good, bad]}).json()
    assert (live["done"], list(live["refused"])) == (good, [bad])
    assert set(good) <= set(service.container.brain.brain.index.keys)


def test_agents_may_not_edit(service: Service) -> None:
    assert service.staff("agent1")("GET", "/console/articles").status_code == 403


def test_what_another_process_published_goes_live_too(service: Service) -> None:
    other = LiveKnowledge(service.container.settings, service.container.database, service.container.brain)
    before = other.refresh()
    published(service, create(service.staff("editor")))
    assert other.refresh() != before


def test_a_full_build_is_taken_up_by_the_running_service(service: Service) -> None:
    container = service.container
    key = published(service, create(service.staff("editor")))["key"]
    assert container.live.changed() == (key,)
    version = build_index(
        container.settings, container.database, adapt=False
    )  # as `kefu kb build` does beside it
    assert container.live.refresh() == version
    assert container.live.changed() == ()
    assert answered(service, "自提柜怎么寄存")["article_key"] == key


def test_answers_fit_the_order_and_the_channel(service: Service) -> None:
    variants = {
        "stuck": "物流停滞时的答案，请点催一催。",
        "@wechat": "微信里看到的答案，不带链接。",
        "stuck@wechat": "微信里物流停滞时的答案，请回复催单。",
    }
    article = create(service.staff("editor"), variants=variants)
    published(service, article)

    def told(external_id: str | None, inbox: str) -> str:
        [reply] = service.visitor(external_id, inbox=inbox).say("自提柜怎么寄存")
        assert reply["content"]["source"]["article_key"] == article["key"]
        return str(reply["content"]["text"])

    assert told(None, "web") == BODY["answer"]
    assert told(None, "wechat") == variants["@wechat"]
    assert told("demo-stuck", "web") == variants["stuck"]
    assert told("demo-stuck", "wechat") == variants["stuck@wechat"]
    wrong = create(service.staff("editor"), variants={"stuck@fax": "没有这个渠道的答案不能发布。"})
    assert [one["field"] for one in wrong["draft"]["problems"]] == ["variants.stuck@fax"]


def test_articles_are_due_and_sorted_by_usefulness(service: Service) -> None:
    editor = service.staff("editor")
    people = editor("GET", "/console/vocabulary").json()["people"]
    me = next(one["id"] for one in people if one["name"] == "苏编辑")
    body = {"keys": ["shipping.courier", "refund.apply_return"], "review_date": "2020-01-01"}
    editor("POST", "/console/articles/settings", json=body)
    editor("POST", "/console/articles/settings", json={"keys": ["shipping.courier"], "owner_id": me})
    assert editor("GET", "/console/due").json() == {"all": 2, "own": 1}
    due = editor("GET", "/console/articles", params={"state": "due"}).json()["items"]
    assert {one["key"] for one in due} == set(body["keys"])
    visitor = service.visitor()
    [reply] = visitor.say("怎么申请退货？")
    visitor.call("POST", f"/messages/{reply['id']}/feedback", json={"useful": True})
    editor("GET", "/console/unanswered")  # reads the log to its end
    first = editor("GET", "/console/articles", params={"sort": "useful"}).json()["items"][0]
    assert first["key"] == reply["content"]["source"]["article_key"]
    assert editor("GET", "/console/titles", params={"key": ["shipping.courier", "no.such"]}).json() == {
        "shipping.courier": "你们发货用什么快递？"
    }
