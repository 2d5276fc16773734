"""Handing over: one owner at a time, nothing lost, the customer always knows what happens next."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine

from tests.service.conftest import Json, Service, Visitor, queued


def conversation(visitor: Visitor) -> str:
    return str(visitor.session["conversation_id"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("人工", "asked_for_human"),
        ("给我转人工客服！！", "asked_for_human"),
        ("充电宝充电的时候爆炸了", "danger"),
        ("吃了你们的饼干上吐下泻在医院", "danger"),
        ("我账户里的钱被人转走了两千", "money_lost"),
        ("再不解决我就打12315投诉你们", "threat"),
        ("你们这群骗子", "anger"),
    ],
)
def test_what_only_a_person_can_handle_is_handed_over_at_once(
    service: Service, text: str, reason: str
) -> None:
    handoff = service.visitor().say(text)[-1]
    assert handoff["kind"] == "handoff"
    assert handoff["content"]["reason"] == reason
    assert handoff["content"]["queue"]["position"] >= 1


@pytest.mark.parametrize(
    ("text", "said"),
    [("充电宝充电的时候爆炸了", "12356"), ("我账户里的钱被人转走了两千", "96110"), ("给我转人工", "")],
)
def test_where_waiting_could_do_harm_what_to_do_meanwhile_comes_first(
    service: Service, text: str, said: str
) -> None:
    *meanwhile, handoff = service.visitor().say(text)
    assert handoff["kind"] == "handoff"
    assert [said in one["content"]["text"] for one in meanwhile] == ([True] if said else [])


@pytest.mark.parametrize(
    "text", ["人工费怎么收", "人工智能音箱有货吗", "客服几点上班？", "怎么投诉商家或客服？"]
)
def test_near_misses_are_not_handed_over(service: Service, text: str) -> None:
    replies = service.visitor().say(text)
    assert all(reply["kind"] != "handoff" for reply in replies)


def test_who_leaves_the_queue_and_asks_in_one_breath_gets_both(service: Service) -> None:
    visitor = queued(service)
    left, answer = visitor.say("算了不等了，发票怎么开")
    assert "已为您取消排队" in left["content"]["text"]
    assert answer["content"]["source"]["article_key"] == "invoice.apply"
    assert [one["id"] for one in visitor.messages()[-2:]] == [left["id"], answer["id"]]


def test_who_leaves_the_queue_and_says_no_more_is_asked_no_more(service: Service) -> None:
    (left,) = queued(service).say("不等了，明天再说")
    assert "已为您取消排队" in left["content"]["text"]


def test_customer_asks_waits_and_leaves(service: Service) -> None:
    first, second = queued(service), queued(service)
    place = second.call("POST", "/handoff").json()
    assert place["state"] == "queued"
    assert place["queue"] == {"position": 2, "ahead": 1, "eta_seconds": None}
    assert first.call("DELETE", "/handoff").json() == {"state": "bot", "queue": None}
    assert second.call("POST", "/handoff").json()["queue"]["position"] == 1
    answer = second.send("text", {"text": "不等了"})
    assert answer["state"] == "bot"
    assert [reply["kind"] for reply in answer["replies"]] == ["text"]
    assert second.say("发票")[0]["kind"] == "clarify"


def test_estimate_appears_with_somebody_on_duty(service: Service) -> None:
    visitor = queued(service)
    service.staff()("POST", "/desk/presence", json={"status": "online", "capacity": 2})
    assert visitor.call("POST", "/handoff").json()["queue"]["eta_seconds"] > 0


def test_grave_matters_come_first(service: Service) -> None:
    queued(service)
    queued(service, "充电宝爆炸了，手烫伤了")
    items = service.staff()("GET", "/desk/queue").json()["items"]
    assert [item["priority"] > 0 for item in items] == [True, False]


def test_text_while_waiting_is_kept_for_the_agent(service: Service) -> None:
    visitor = queued(service)
    assert visitor.say("我的单号是 YS202611180412") == []
    staff = service.staff()
    assert staff("POST", f"/desk/conversations/{conversation(visitor)}/claim").status_code == 200
    shown = staff("GET", f"/desk/conversations/{conversation(visitor)}").json()
    assert "YS202611180412" in [m["content"].get("text", "") for m in shown["transcript"]][-2]


def test_agent_and_customer_talk_and_the_bot_is_silent(service: Service) -> None:
    visitor, staff = queued(service), service.staff()
    path = f"/desk/conversations/{conversation(visitor)}"
    assert staff("POST", f"{path}/claim").json()["state"] == "human"
    body = {"client_msg_id": "a1", "content": {"text": "您好，我来处理"}}
    sent = staff("POST", f"{path}/messages", json=body).json()
    assert staff("POST", f"{path}/messages", json=body).json() == sent
    assert visitor.say("快递") == []
    kinds = [(m["sender"], m["kind"]) for m in visitor.messages()][-3:]
    assert kinds == [("system", "notice"), ("agent", "text"), ("customer", "text")]
    assert staff("POST", f"{path}/close", json={"summary": "已解决"}).json()["state"] == "closed"
    assert visitor.messages()[-1]["kind"] == "survey"
    assert visitor.call("POST", "/rating", json={"score": 5, "resolved": True}).json() == {"score": 5}
    later = visitor.send("text", {"text": "发票"})
    assert later["message"]["conversation_id"] != conversation(visitor)
    assert later["replies"][0]["kind"] == "clarify"


def test_hand_back_to_the_bot(service: Service) -> None:
    visitor, staff = queued(service), service.staff()
    path = f"/desk/conversations/{conversation(visitor)}"
    staff("POST", f"{path}/claim")
    assert staff("POST", f"{path}/return-to-bot", json={}).json()["state"] == "bot"
    assert visitor.say("快递")[0]["kind"] == "clarify"


def test_transfer_to_a_colleague_and_to_the_queue(service: Service) -> None:
    visitor, one, two = queued(service), service.staff("agent1"), service.staff("agent2")
    path = f"/desk/conversations/{conversation(visitor)}"
    one("POST", f"{path}/claim")
    second = two("GET", "/auth/me").json()["user"]["id"]
    refused = one("POST", f"{path}/transfer", json={"agent_id": second})
    assert refused.json()["code"] == "agent_not_online"
    two("POST", "/desk/presence", json={"status": "online"})
    assert (
        one("POST", f"{path}/transfer", json={"agent_id": second, "note": "懂发票"}).json()["state"]
        == "human"
    )
    body = {"client_msg_id": "x", "content": {"text": "在吗"}}
    assert one("POST", f"{path}/messages", json=body).json()["sender"] == "agent"  # until it is accepted
    assert two("POST", f"{path}/transfer/accept").json()["state"] == "human"
    mine = one("POST", f"{path}/messages", json=body | {"client_msg_id": "y"})
    assert mine.json()["code"] == "not_your_conversation"
    assert two("POST", f"{path}/transfer", json={"note": "下班了"}).json()["state"] == "queued"
    assert [item["conversation_id"] for item in one("GET", "/desk/queue").json()["items"]] == [
        conversation(visitor)
    ]


def test_a_claim_is_won_by_exactly_one(service: Service) -> None:
    visitor = queued(service)
    agents = [service.staff(name) for name in ("agent1", "agent2", "manager", "admin")]

    def claim(staff: Callable[..., Any]) -> Any:
        return staff("POST", f"/desk/conversations/{conversation(visitor)}/claim")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(claim, agents))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"already_assigned"}


def test_off_hours_the_message_becomes_a_callback(start: Callable[..., Service]) -> None:
    service = start(opens_at="08:00", closes_at="22:00")
    with time_machine.travel("2026-11-22T23:30:00+08:00", tick=True):
        visitor = service.visitor()
        (handoff,) = visitor.say("人工")
        assert handoff["content"]["off_hours"]["reopens_at"].startswith("2026-11-23T08:00")
        assert handoff["content"]["queue"]["eta_seconds"] is None
        assert handoff["content"]["callback"]["number"].startswith("GD")


def test_second_useless_answer_hands_over(service: Service) -> None:
    visitor = service.visitor()
    for expected in ("bot", "queued"):
        (clarify,) = visitor.say("发票")
        (answer,) = visitor.click(clarify["content"]["options"][0])
        state = visitor.call("POST", f"/messages/{answer['id']}/feedback", json={"useful": False}).json()[
            "state"
        ]
        if expected == "queued":
            assert state == "bot"  # an answer in between has reset the count
    again = visitor.call("POST", f"/messages/{answer['id']}/feedback", json={"useful": False}).json()
    assert again["state"] == "bot"  # the same click twice counts once


def test_staff_endpoints_need_a_signed_in_agent(service: Service) -> None:
    assert service.client.get("/api/v1/desk/queue").status_code == 401
    editor = service.staff("editor")
    assert editor("GET", "/desk/queue").json()["code"] == "not_permitted"
    wrong = service.client.post("/api/v1/auth/login", json={"username": "agent1", "password": "123456"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")


def test_cookie_needs_the_csrf_token(service: Service) -> None:
    body = {"username": "agent1", "password": service.password("agent1")}
    signed_in = service.client.post("/api/v1/auth/login", json=body).json()
    refused = service.client.post("/api/v1/desk/presence", json={"status": "online"})
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    headers = {"X-CSRF-Token": signed_in["csrf_token"]}
    assert (
        service.client.post("/api/v1/desk/presence", json={"status": "online"}, headers=headers).status_code
        == 200
    )


def test_login_is_throttled(start: Callable[..., Service]) -> None:
    service = start(login_attempts_per_minute=3)
    body = {"username": "agent1", "password": "guess"}
    codes = [service.client.post("/api/v1/auth/login", json=body).json()["code"] for _ in range(5)]
    assert codes == ["wrong_credentials"] * 3 + ["too_many_requests"] * 2


def receive_until(socket: Any, kind: str) -> Json:
    while True:
        frame: Json = socket.receive_json()
        if frame["type"] == kind:
            return frame


def test_messages_travel_live_both_ways(service: Service) -> None:
    visitor, staff = queued(service), service.staff()
    path = f"/desk/conversations/{conversation(visitor)}"
    token = staff("GET", "/auth/me").request.headers["authorization"].partition(" ")[2]
    with (
        service.client.websocket_connect("/api/v1/visitor/ws") as customer,
        service.client.websocket_connect("/api/v1/desk/ws") as desk,
    ):
        customer.send_json({"type": "auth", "token": visitor.token})
        desk.send_json({"type": "auth", "token": token})
        receive_until(customer, "ready")
        receive_until(desk, "ready")
        staff("POST", f"{path}/claim")
        changed = receive_until(customer, "state.changed")
        assert changed["data"]["state"] == "human"
        assert changed["data"]["agent"]["number"] == "1001"
        staff("POST", f"{path}/messages", json={"client_msg_id": "a1", "content": {"text": "您好"}})
        receive_until(customer, "message.created")
        assert receive_until(customer, "message.created")["data"]["content"]["text"] == "您好"
        customer.send_json(
            {"type": "message", "client_msg_id": "c9", "kind": "text", "content": {"text": "在的"}}
        )
        assert receive_until(customer, "ack")["client_msg_id"] == "c9"
        texts: list[str] = []
        while "在的" not in texts:
            texts.append(receive_until(desk, "message.created")["data"]["content"].get("text", ""))
        desk.send_json({"type": "typing", "conversation_id": conversation(visitor)})
        assert receive_until(customer, "typing")["data"] == {"sender": "agent"}


def test_socket_refuses_a_bad_token(service: Service) -> None:
    with service.client.websocket_connect("/api/v1/visitor/ws") as socket:
        socket.send_json({"type": "auth", "token": "nonsense"})
        assert socket.receive_json()["code"] == "token_invalid"
