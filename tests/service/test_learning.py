"""What customers did, counted; what was not understood, gathered, written about, closed and reopened."""

from typing import Any

from tests.service.conftest import Service, Visitor
from tests.service.test_editor import BODY, create, published

Json = dict[str, Any]
ASKED = ("自提柜能寄存行李箱么", "行李箱放自提柜里寄存行不行", "想把行李箱寄存到自提柜")


def counts(service: Service, key: str) -> Json:
    call = service.staff("editor")
    call("GET", "/console/unanswered")  # reads the log to its end
    [revision] = call("GET", f"/console/articles/{key}").json()["revisions"]
    found: Json = revision["counts"]
    return found


def answer_to(visitor: Visitor, text: str) -> Json:
    [reply] = visitor.say(text)
    assert reply["kind"] == "answer", reply
    return reply


def ask_in_vain(service: Service, text: str) -> None:
    visitor = service.visitor()
    visitor.say(text)
    visitor.say("转人工")


def gaps_of(service: Service, state: str = "open") -> list[Json]:
    call = service.staff("editor")
    call("POST", "/console/unanswered/regroup")
    found: list[Json] = call("GET", "/console/unanswered", params={"state": state}).json()["items"]
    return found


def test_uses_of_an_article_are_counted_by_revision(service: Service) -> None:
    pleased, cross = service.visitor(), service.visitor()
    for visitor, useful in ((pleased, True), (cross, False)):
        reply = answer_to(visitor, "怎么申请退货？")
        visitor.call("POST", f"/messages/{reply['id']}/feedback", json={"useful": useful})
    cross.say("转人工")
    key = reply["content"]["source"]["article_key"]
    expected = {"hits": 2, "clicks": 0, "useful": 1, "useless": 1, "handoffs": 1}
    assert counts(service, key) == expected
    pleased.call("POST", f"/messages/{pleased.messages()[-1]['id']}/feedback", json={"useful": False})
    assert counts(service, key) == expected | {"useful": 0, "useless": 2}
    first = service.staff("editor")("GET", "/console/articles", params={"sort": "useless"}).json()["items"][0]
    assert (first["key"], first["counts"]["useless"]) == (key, 2)


def test_how_narrowing_ended_is_counted_by_topic(service: Service) -> None:
    second, none, words, person = (service.visitor() for _ in range(4))
    for visitor in (second, none, words, person):
        [reply] = visitor.say("快递")
        options = reply["content"]["options"]
        if visitor is second:
            visitor.click(options[1])
        elif visitor is none:
            visitor.click(options[-1])
        else:
            visitor.say("我的包裹三天没有更新物流了" if visitor is words else "转人工")
    topics = service.staff("editor")("GET", "/console/topics").json()["items"]
    [topic] = [one for one in topics if one["topic"] == "快递"]
    assert (topic["shown"], topic["ranks"]) == (5, {"2": 1})  # 都不是 narrows once more
    assert topic["ends"] == {"chosen": 1, "none": 1, "retyped": 1, "escalated": 1}


def test_a_gap_closes_when_its_kind_is_answered_and_opens_when_not(service: Service) -> None:
    for text in ASKED:
        ask_in_vain(service, text + "，我电话13812345678")
    [gap] = gaps_of(service)
    assert (gap["size"], "13812345678" in str(gap), "［手机号］" in gap["examples"][0]["text"]) == (
        3,
        False,
        True,
    )
    assert gap["cost"] == 15.0

    editor = service.staff("editor")
    draft = {"category": "shipping", "question": "自提柜可以寄存行李箱吗？", "texts": list(ASKED)}
    handled = editor("POST", f"/console/unanswered/{gap['id']}/article", json=draft).json()
    assert handled["state"] == "drafted"
    article = editor("GET", f"/console/articles/{handled['article_key']}").json()
    assert article["draft"]["body"]["similar"] == list(ASKED)
    full = article["draft"]["body"] | {"answer": BODY["answer"]}
    path = f"/console/articles/{article['key']}/draft"
    article = editor("PUT", path, json={"version": 1, "body": full}).json()
    published(service, article)
    assert [one["id"] for one in gaps_of(service, "watching")] == [gap["id"]]

    reply = answer_to(customer := service.visitor(), ASKED[0])
    assert [one["id"] for one in gaps_of(service, "closed")] == [gap["id"]]
    customer.call("POST", f"/messages/{reply['id']}/feedback", json={"useful": False})
    assert [one["id"] for one in gaps_of(service)] == [gap["id"]]


