"""Pictures, recall, quotes, earlier conversations and the transcript, over the API of both sides."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from kefu.customers.models import Customer
from kefu.tickets import service as tickets
from tests.service.conftest import Json, Service, Visitor

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def upload(visitor: Visitor, data: bytes = PNG, name: str = "cat.png") -> Any:
    return visitor.call("POST", "/uploads", files={"file": (name, data)})


def with_agent(service: Service, visitor: Visitor) -> Callable[..., Any]:
    """Let an agent take the visitor's conversation; returns the agent's calls on it."""
    visitor.call("POST", "/handoff")
    staff = service.staff()
    staff("POST", "/desk/presence", json={"status": "online"})
    conversation = f"/desk/conversations/{visitor.session['conversation_id']}"
    assert staff("POST", f"{conversation}/claim").status_code == 200
    return lambda method, path="", **more: staff(method, conversation + path, **more)


def agent_says(agent: Callable[..., Any], content: Json, **more: Any) -> Any:
    body = {"client_msg_id": uuid4().hex, "content": content} | more
    return agent("POST", "/messages", json=body)


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("cat.png", b"MZ\x90\x00" * 10, 422, "upload_not_a_picture"),
        ("cat.svg", b"<svg onload=alert(1)>", 422, "upload_not_a_picture"),
        ("cat.png", b"", 422, "upload_not_a_picture"),
        ("cat.png", PNG + b"0" * 2_000, 413, "upload_too_large"),
        ("cat.png", PNG + b"0" * 200_000, 413, "upload_too_large"),
    ],
)
def test_what_is_no_small_picture_is_refused_in_chinese(
    start: Callable[..., Service], name: str, data: bytes, status: int, code: str
) -> None:
    answer = upload(start(upload_max_bytes=1_000).visitor(), data, name)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "图片" in answer.json()["title"]


def test_a_body_without_a_length_is_refused(service: Service) -> None:
    visitor = service.visitor()
    answer = visitor.call("POST", "/uploads", content=iter([b"0" * 1000]))
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


def test_a_picture_reaches_the_two_sides_and_nobody_else(service: Service) -> None:
    visitor = service.visitor()
    upload_id = upload(visitor).json()["upload_id"]
    assert upload(visitor).json()["upload_id"] == upload_id
    assert visitor.send("image", {"upload_id": upload_id})["replies"][0]["kind"] == "fallback"
    agent = with_agent(service, visitor)
    for answer in (
        visitor.call("GET", f"/uploads/{upload_id}"),
        service.staff()("GET", f"/desk/uploads/{upload_id}"),
    ):
        assert (answer.status_code, answer.content) == (200, PNG)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"].startswith("private")
    stranger = service.visitor()
    assert stranger.call("GET", f"/uploads/{upload_id}").json()["code"] == "upload_not_found"
    assert stranger.try_send("image", {"upload_id": upload_id}).json()["code"] == "upload_not_found"
    assert service.client.get(f"/api/v1/visitor/uploads/{upload_id}").status_code == 401
    assert service.client.get(f"/api/v1/desk/uploads/{upload_id}").status_code == 401

    sent = agent("POST", "/uploads", files={"file": ("a.png", PNG + b"from the agent")}).json()["upload_id"]
    shown = agent_says(agent, {"upload_id": sent}, kind="image").json()
    assert (shown["kind"], shown["content"]) == ("image", {"upload_id": sent})
    assert visitor.call("GET", f"/uploads/{sent}").content.endswith(b"from the agent")
    other = service.visitor()
    foreign = agent_says(agent, {"upload_id": upload(other).json()["upload_id"]}, kind="image")
    assert foreign.json()["code"] == "upload_not_found"


def test_signing_in_keeps_the_pictures(service: Service) -> None:
    anonymous = service.visitor()
    upload_id = upload(anonymous).json()["upload_id"]
    known = service.visitor("demo-new", token=anonymous.token)
    assert known.call("GET", f"/uploads/{upload_id}").status_code == 200


def test_a_recalled_message_is_gone_for_both_sides_and_from_the_events(service: Service) -> None:
    visitor = service.visitor()
    agent = with_agent(service, visitor)
    mine = visitor.send("text", {"text": "我的卡号是 6222"})["message"]
    theirs = agent_says(agent, {"text": "请不要发卡号"}, quote_id=mine["id"]).json()
    assert theirs["content"]["quote"] == {
        "message_id": mine["id"], "sender": "customer", "text": "我的卡号是 6222",
    }  # fmt: skip
    assert agent("POST", f"/messages/{mine['id']}/recall").json()["code"] == "message_not_found"
    recalled = visitor.call("POST", f"/messages/{mine['id']}/recall")
    assert (recalled.json()["recalled"], recalled.json()["content"]) == (True, {})
    assert visitor.call("POST", f"/messages/{mine['id']}/recall").status_code == 200
    everything = [
        visitor.call("GET", "/events").text,
        visitor.call("GET", "/history").text,
        visitor.call("GET", "/transcript").text,
        agent("GET").text,
        service.staff()("GET", "/desk/conversations?mine=true").text,
    ]
    assert not [text for text in everything if "6222" in text]
    assert "message.updated" in everything[0]
    assert agent("POST", f"/messages/{theirs['id']}/recall").json()["recalled"] is True
    again = agent_says(agent, {"text": "好"}, quote_id=mine["id"])
    assert (again.status_code, again.json()["code"]) == (404, "quote_not_found")


def test_only_messages_to_a_person_can_be_recalled_and_only_for_a_while(service: Service) -> None:
    visitor = service.visitor()
    to_bot = visitor.send("text", {"text": "发票"})["message"]
    agent = with_agent(service, visitor)
    to_person = visitor.send("text", {"text": "在吗"})["message"]
    theirs = agent_says(agent, {"text": "在的"}).json()
    codes = [visitor.call("POST", f"/messages/{one['id']}/recall").json()["code"] for one in (to_bot, theirs)]
    assert codes == ["recall_not_possible", "message_not_found"]
    stranger = service.visitor().call("POST", f"/messages/{to_person['id']}/recall")
    assert stranger.json()["code"] == "conversation_not_found"
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=3), tick=True):
        late = visitor.call("POST", f"/messages/{to_person['id']}/recall")
    assert (late.status_code, late.json()["code"]) == (409, "recall_too_late")


def test_history_pages_through_all_conversations_without_gaps(service: Service) -> None:
    visitor = service.visitor()
    visitor.say("发票")
    agent = with_agent(service, visitor)
    for number in range(40):
        visitor.send("text", {"text": f"补充 {number}"}, wait=0)
    agent("POST", "/close", json={})
    resumed = service.visitor(token=visitor.token)
    assert resumed.session["conversation_id"] != visitor.session["conversation_id"]
    resumed.say("积分")
    found: list[Json] = []
    more, before = True, None
    while more:
        params = {"before": before} if before else {}
        page = resumed.call("GET", "/history", params=params).json()
        found, more, before = page["items"] + found, page["more"], page["items"][0]["id"]
    assert found == visitor.messages() + resumed.messages()
    again = service.visitor(token=visitor.token).session["history"]
    assert (again["items"], again["more"]) == (found[-30:], True)
    assert resumed.call("GET", "/hall").json()["asked"] == ["积分", "发票"]
    foreign = service.visitor().call("GET", "/history", params={"before": before})
    assert foreign.json()["code"] == "message_not_found"
    text = resumed.call("GET", "/transcript").text
    assert text.index("补充 0") < text.index("补充 39") < text.index("积分")
    page = resumed.call("GET", "/transcript", params={"kind": "html"})
    assert page.headers["content-disposition"].startswith("attachment")
    assert "<script" not in page.text
    assert "补充 39" in page.text


def test_a_closed_conversation_can_be_rated_after_a_reload(service: Service) -> None:
    visitor = service.visitor()
    agent = with_agent(service, visitor)
    agent("POST", "/close", json={})
    resumed = service.visitor(token=visitor.token)
    closed = visitor.session["conversation_id"]
    body = {"score": 5, "resolved": True, "tags": ["回复很快"], "conversation_id": closed}
    assert resumed.call("POST", "/rating", json=body).json() == {"score": 5}
    foreign = service.visitor().call("POST", "/rating", json=body)
    assert foreign.json()["code"] == "conversation_not_found"


def test_a_message_left_off_hours_completes_the_one_call_back(start: Callable[..., Service]) -> None:
    service = start(opens_at="09:00", closes_at="09:01", timezone="UTC")
    visitor = service.visitor()
    with time_machine.travel(datetime(2026, 11, 22, 20, tzinfo=UTC), tick=True):
        visitor.say("人工")
        (noted,) = (m["content"]["callback"] for m in visitor.messages() if m["kind"] == "handoff")
        wrong = visitor.call("POST", "/callback", json={"phone": "12345"})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "phone")
        left = visitor.call("POST", "/callback", json={"phone": "13812345678", "text": "包裹破了"})
    assert left.json() == noted
    with service.container.database.read() as session:
        (ticket,) = tickets.list_for(session, visitor.session["customer_id"])
        assert (ticket.payload["phone"], ticket.summary) == ("13812345678", "包裹破了")
    told = visitor.messages()[-1]["content"]["text"]
    assert "138****5678" in told
    assert "13812345678" not in told


def test_who_waits_to_be_called_back_is_at_the_desk_until_somebody_did(
    start: Callable[..., Service],
) -> None:
    service = start(opens_at="09:00", closes_at="09:01", timezone="UTC")
    visitor, staff = service.visitor(), service.staff()
    with time_machine.travel(datetime(2026, 11, 22, 20, tzinfo=UTC), tick=True):
        visitor.say("人工")
        visitor.call("POST", "/callback", json={"phone": "13812345678", "text": "打 13900001111 也行"})
        visitor.call("DELETE", "/handoff")
    here = f"/desk/conversations/{visitor.session['conversation_id']}"
    assert staff("GET", "/desk/counts").json()["callbacks"] == 1
    (item,) = staff("GET", "/desk/conversations", params={"list": "callbacks"}).json()["items"]
    assert item["id"] == visitor.session["conversation_id"]
    shown = staff("GET", here).json()["callback"]
    assert (shown["phone_masked"], shown["text"]) == ("138****5678", "打 139****1111 也行")
    seen = staff("POST", f"{here}/reveal", json={"what": "callback"})
    assert seen.json()["phone"] == "13812345678"

    assert staff("POST", f"{here}/callback/done").status_code == 200
    assert staff("GET", here).json()["callback"] is None
    assert staff("GET", "/desk/counts").json()["callbacks"] == 0
    assert shown["number"] in staff("GET", here).json()["notes"][0]["text"]
    assert staff("POST", f"{here}/callback/done").json()["code"] == "callback_not_found"


@pytest.mark.parametrize("solved", [True, False])
def test_a_conversation_that_ends_solved_ends_its_call_back(
    start: Callable[..., Service], solved: bool
) -> None:
    service = start(opens_at="09:00", closes_at="09:01", timezone="UTC")
    visitor, staff = service.visitor(), service.staff()
    with time_machine.travel(datetime(2026, 11, 22, 20, tzinfo=UTC), tick=True):
        visitor.say("人工")
    here = f"/desk/conversations/{visitor.session['conversation_id']}"
    assert staff("POST", f"{here}/claim").status_code == 200
    assert staff("POST", f"{here}/close", json={"topic": "物流", "solved": solved}).status_code == 200
    assert staff("GET", "/desk/counts").json()["callbacks"] == (0 if solved else 1)
    assert (staff("GET", here).json()["callback"] is None) is solved


def test_who_has_waited_longest_to_be_called_back_comes_first(start: Callable[..., Service]) -> None:
    service = start(opens_at="09:00", closes_at="09:01", timezone="UTC")
    waiting = []
    for hour in (20, 21):
        visitor = service.visitor()
        with time_machine.travel(datetime(2026, 11, 22, hour, tzinfo=UTC), tick=True):
            visitor.say("人工")
            visitor.call("POST", "/callback", json={"phone": "13812345678"})
        waiting.append(visitor.session["conversation_id"])
    items = service.staff()("GET", "/desk/conversations", params={"list": "callbacks"}).json()["items"]
    assert [item["id"] for item in items] == waiting


def test_a_line_of_the_queue_says_what_is_wanted_not_that_a_person_is(service: Service) -> None:
    visitor = service.visitor()
    visitor.say("包裹里少了一只杯子怎么办")
    visitor.say("人工")
    (item,) = service.staff()("GET", "/desk/queue").json()["items"]
    assert item["last_text"] == "包裹里少了一只杯子怎么办"
    visitor.say("是蓝色的那只")
    (item,) = service.staff()("GET", "/desk/queue").json()["items"]
    assert item["last_text"] == "是蓝色的那只"


def test_the_notice_that_stood_there_is_recorded_with_the_first_message(service: Service) -> None:
    visitor = service.visitor()
    version = visitor.session["hall"]["privacy"]["version"]

    def recorded() -> tuple[str, bool]:
        with service.container.database.read() as session:
            customer = session.get_one(Customer, visitor.session["customer_id"])
            return customer.privacy_version, customer.privacy_at is not None

    assert recorded() == ("", False)
    visitor.say("你好")
    assert version
    assert recorded() == (version, True)
