"""What a customer writes of themselves, as colleagues see it: veiled everywhere until somebody looks, which is audited."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kefu.accounts.models import AuditEntry
from kefu.core.outbox import Event
from kefu.gateway.desk import veiling
from tests.service.conftest import Json, Service, Visitor, queued

Staff = Callable[..., Any]
SAID = "我的手机13812345678，寄到浙江省杭州市西湖区文三路88号3幢502室，订单YS202611190012"
VEILED = "我的手机138****5678，寄到浙江省杭州市西湖区****，订单YS202611190012"


def test_an_event_is_veiled_once_for_all_desks() -> None:
    said = {"sender": "customer", "content": {"text": SAID}}
    told = Event("message.created", "c", said, event_id=1)
    assert VEILED in veiling.text(told)
    assert veiling.text(told) is veiling.text(told)
    assert SAID in told.text, "the customer's own page shows it all"


@pytest.fixture
def one(service: Service) -> Staff:
    return service.staff("agent1")


@pytest.fixture
def visitor(service: Service, one: Staff) -> Visitor:
    visitor = queued(service)
    one("POST", path(visitor, "/claim"))
    visitor.say(SAID)
    return visitor


def path(visitor: Visitor, more: str = "") -> str:
    return f"/desk/conversations/{visitor.session['conversation_id']}{more}"


def last(one: Staff, visitor: Visitor) -> Json:
    found: Json = one("GET", path(visitor)).json()["transcript"][-1]
    return found


def test_the_desk_shows_the_ends_of_numbers_only(one: Staff, visitor: Visitor) -> None:
    message = last(one, visitor)
    assert (message["content"]["text"], message["veiled"]) == (VEILED, True)
    (line,) = one("GET", "/desk/conversations", params={"list": "mine"}).json()["items"]
    assert line["last_message"] == VEILED
    events = one("GET", "/desk/events").json()["items"]
    told = [event["data"] for event in events if event["type"] == "message.created"]
    assert [one_["content"]["text"] for one_ in told if one_["sender"] == "customer"][-1] == VEILED
    (found,) = one("GET", "/desk/search", params={"q": "文三路"}).json()["items"]
    assert "文三路" not in found["hits"][0]["text"]


def test_the_customer_sees_the_own_words(visitor: Visitor) -> None:
    message = visitor.messages()[-1]
    assert message["content"]["text"] == SAID
    assert not message["veiled"]


def test_looking_shows_everything_and_is_written_down(service: Service, one: Staff, visitor: Visitor) -> None:
    message = last(one, visitor)
    body = {"what": "message", "message_id": message["id"]}
    assert one("POST", path(visitor, "/reveal"), json=body).json()["content"]["text"] == SAID
    with service.container.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "reveal")).one()
    assert entry.data == {"what": f"message {message['id']}"}


def test_a_message_is_looked_at_in_its_own_conversation_only(
    service: Service, one: Staff, visitor: Visitor
) -> None:
    other = queued(service)
    body = {"what": "message", "message_id": last(one, visitor)["id"]}
    assert one("POST", path(other, "/reveal"), json=body).status_code == 404
    assert one("POST", path(other, "/reveal"), json={"what": "message"}).status_code == 404


def test_a_quote_hides_what_it_quotes(one: Staff, visitor: Visitor) -> None:
    message = last(one, visitor)
    body = {"client_msg_id": "q1", "content": {"text": "收到"}, "quote_id": message["id"]}
    assert one("POST", path(visitor, "/messages"), json=body).status_code == 200
    assert last(one, visitor)["content"]["quote"]["text"] == VEILED