def test_a_gap_becomes_a_similar_question_or_is_ignored_for_a_reason(service: Service) -> None:
    for text in (*ASKED, "你们卖不卖二手飞机"):
        ask_in_vain(service, text)
    editor = service.staff("editor")
    kinds = {one["size"]: one for one in gaps_of(service)}
    ignored = editor("POST", f"/console/unanswered/{kinds[1]['id']}/ignore", json={"text": "不是本店业务"})
    assert ignored.json()["state"] == "ignored"
    body = {"key": "shipping.courier", "texts": ["自提柜能寄存行李箱么"]}
    editor("POST", f"/console/unanswered/{kinds[3]['id']}/similar", json=body)
    draft = editor("GET", "/console/articles/shipping.courier").json()["draft"]
    assert draft["body"]["similar"][-1] == "自提柜能寄存行李箱么"
    assert gaps_of(service) == []
    ask_in_vain(service, "你们卖不卖二手飞机")
    assert gaps_of(service) == []  # the same again stays ignored


def test_topics_are_changed_at_once_and_a_word_has_one_topic(service: Service) -> None:
    editor = service.staff("editor")
    key = create(editor)["key"]
    published(service, editor("GET", f"/console/articles/{key}").json())
    body = {
        "words": ["寄行李", "快递"],
        "readings": [{"key": key}, {"key": "shipping.pickup", "when": ["stuck"]}],
    }
    taken = editor("PUT", "/console/topics/行李", json=body)
    assert (taken.status_code, taken.json()["errors"][0]["field"]) == (422, "words")
    body["words"] = ["寄行李"]
    assert editor("PUT", "/console/topics/行李", json=body).status_code == 200
    [reply] = service.visitor().say("寄行李")
    shown = [one["target"]["key"] for one in reply["content"]["options"]]
    assert shown[:2] == [key, "shipping.pickup"]
    [reply] = service.visitor("demo-stuck").say("寄行李")
    assert reply["content"]["options"][0]["target"]["key"] == "shipping.pickup"
    late = editor("PUT", "/console/topics/行李", json=body)
    assert late.json()["code"] == "topic_changed"


def test_a_message_is_tried_explained_and_kept_as_a_case(service: Service) -> None:
    editor = service.staff("editor")
    tried = editor("POST", "/console/try", json={"text": "快递", "order_state": "stuck"}).json()
    assert (tried["outcome"], tried["keys"][0], tried["topic"]) == ("clarify", "shipping.not_moving", "快递")
    assert any("话题“快递”" in line for line in tried["why"])
    assert any("机器人没有参与" in line for line in tried["why"])
    assert (tried["tokens"], tried["intent"], tried["thresholds"]["answer"]) == (["快递"], None, 0.5)
    assert "意思（最像的一条问法）" in tried["candidates"][0]["features"]
    case = {"text": "快递", "order_state": "stuck", "outcome": tried["outcome"], "keys": tried["keys"]}
    assert editor("POST", "/console/cases", json=case).status_code == 201
    editor("POST", "/console/cases", json=case | {"outcome": "answer"})
    run = editor("POST", "/console/cases/run").json()["items"]
    assert sorted(one["passed"] for one in run) == [False, True]
    assert editor("GET", "/console/unanswered").json()["items"] == []
