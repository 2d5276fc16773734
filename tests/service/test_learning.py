"""What customers did, counted; what was not understood, gathered, written about, closed and reopened."""

from typing import Any

from tests.service.conftest import Service, Visitor
from tests.service.test_editor import BODY, create, published
from tests.service.test_training import candidate

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
    assert topic["solved"] == 1
    answer = second.messages()[-1]
    second.call("POST", f"/messages/{answer['id']}/feedback", json={"useful": False})
    topics = service.staff("editor")("GET", "/console/topics").json()["items"]
    assert [one["solved"] for one in topics if one["topic"] == "快递"] == [0]
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
    states = {
        state: [one["id"] for one in gaps_of(service, state)]
        for state in ("watching", "open", "drafted", "closed")
    }
    assert states["watching"] == [gap["id"]], states

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


def served(service: Service, question: str, reply: str, *, solved: bool | None) -> None:
    """A customer is answered by an agent, who closes the conversation."""
    visitor, agent = service.visitor(), service.staff("agent1")
    visitor.say(question)
    visitor.say("转人工")
    path = f"/desk/conversations/{visitor.session['conversation_id']}"
    agent("POST", "/desk/presence", json={"status": "online"})
    assert agent("POST", f"{path}/claim").status_code in (200, 409)  # routing may have been faster
    answer = agent("POST", f"{path}/messages", json={"client_msg_id": question, "content": {"text": reply}})
    assert answer.status_code == 200, answer.text
    assert agent("POST", f"{path}/close", json={"topic": "其他", "solved": solved}).status_code == 200


def test_what_agents_wrote_well_becomes_an_article(service: Service) -> None:
    reply = "行李箱可以寄存在自提柜，免费三天，有事打 13812345678 找我。"
    served(service, "行李箱能寄存到自提柜里么", reply, solved=True)
    served(service, "自提柜里能寄存行李箱么", reply.replace("免费三天", "三天免费"), solved=True)
    served(service, "宠物能寄存在自提柜里么", "不好意思，宠物是不能寄存在自提柜里的哦。", solved=False)
    editor = service.staff("editor")
    [group] = editor("GET", "/console/replies").json()["items"]
    assert (len(group["ids"]), group["sign"]) == (2, "solved")
    assert "［手机号］" in group["answer"]
    assert "138" not in group["answer"] + "".join(group["others"])
    body = {
        "ids": group["ids"], "category": "shipping", "question": "自提柜可以寄存行李箱吗？",
        "similar": group["questions"], "answer": group["answer"],
    }  # fmt: skip
    key = editor("POST", "/console/replies/article", json=body).json()["key"]
    draft = editor("GET", f"/console/articles/{key}").json()["draft"]
    assert draft["body"]["answer"] == group["answer"]
    assert editor("GET", "/console/replies").json()["items"] == []
    assert (
        editor("POST", "/console/replies/ignore", json={"ids": group["ids"]}).json()["code"]
        == "reply_not_found"
    )


def test_real_questions_are_offered_as_similar_ones(service: Service) -> None:
    for text in ("怎么申请退货？", "怎么申请退货啊", "怎么申请退货啊", "怎么申请退货，电话13812345678"):
        service.visitor().say(text)
    editor = service.staff("editor")
    editor("GET", "/console/unanswered")  # reads the log to its end
    items = editor("GET", "/console/articles/refund.apply_return/questions").json()["items"]
    texts = {one["text"]: one for one in items}
    assert texts["怎么申请退货啊"]["count"] == 2
    assert texts["怎么申请退货啊"]["answered"]
    assert not [text for text in texts if "138" in text]


def test_a_gap_that_becomes_examples_is_watched_once_a_model_is_live(service: Service) -> None:
    text = "给我转一个会说粤语的客服好伐啦"
    ask_in_vain(service, text)
    [gap] = gaps_of(service)
    editor = service.staff("editor")
    body = {"intent": "ask_human", "texts": [text]}
    done = editor("POST", f"/console/unanswered/{gap['id']}/intent", json=body).json()
    assert (done["state"], done["article_key"]) == ("drafted", None)
    shown = editor("GET", "/console/intents/ask_human/examples", params={"q": text}).json()
    assert text in str(shown["items"])
    run = candidate(service)
    assert editor("POST", f"/console/training-runs/{run}/release", json={}).json()["state"] == "released"
    states = {
        state: [one["id"] for one in gaps_of(service, state)]
        for state in ("watching", "open", "drafted", "closed")
    }
    assert states["watching"] == [gap["id"]], states


def test_a_discarded_draft_opens_its_gap_again(service: Service) -> None:
    ask_in_vain(service, ASKED[0])
    [gap] = gaps_of(service)
    editor = service.staff("editor")
    body = {"category": "service", "question": "自提柜能寄存行李吗？", "texts": []}
    key = editor("POST", f"/console/unanswered/{gap['id']}/article", json=body).json()["article_key"]
    editor("DELETE", f"/console/articles/{key}/draft", params={"version": 1})
    assert [one["id"] for one in gaps_of(service)] == [gap["id"]]


def test_what_is_said_again_to_a_person_is_no_gap(service: Service) -> None:
    visitor, agent = service.visitor(), service.staff("agent1")
    visitor.say("退货要怎么弄呀")
    conversation = visitor.messages()[0]["conversation_id"]
    agent("POST", f"/desk/conversations/{conversation}/take-over")
    visitor.say("自提柜能寄存行李箱么")
    visitor.say("自提柜能不能寄存行李箱")
    assert gaps_of(service) == []
