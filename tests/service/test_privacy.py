"""What is kept of a customer can be taken along and erased: really, everywhere, and nothing else with it."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from kefu.analytics.models import Miss
from kefu.bootstrap.models import metadata
from kefu.core.database import Database
from kefu.customers.models import Customer
from kefu.dialogue.models import Turn
from kefu.privacy import requests
from kefu.privacy.erasure import ERASED
from tests.service.conftest import Json, Service, Visitor
from tests.service.test_records import PNG, upload, with_agent

PHONE, STREET, FRIEND = "13812340000", "建设路88号阳光小区", "张三丰"
SECRETS = (PHONE, STREET, FRIEND)


def lived(service: Service, visitor: Visitor) -> str:
    """A customer who leaves traces everywhere: bot, feedback, picture, queue, agent, note, rating, call back."""
    visitor.say(f"我叫{FRIEND}，电话{PHONE}，住{STREET}，发票怎么开")
    (answer,) = visitor.say("退货运费谁出？")
    useless = {"useful": False, "reason": "other", "comment": f"打{PHONE}找我"}
    visitor.call("POST", f"/messages/{answer['id']}/feedback", json=useless)
    upload_id: str = upload(visitor).json()["upload_id"]
    visitor.send("image", {"upload_id": upload_id})
    visitor.call("POST", "/callback", json={"phone": PHONE, "text": f"我是{FRIEND}"})
    agent = with_agent(service, visitor)
    agent("POST", "/notes", json={"text": f"{FRIEND}住{STREET}"})
    agent(
        "POST",
        "/messages",
        json={"client_msg_id": visitor.token[-12:], "content": {"text": f"给您寄到{STREET}"}},
    )
    agent("POST", "/close", json={"solved": True, "topic": "invoice", "cause": f"{FRIEND}的事"})
    rated = {"score": 4, "comment": FRIEND, "conversation_id": visitor.session["conversation_id"]}
    assert visitor.call("POST", "/rating", json=rated).status_code == 200
    service.container.learner.catch_up()
    return upload_id


def left(database: Database) -> dict[str, list[str]]:
    """Every table that still holds one of the secrets, or the signed-in customer's account."""
    found: dict[str, list[str]] = {}
    with database.read() as session:
        for table in metadata.sorted_tables:
            for row in session.execute(sa.select(table)):
                text = json.dumps([str(value) for value in row], ensure_ascii=False)
                text = text.encode().decode("unicode_escape", "ignore") if "\\u" in text else text
                seen = [one for one in SECRETS if one in text or one in str(tuple(row))]
                if seen:
                    found.setdefault(table.name, []).extend(seen)
    return found


def ask(visitor: Visitor) -> Json:
    answer = visitor.call("POST", "/privacy/erasure", json={"confirm": True})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


@pytest.mark.parametrize("who", [None, "demo-signed"])
def test_an_export_holds_everything_and_is_on_record(service: Service, who: str | None) -> None:
    visitor = service.visitor(who)
    upload_id = lived(service, visitor)
    answer = visitor.call("GET", "/privacy/export")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert set(archive.namelist()) == {"data.json", "index.html", f"pictures/{upload_id}.png"}
    assert archive.read(f"pictures/{upload_id}.png") == PNG
    data = json.loads(archive.read("data.json"))
    (conversation, *_) = data["conversations"]
    said = [one["content"].get("text", "") for one in conversation["messages"]]
    assert any(PHONE in text for text in said)
    assert conversation["rating"]["score"] == 4
    assert [one["feedback"]["comment"] for one in conversation["messages"] if "feedback" in one]
    assert data["tickets"][0]["payload"]["phone"] == PHONE
    assert all(PHONE not in one["text"] for one in data["analysed"])
    assert bool(data["orders"]) is (who is not None)
    page = archive.read("index.html").decode()
    assert PHONE in page
    assert "<script" not in page
    assert "option_id" not in str(data)
    kinds = [one["kind"] for one in service_tickets(service, visitor)]
    assert kinds.count("privacy_export") == 1


def test_who_reads_english_takes_along_an_english_page(service: Service) -> None:
    visitor = service.visitor("demo-signed", locale="en")
    visitor.say("你好")
    answer = visitor.call("GET", "/privacy/export")
    page = zipfile.ZipFile(io.BytesIO(answer.content)).read("index.html").decode()
    assert '<html lang="en">' in page
    for words in ("What is kept of me", "Shop account", "Orders of the shop"):
        assert words in page
    assert "基本信息" not in page


def service_tickets(service: Service, visitor: Visitor) -> list[Json]:
    with service.container.database.read() as session:
        rows = session.execute(
            sa.text("SELECT kind, state, number FROM tickets WHERE customer_id = :id"),
            {"id": visitor.session["customer_id"]},
        )
        return [dict(row._mapping) for row in rows]


def test_nobody_exports_another(service: Service) -> None:
    service.visitor("demo-signed").say("你好")
    assert service.client.get("/api/v1/visitor/privacy/export").status_code == 401
    data = service.visitor().call("GET", "/privacy/export").content
    assert "demo-signed" not in zipfile.ZipFile(io.BytesIO(data)).read("data.json").decode()


