"""What is counted, searched and kept for supervisors: targets, promises, alerts, the board, search, the audit log."""

import csv
import io
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, event, select, text, update
from sqlalchemy.exc import DatabaseError

from kefu.accounts.models import AuditEntry, StaffSession
from kefu.accounts.models import Staff as StaffRow
from kefu.conversations.models import Conversation
from kefu.gateway.desk import views
from kefu.routing.models import QueueEntry
from tests.service.conftest import Json, Service, Visitor, queued

Staff = Callable[..., Any]


@pytest.fixture
def one(service: Service) -> Staff:
    return service.staff("agent1")


@pytest.fixture
def manager(service: Service) -> Staff:
    return service.staff("manager")


def path(visitor: Visitor, more: str = "") -> str:
    return f"/desk/conversations/{visitor.session['conversation_id']}{more}"


def say(staff: Staff, visitor: Visitor, words: str) -> Any:
    body = {"client_msg_id": uuid4().hex, "content": {"text": words}}
    return staff("POST", path(visitor, "/messages"), json=body)


def served(service: Service, staff: Staff, external_id: str | None = None) -> Visitor:
    visitor = queued(service) if external_id is None else service.visitor(external_id)
    if external_id is not None:
        visitor.say("人工")
    staff("POST", path(visitor, "/claim"))
    return visitor


def test_a_promise_shows_on_the_conversation_and_is_kept_or_none(service: Service, one: Staff) -> None:
    service.container.keeper.run_once()
    visitor = served(service, one)
    say(one, visitor, "我去核实，半小时内给您回复。")
    service.container.keeper.run_once()
    (mine,) = one("GET", "/desk/promises").json()["items"]
    assert mine["conversation_id"] == visitor.session["conversation_id"]
    kinds = {row["kind"]: row for row in one("GET", path(visitor)).json()["commitments"]}
    assert kinds["promise"]["text"] == "我去核实，半小时内给您回复。"
    assert kinds["resolution"]["state"] == "paused"
    end = f"/desk/promises/{mine['promise']['id']}/end"
    assert service.staff("agent2")("POST", end, json={"kept": True}).json()["code"] == "not_your_promise"
    assert one("POST", end, json={"kept": False}).json()["code"] == "reason_missing"
    assert one("POST", end, json={"kept": True}).json()["state"] == "kept"
    assert one("POST", end, json={"kept": True}).json()["code"] == "promise_ended"
    past = {"text": "回电", "due_at": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()}
    assert one("POST", path(visitor, "/promises"), json=past).json()["code"] == "promise_in_the_past"
    later = past | {"due_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    assert one("POST", path(visitor, "/promises"), json=later).json()["state"] == "running"


def test_the_board_counts_and_alerts(service: Service, one: Staff, manager: Staff) -> None:
    service.container.keeper.run_once()
    late, quick = queued(service), queued(service)
    service.container.keeper.run_once()
    long_ago = datetime.now(UTC) - timedelta(seconds=service.container.settings.alert_wait_seconds + 30)
    with service.container.database.write() as session:
        waiting = QueueEntry.conversation_id == late.session["conversation_id"]
        session.execute(update(QueueEntry).where(waiting).values(entered_at=long_ago))
    board = manager("GET", "/desk/board").json()
    assert board["waiting"] == 2
    assert any("没有坐席在线" in alert for alert in board["alerts"])
    assert any("最久已等 3 分" in alert for alert in board["alerts"])
    one("POST", path(quick, "/claim"))
    say(one, quick, "您好")
    service.container.keeper.run_once()
    board = manager("GET", "/desk/board").json()
    first = next(line for line in board["service"] if line["kind"] == "first_response")
    assert (first["kept"], first["open"]) == (1, 1)
    team = next(line for line in board["teams"] if line["name"] == "default")
    assert (team["handed_over"], team["kept"]) == (2, 1)
    agent = next(line for line in board["agents"] if line["number"] == "1001")
    assert agent["first_reply_average"] is not None
    hour = datetime.now(UTC).astimezone(service.container.settings.zone).hour
    assert board["today"]["hours"][hour]["claimed"] == 1
    assert one("GET", "/desk/board").status_code == 403


def test_managers_set_targets(service: Service, one: Staff, manager: Staff) -> None:
    items: list[Json] = manager("GET", "/desk/targets").json()["items"]
    assert [target["level"] for target in items] == ["urgent", "high", "normal"]
    items[-1]["first_seconds"] = 30
    assert one("PUT", "/desk/targets", json={"items": items}).status_code == 403
    assert manager("PUT", "/desk/targets", json={"items": items}).status_code == 200
    assert manager("GET", "/desk/targets").json()["items"] == items
    assert manager("PUT", "/desk/targets", json={"items": items[:2]}).json()["code"] == "targets_incomplete"
    assert (
        manager("PUT", "/desk/targets", json={"items": items + items[:1]}).json()["code"] == "targets_overlap"
    )


def found(staff: Staff, **query: str) -> list[str]:
    items = staff("GET", "/desk/search", params=query).json()["items"]
    return [item["conversation"]["id"] for item in items]


def test_search_finds_words_people_numbers_and_tags(service: Service, one: Staff) -> None:
    visitor, other = served(service, one, "demo-signed"), served(service, one)
    here = visitor.session["conversation_id"]
    say(one, visitor, "您反映的保温杯漏水问题已经登记")
    (item,) = one("GET", "/desk/search", params={"q": "保温杯漏水"}).json()["items"]
    assert item["conversation"]["id"] == here
    assert "保温杯漏水" in item["hits"][0]["text"]
    assert item["hits"][0]["seq"]
    order_no = one("GET", path(visitor, "/orders")).json()["items"][0]["order"]["order_no"]
    say(one, visitor, f"订单 {order_no} 查到了")
    assert found(one, q=order_no) == [here]
    name = one("GET", path(visitor)).json()["customer"]["name"]
    assert found(one, q=name) == [here]
    one("PUT", path(visitor, "/tags"), json={"tags": ["易碎品"], "of": "conversation"})
    one("PUT", path(other, "/tags"), json={"tags": ["老客户"]})
    assert found(one, tag="易碎品") == [here]
    assert found(one, tag="老客户") == [other.session["conversation_id"]]
    assert set(one("GET", "/desk/tags").json()["items"]) == {"易碎品", "老客户"}
    assert found(one, q="option_id") == []  # not what a person can read
    assert found(one, q="") == []


def test_search_shows_only_what_one_may_see(service: Service, one: Staff) -> None:
    visitor = served(service, one)
    say(one, visitor, "只给本组看的话")
    two = service.staff("agent2")
    assert found(two, q="只给本组看") == [visitor.session["conversation_id"]]
    with service.container.database.write() as session:
        session.get_one(Conversation, visitor.session["conversation_id"]).team = "other"
    assert found(two, q="只给本组看") == []
    assert found(service.staff("manager"), q="只给本组看") == [visitor.session["conversation_id"]]


def test_a_list_costs_the_same_whatever_its_length(service: Service) -> None:
    database, here = service.container.database, threading.get_ident()
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if threading.get_ident() == here:  # the routing reads too, on threads of its own
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)

    def costs() -> list[int]:
        with database.read() as session:
            person = session.scalars(select(StaffRow).where(StaffRow.username == "agent1")).one()
            counts = []
            for read in (views.queue, lambda s, p: views.listing(s, p, "all", None, None), views.counts):
                statements.clear()
                read(session, person)
                counts.append(len(statements))
            return counts

    queued(service)
    few = costs()
    for _ in range(4):
        queued(service)
    assert costs() == few


