"""The desk over HTTP: who sees what, lists, phrases, transfers, first owner, supervisors, teams, business days."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.service.conftest import Service, Visitor, queued

Staff = Callable[..., Any]


@pytest.fixture
def one(service: Service) -> Staff:
    return service.staff("agent1")


@pytest.fixture
def two(service: Service) -> Staff:
    return service.staff("agent2")


@pytest.fixture
def manager(service: Service) -> Staff:
    return service.staff("manager")


def path(visitor: Visitor, more: str = "") -> str:
    return f"/desk/conversations/{visitor.session['conversation_id']}{more}"


def me(staff: Staff) -> str:
    return str(staff("GET", "/auth/me").json()["user"]["id"])


def say(staff: Staff, visitor: Visitor, text: str) -> Any:
    return staff(
        "POST", path(visitor, "/messages"), json={"client_msg_id": uuid4().hex, "content": {"text": text}}
    )


def ids(staff: Staff, name: str) -> list[str]:
    items = staff("GET", "/desk/conversations", params={"list": name}).json()["items"]
    return [item["id"] for item in items]


def test_lists_and_counts(service: Service, one: Staff, two: Staff) -> None:
    mine, waits = queued(service), queued(service)
    one("POST", path(mine, "/claim"))
    assert ids(one, "mine") == ids(two, "team") == [mine.session["conversation_id"]]
    assert ids(two, "mine") == []
    mine.say("在吗")
    counts = one("GET", "/desk/counts").json()
    assert (counts["mine"], counts["queue"], counts["responsible"], counts["unread"]) == (1, 1, 1, 3)
    (item,) = one("GET", "/desk/conversations", params={"list": "mine"}).json()["items"]
    assert item["unread"] == 3  # what the customer wrote to the bot, too
    assert item["awaiting_since"]
    assert waits.session["conversation_id"] in ids(one, "all")


def test_an_agent_sees_own_and_team_conversations_only(
    service: Service, one: Staff, two: Staff, manager: Staff
) -> None:
    vip = {"name": "vip", "title": "贵宾组"}
    assert manager("PUT", "/desk/teams/vip", json=vip).status_code == 200
    manager("PUT", f"/desk/agents/{me(two)}/teams", json={"team": "vip"})
    visitor = queued(service)
    assert len(one("GET", "/desk/queue").json()["items"]) == 1
    assert two("GET", "/desk/queue").json()["items"] == []
    assert two("GET", path(visitor)).json()["code"] == "conversation_not_found"
    sent = visitor.call("POST", "/uploads", files={"file": ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100)})
    picture = f"/desk/uploads/{sent.json()['upload_id']}"
    assert (one("GET", picture).status_code, two("GET", picture).status_code) == (200, 404)
    assert two("POST", path(visitor, "/claim")).status_code == 404
    assert two("GET", "/desk/events").json()["items"] == []
    assert one("GET", "/desk/events").json()["items"]
    one("POST", path(visitor, "/claim"))
    one("POST", path(visitor, "/transfer"), json={"team": "vip", "note": "贵宾"})
    assert len(two("GET", "/desk/queue").json()["items"]) == 1
    assert one("GET", path(visitor)).status_code == 200  # who was first stays responsible, and sees it
    assert manager("DELETE", "/desk/teams/vip").json()["code"] == "team_in_use"


def test_ready_phrases(one: Staff, two: Staff, manager: Staff) -> None:
    own = one("POST", "/desk/canned", json={"code": "fp", "text": "您的发票已开具"}).json()
    assert own["keys"][1].startswith("ndfp")
    again = one("POST", "/desk/canned", json={"code": "fp", "text": "重复"})
    assert again.json()["code"] == "canned_code_taken"
    shared = {"code": "all", "text": "团队的话", "shared": True}
    assert one("POST", "/desk/canned", json=shared).json()["code"] == "not_permitted"
    team = manager("POST", "/desk/canned", json=shared).json()
    assert [item["code"] for item in two("GET", "/desk/canned").json()["items"]] == ["all"]
    assert two("DELETE", f"/desk/canned/{own['id']}").json()["code"] == "canned_not_found"
    assert one("PUT", f"/desk/canned/{team['id']}", json=shared).json()["code"] == "not_permitted"
    changed = one("PUT", f"/desk/canned/{own['id']}", json={"code": "fp2", "text": "已开票"}).json()
    assert (changed["code"], changed["text"]) == ("fp2", "已开票")
    assert one("DELETE", f"/desk/canned/{own['id']}").status_code == 204
    assert [item["code"] for item in one("GET", "/desk/canned").json()["items"]] == ["all"]


def test_a_returned_transfer_stays_where_it_was(service: Service, one: Staff, two: Staff) -> None:
    visitor = queued(service)
    one("POST", path(visitor, "/claim"))
    two("POST", "/desk/presence", json={"status": "online"})
    one("POST", path(visitor, "/transfer"), json={"agent_id": me(two), "note": "懂发票"})
    assert ids(two, "mine") == [visitor.session["conversation_id"]]
    again = one("POST", path(visitor, "/transfer"), json={"agent_id": me(two)})
    assert again.json()["code"] == "transfer_pending"
    two("POST", path(visitor, "/transfer/return"), json={"note": "我不懂发票"})
    shown = one("GET", path(visitor)).json()
    assert shown["agent"]["id"] == me(one)
    assert shown["transfer"] is None
    assert [note["text"] for note in shown["notes"]] == ["转接：懂发票", "转接被退回：我不懂发票"]
    assert two("POST", path(visitor, "/transfer/accept")).json()["code"] == "no_transfer"


def test_the_first_owner_is_responsible_until_a_reply_is_on_record(
    service: Service, one: Staff, two: Staff
) -> None:
    visitor = queued(service)
    one("POST", path(visitor, "/claim"))
    two("POST", "/desk/presence", json={"status": "online"})
    one("POST", path(visitor, "/transfer"), json={"agent_id": me(two), "note": "请跟进"})
    two("POST", path(visitor, "/transfer/accept"))
    shown = two("GET", path(visitor)).json()
    assert (shown["agent"]["name"], shown["responsible"]["name"]) == ("陈一帆", "林小溪")
    wrap_up = {"topic": "发票", "solved": False, "cause": "系统问题", "summary": "等财务"}
    assert two("POST", path(visitor, "/close"), json=wrap_up).json()["state"] == "closed"
    assert ids(one, "responsible") == [visitor.session["conversation_id"]]
    refused = two("POST", path(visitor, "/discharge"), json={"reply": "已答复"})
    assert refused.json()["code"] == "not_permitted"
    one("POST", path(visitor, "/discharge"), json={"reply": "电话告知发票周三寄出"})
    assert ids(one, "responsible") == []
    shown = one("GET", path(visitor)).json()
    assert shown["notes"][-1]["text"] == "答复记录：电话告知发票周三寄出"
    assert shown["wrap_up"] == {"topic": "发票", "solved": False, "cause": "系统问题"}


def test_supervisors_take_over_assign_and_force_presence(
    service: Service, one: Staff, two: Staff, manager: Staff
) -> None:
    visitor, other = queued(service), service.visitor()
    other.say("快递")
    one("POST", path(visitor, "/claim"))
    assert two("POST", path(visitor, "/take-over")).json()["code"] == "not_permitted"
    assert two("POST", path(other, "/take-over")).json()["state"] == "human"  # from the bot, everybody may
    assert manager("POST", path(visitor, "/take-over")).json()["state"] == "human"
    assert say(one, visitor, "我还在").json()["code"] == "not_your_conversation"
    refused = manager("POST", path(visitor, "/assign"), json={"agent_id": me(one)})
    assert refused.json()["code"] == "agent_not_online"
    forced = manager("POST", f"/desk/agents/{me(one)}/presence", json={"status": "online"})
    assert forced.json()["status"] == "online"
    assert manager("POST", path(visitor, "/assign"), json={"agent_id": me(one)}).json()["state"] == "human"
    assert say(one, visitor, "我又来了").status_code == 200
    assert two("GET", "/desk/board").json()["code"] == "not_permitted"
    board = manager("GET", "/desk/board").json()
    assert board["states"]["human"] == 2
    assert {agent["number"]: agent["held"] for agent in board["agents"]}["1001"] == 1
    assert board["today"]["handed_over"] == 1


def test_a_whisper_reaches_the_agent_and_not_the_customer(
    service: Service, one: Staff, manager: Staff
) -> None:
    visitor = queued(service)
    one("POST", path(visitor, "/claim"))
    before = visitor.messages()
    manager("POST", path(visitor, "/notes"), json={"text": "@林小溪 先安抚", "mentions": [me(one)]})
    (note,) = one("GET", path(visitor)).json()["notes"]
    assert (note["text"], note["mentions"]) == ("@林小溪 先安抚", [me(one)])
    assert visitor.messages() == before
    assert "note.created" not in [event["type"] for event in visitor.call("GET", "/events").json()["items"]]


def test_a_long_transcript_comes_in_pages(service: Service, one: Staff) -> None:
    visitor = queued(service)
    one("POST", path(visitor, "/claim"))
    for number in range(110):
        say(one, visitor, f"第 {number} 句")
    shown = one("GET", path(visitor)).json()
    assert (len(shown["transcript"]), shown["older"]) == (100, True)
    first = shown["transcript"][0]["seq"]
    page = one("GET", path(visitor, "/messages"), params={"before_seq": first}).json()
    assert [message["seq"] for message in page["items"]] == list(range(1, first))
    assert page["older"] is False


def test_tags_and_earlier_conversations(service: Service, one: Staff) -> None:
    visitor = queued(service)
    one("POST", path(visitor, "/claim"))
    assert one("PUT", path(visitor, "/tags"), json={"tags": ["开发票", " 开发票", "急"]}).json() == {
        "tags": ["开发票", "急"]
    }
    one("POST", path(visitor, "/close"), json={"topic": "发票", "solved": True})
    later = visitor.send("text", {"text": "发票"})["message"]["conversation_id"]
    shown = one("GET", f"/desk/conversations/{later}").json()
    assert shown["customer"]["tags"] == ["开发票", "急"]
    assert [(item["id"], item["solved"]) for item in shown["earlier"]] == [
        (visitor.session["conversation_id"], True)
    ]


def test_managers_keep_the_calendar(one: Staff, manager: Staff) -> None:
    day = {"day": "2026-12-31", "name": "盘点", "open": False}
    assert one("PUT", "/desk/calendar/2026-12-31", json=day).json()["code"] == "not_permitted"
    assert manager("PUT", "/desk/calendar/2026-12-31", json=day).json()["name"] == "盘点"
    loaded = manager("POST", "/desk/calendar/holidays/2026").json()["items"]
    assert {"2026-10-01": False, "2026-10-10": True}.items() <= {
        item["day"]: item["open"] for item in loaded
    }.items()
    assert manager("DELETE", "/desk/calendar/2026-12-31").status_code == 204
    assert manager("POST", "/desk/calendar/holidays/1999").json()["code"] == "holidays_unknown"
