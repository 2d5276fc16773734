"""The session's language: what the service itself says follows it, in answers, events, errors and files."""

import pytest

from tests.service.conftest import HAN, Service
from tests.service.test_records import with_agent

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


def test_an_english_session_is_served_in_english(service: Service) -> None:
    visitor = service.visitor("demo-stuck", locale="en-US")
    hall = visitor.session["hall"]
    assert hall["greeting"].startswith("Hello 赵丽华 (Silver member)")
    assert hall["orders"][0]["state_text"] == "Not moving"
    assert "has not moved for" in hall["orders"][0]["question"]
    (clarify,) = visitor.say("快递")
    assert clarify["content"]["text"].startswith("Which of these")
    assert clarify["content"]["options"][-1]["title"] == "None of these"
    visitor.click(clarify["content"]["options"][-1])
    assert visitor.messages()[2]["content"]["title"] == "None of these"
    visitor.say("帮我催一下")
    visitor.say("人工")
    said = [
        one
        for one in visitor.messages()
        if one["sender"] != "customer" and one["kind"] in {"notice", "fallback"}
    ]
    assert not [one for one in said if HAN.search(one["content"]["text"])]
    events = visitor.call("GET", "/events").json()["items"]
    shown = [one["data"]["content"] for one in events if one["type"] == "message.created"]
    assert shown == [one["content"] for one in visitor.messages()]
    assert visitor.call("GET", "/history").json()["items"] == visitor.messages()
    text = visitor.call("GET", "/transcript").text
    assert text.startswith("Conversation with customer service")
    assert "Which of these" in text


def test_the_same_conversation_is_chinese_for_the_agent_and_after_changing_the_language(
    service: Service,
) -> None:
    visitor = service.visitor(locale="en")
    visitor.say("快递")
    agent = with_agent(service, visitor)
    seen = agent("GET").json()["transcript"]
    assert "您想了解的是" in str(seen)
    assert "Which of these" not in str(seen)
    again = service.visitor(token=visitor.token, locale="zh-CN")
    assert "您想了解的是" in str(again.session["history"])


def test_a_socket_speaks_the_session_s_language(service: Service) -> None:
    visitor = service.visitor(locale="en")
    with service.client.websocket_connect("/api/v1/visitor/ws") as socket:
        socket.send_json({"type": "auth", "token": visitor.token})
        assert socket.receive_json()["type"] == "ready"
        visitor.say("快递")
        frames = [socket.receive_json() for _ in range(3)]
        assert "Which of these" in str(frames)
        socket.send_json({"type": "dance"})
        assert socket.receive_json()["title"] == "This content is not supported"


@pytest.mark.parametrize(("headers", "title"), [({}, "缺少登录凭证"), (ENGLISH, "The sign-in is missing")])
def test_errors_follow_the_caller_before_there_is_a_session(
    service: Service, headers: dict[str, str], title: str
) -> None:
    answer = service.client.get("/api/v1/visitor/hall", headers=headers)
    assert answer.json()["title"] == title


def test_errors_follow_the_session_not_the_browser(service: Service) -> None:
    chinese, english = service.visitor(locale="zh-CN"), service.visitor(locale="en")
    for visitor, wanted in ((chinese, "消息是空的"), (english, "The message is empty")):
        visitor.headers |= ENGLISH
        answer = visitor.try_send("text", {"text": ""})
        assert (answer.status_code, answer.json()["title"]) == (422, wanted)
    wrong = english.call("POST", "/callback", json={"phone": "1"})
    assert not HAN.search(wrong.text)


def test_a_form_is_told_in_english_and_still_filled_in_chinese_values(service: Service) -> None:
    visitor = service.visitor("demo-signed", locale="en")
    replies = visitor.submit("return_request", {})
    form = replies[-1]["content"]
    fields = {one["name"]: one for one in form["fields"]}
    assert form["title"] == "Return an item"
    assert fields["reason"]["error"] == "Please choose why you return it"
    options = {one["label"]: one["value"] for one in fields["reason"]["options"]}
    assert options["Quality"] == "质量问题"
    order = fields["order_no"]["options"][0]["value"]
    done = visitor.submit("return_request", {"order_no": order, "reason": options["Quality"]})
    assert done[0]["content"]["text"].startswith("Return an item: done, No. ")