def test_a_request_has_a_number_and_a_deadline_and_can_be_taken_back(service: Service) -> None:
    visitor = service.visitor()
    visitor.say("你好")
    assert visitor.call("POST", "/privacy/erasure", json={}).status_code == 422
    assert visitor.call("DELETE", "/privacy/erasure").json()["code"] == "erasure_not_found"
    first, again = ask(visitor), ask(visitor)
    assert first == again
    due = datetime.fromisoformat(first["erasure"]["due_at"])
    assert timedelta(days=14) < due - datetime.now(UTC) <= timedelta(days=15)
    told = visitor.messages()[-1]["content"]["text"]
    assert first["erasure"]["number"] in told
    assert visitor.call("DELETE", "/privacy/erasure").json()["erasure"] is None
    assert visitor.call("GET", "/privacy").json()["erasure"] is None
    assert [one["state"] for one in service_tickets(service, visitor)] == ["withdrawn"]


@pytest.mark.parametrize("who", [None, "demo-signed"])
def test_erasing_leaves_nothing_of_the_person_and_everything_of_others(
    service: Service, data_dir: Path, who: str | None
) -> None:
    visitor, other = service.visitor(who), service.visitor("demo-stuck")
    other.say("快递")
    before = other.messages()
    upload_id = lived(service, visitor)
    assert set(left(service.container.database)) >= {
        "messages",
        "events",
        "tickets",
        "notes",
        "ratings",
    }
    number = ask(visitor)["erasure"]["number"]
    administrator = service.staff("admin")
    listed = administrator("GET", "/desk/privacy/erasures").json()["items"]
    assert [one["number"] for one in listed] == [number]
    erased = administrator("POST", f"/desk/privacy/erasures/{number}")
    assert erased.status_code == 200, erased.text
    assert erased.json()["counts"]["pictures"] == 1

    assert left(service.container.database) == {}
    assert not (data_dir / "uploads" / upload_id).exists()
    with service.container.database.read() as session:
        row = session.get_one(Customer, visitor.session["customer_id"])
        assert (row.external_id, row.name, row.phone, row.context) == (None, "", "", {})
    again = administrator("POST", f"/desk/privacy/erasures/{number}")
    assert (again.status_code, again.json()["code"]) == (404, "erasure_not_found")
    # Their conversation is there for the shop's own counts, but says nothing.
    shown = administrator("GET", f"/desk/conversations/{visitor.session['conversation_id']}").json()
    assert {one["content"]["text"] for one in shown["transcript"]} == {ERASED}
    # The token is worth nothing; the same person begins anew.
    assert visitor.call("GET", "/hall").json()["code"] == "token_invalid"
    anew = service.visitor(who, token=visitor.token)
    assert anew.session["customer_id"] != visitor.session["customer_id"]
    assert anew.session["history"]["items"] == []
    assert bool(anew.session["hall"]["orders"]) is (who is not None)
    assert other.messages() == before


def test_who_was_a_guest_first_is_erased_as_a_whole(service: Service) -> None:
    guest = service.visitor()
    guest.say(f"电话{PHONE}")
    guest.call("POST", "/callback", json={"phone": PHONE})
    known = service.visitor("demo-new", token=guest.token)
    number = ask(known)["erasure"]["number"]
    service.staff("admin")("POST", f"/desk/privacy/erasures/{number}")
    assert left(service.container.database) == {}
    assert guest.call("GET", "/hall").json()["code"] == "token_invalid"


def test_only_administrators_erase_and_never_in_the_middle_of_a_talk(service: Service) -> None:
    visitor = service.visitor()
    agent = with_agent(service, visitor)
    number = ask(visitor)["erasure"]["number"]
    for who in ("agent1", "editor"):
        refused = service.staff(who)("POST", f"/desk/privacy/erasures/{number}")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    busy = service.staff("admin")("POST", f"/desk/privacy/erasures/{number}")
    assert (busy.status_code, busy.json()["code"]) == (409, "conversation_with_agent")
    agent("POST", "/close", json={})
    assert service.staff("admin")("POST", f"/desk/privacy/erasures/{number}").status_code == 200


def test_what_nobody_carried_out_is_carried_out_when_due(service: Service, data_dir: Path) -> None:
    visitor = service.visitor()
    visitor.say(f"电话{PHONE}")
    ask(visitor)
    database, pictures = service.container.database, data_dir / "uploads"
    assert requests.carry_out_due(database, pictures) == 0
    with time_machine.travel(datetime.now(UTC) + timedelta(days=15, minutes=1), tick=True):
        assert requests.carry_out_due(database, pictures) == 1
        assert requests.carry_out_due(database, pictures) == 0
    assert left(database) == {}


def test_traces_and_analysis_hold_no_personal_data(service: Service) -> None:
    visitor = service.visitor()
    visitor.say(f"我叫{FRIEND}，电话{PHONE}，住{STREET}，奥特曼几点上班")
    service.container.learner.catch_up()
    with service.container.database.read() as session:
        (trace,) = session.scalars(sa.select(Turn.trace))
        analysed = list(session.scalars(sa.select(Miss.text)))
    assert "奥特曼" in trace["text"]
    assert not [one for one in (PHONE, FRIEND, "88号") if one in str(trace) + str(analysed)]


@pytest.mark.parametrize("who", [None, "demo-signed"])
def test_asking_for_it_shows_where_it_is_done(start: Callable[..., Service], who: str | None) -> None:
    replies = start().visitor(who).say("怎么查看、导出或删除我的个人信息？")
    assert [one["kind"] for one in replies] == ["answer", "card"]
    assert replies[1]["content"]["type"] == "privacy"
    assert all("身份" not in one["title"] for one in replies[0]["content"]["related"])