def test_the_audit_log_is_filtered_exported_and_cannot_be_changed(
    service: Service, one: Staff, manager: Staff
) -> None:
    body = {"username": "agent1", "password": "wrong"}
    assert service.client.post("/api/v1/auth/login", json=body).status_code == 401
    visitor = served(service, one)
    one("POST", path(visitor, "/reveal"), json={"what": "customer"})
    assert one("GET", "/desk/audit").status_code == 403
    page = manager("GET", "/desk/audit", params={"username": "agent1"}).json()
    assert [entry["action"] for entry in page["items"]] == ["reveal", "login"]
    assert {"login", "login_failed", "reveal"} <= set(page["actions"])
    (failed,) = manager("GET", "/desk/audit", params={"action": "login_failed"}).json()["items"]
    assert failed["subject"] == "agent1"
    lines = list(csv.reader(io.StringIO(manager("GET", "/desk/audit/export").text.removeprefix("\ufeff"))))
    assert lines[0][0] == "时间"
    assert {line[3] for line in lines[1:]} >= {"reveal", "export_audit"}
    for change in (delete(AuditEntry), update(AuditEntry).values(action="nothing")):
        with pytest.raises(DatabaseError, match="append-only"), service.container.database.write() as session:
            session.execute(change)


def test_a_sign_in_ends(service: Service, one: Staff) -> None:
    with service.container.database.write() as session:
        session.execute(update(StaffSession).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert one("GET", "/desk/counts").json()["code"] == "login_required"
    with service.container.database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM staff_sessions"))


def test_an_upload_of_another_team_stays_closed_to_who_knows_its_id(service: Service, one: Staff) -> None:
    visitor = served(service, one)
    picture = {"file": ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png")}
    upload = one("POST", path(visitor, "/uploads"), files=picture).json()["upload_id"]
    two = service.staff("agent2")
    assert two("GET", f"/desk/uploads/{upload}").status_code == 200  # the same team
    with service.container.database.write() as session:
        session.get_one(Conversation, visitor.session["conversation_id"]).team = "other"
    assert two("GET", f"/desk/uploads/{upload}").json()["code"] == "upload_not_found"
    assert one("GET", f"/desk/uploads/{upload}").status_code == 200
