"""Order tools at the desk: what agents see of orders, what they do for customers, once, and personal data in clear."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from kefu.accounts.models import AuditEntry
from kefu.commerce.demo import DemoCommerce
from kefu.commerce.errors import ShopUnavailable
from kefu.commerce.models import CommerceReceipt
from kefu.commerce.ports import Command, Receipt
from kefu.tickets.models import Ticket
from tests.service.conftest import Json, Service, Visitor

Staff = Callable[..., Any]


@pytest.fixture
def one(service: Service) -> Staff:
    return service.staff("agent1")


def served(service: Service, agent: Staff, external_id: str | None) -> Visitor:
    """A customer whom this agent serves."""
    visitor = service.visitor(external_id)
    visitor.say("人工")
    assert agent("POST", path(visitor, "/claim")).status_code == 200
    return visitor


def path(visitor: Visitor, more: str) -> str:
    return f"/desk/conversations/{visitor.session['conversation_id']}{more}"


def first_order(agent: Staff, visitor: Visitor) -> Json:
    found: Json = agent("GET", path(visitor, "/orders")).json()["items"][0]
    return found


def ask(agent: Staff, visitor: Visitor, tool: str, order_no: str | None, **values: str) -> Any:
    body = {"request_id": uuid4().hex, "tool": tool, "order_no": order_no, "values": values}
    return agent("POST", path(visitor, "/tools"), json=body)


def test_an_agent_sees_orders_and_what_their_state_allows(service: Service, one: Staff) -> None:
    visitor = served(service, one, "demo-in_transit")
    answer = one("GET", path(visitor, "/orders")).json()
    assert answer["verified"]
    assert answer["available"]
    order = answer["items"][0]
    assert order["logistics"]["timeline"]
    assert "*" in order["order"]["phone"]
    why = {tool["form_id"]: tool["why_not"] for tool in order["tools"]}
    assert why["urge"] is None
    assert "不能取消" in why["cancel_order"]
    refund = next(tool for tool in answer["tools"] if tool["form_id"] == "refund_request")
    assert [field["name"] for field in refund["fields"]] == ["reason", "description", "amount"]


def test_a_request_happens_once_and_the_customer_is_told(service: Service, one: Staff) -> None:
    visitor = served(service, one, "demo-signed")
    order_no = first_order(one, visitor)["order"]["order_no"]
    body = {
        "request_id": "r1",
        "tool": "return_request",
        "order_no": order_no,
        "values": {"reason": "质量问题"},
    }
    first, again = (one("POST", path(visitor, "/tools"), json=body) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    number = first.json()["number"]
    told = [message for message in visitor.messages() if number in str(message["content"])]
    assert [(message["sender"], message["kind"]) for message in told] == [
        ("agent", "text"),
        ("agent", "card"),
    ]
    assert first_order(one, visitor)["order"]["state"] == "return_requested"
    other = one("POST", path(visitor, "/tools"), json=body | {"values": {"reason": "其他"}})
    assert (other.status_code, other.json()["code"]) == (409, "request_id_reused")
    with service.container.database.read() as session:
        assert len(list(session.scalars(select(CommerceReceipt)))) == 1
        entry = session.scalar(select(AuditEntry).where(AuditEntry.action == "order_tool"))
        assert entry is not None
        assert entry.data["number"] == number


def test_what_is_wrong_is_said_and_nothing_happens(service: Service, one: Staff) -> None:
    visitor = served(service, one, "demo-in_transit")
    order_no = first_order(one, visitor)["order"]["order_no"]
    refused = ask(one, visitor, "cancel_order", order_no, reason="不想要了")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_allowed_in_state")
    wrong = ask(one, visitor, "refund_request", order_no, reason="天气不好", colour="红")
    assert {error["field"] for error in wrong.json()["errors"]} == {"reason", "colour"}
    assert ask(one, visitor, "urge", "YS000000000000").json()["code"] == "order_not_found"
    assert ask(one, visitor, "identity", None).json()["code"] == "unknown_form"
    assert all(message["sender"] != "agent" for message in visitor.messages())


def test_only_who_holds_the_conversation_acts_and_only_for_known_customers(
    service: Service, one: Staff
) -> None:
    visitor = served(service, one, "demo-signed")
    order_no = first_order(one, visitor)["order"]["order_no"]
    two = service.staff("agent2")
    assert ask(two, visitor, "urge", order_no).json()["code"] in {
        "not_your_conversation",
        "not_allowed_in_state",
    }
    stranger = served(service, one, None)
    assert not one("GET", path(stranger, "/orders")).json()["verified"]
    assert ask(one, stranger, "urge", order_no).json()["code"] == "identity_not_verified"


def test_a_complaint_becomes_a_ticket_of_the_first_owner(service: Service, one: Staff) -> None:
    visitor = served(service, one, "demo-signed")
    answer = ask(one, visitor, "complaint", None, subject="快递", description="送到驿站没有通知")
    assert answer.json()["number"].startswith("GD")
    with service.container.database.read() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.number == answer.json()["number"])).one()
        assert ticket.first_owner_id == one("GET", "/auth/me").json()["user"]["id"]


class AwayOnce(DemoCommerce):
    """A shop that does what it is asked, but whose first answer is lost."""

    lost = False

    async def perform(self, command: Command, *, idempotency_key: str) -> Receipt:
        receipt = await super().perform(command, idempotency_key=idempotency_key)
        if not self.lost:
            self.lost = True
            raise ShopUnavailable("商城没有及时回应，结果还不知道，请稍后再试。")
        return receipt


@pytest.mark.parametrize("by", ["asking again", "a restart"])
def test_a_lost_answer_of_the_shop_is_asked_for_under_the_same_key(
    start: Callable[..., Service], by: str
) -> None:
    service = start()
    shop = AwayOnce(service.container.database)
    service = start(commerce=shop)
    one = service.staff("agent1")
    visitor = served(service, one, "demo-paid")
    order_no = first_order(one, visitor)["order"]["order_no"]
    body = {"request_id": "r1", "tool": "urge", "order_no": order_no, "values": {}}
    away = one("POST", path(visitor, "/tools"), json=body)
    assert (away.status_code, away.json()["code"]) == (503, "shop_unavailable")
    if by == "a restart":
        with service.container.database.read() as session:
            number = session.scalars(select(CommerceReceipt)).one().number
        restarted = start(commerce=shop)
        assert (
            restarted.staff("agent1")("POST", path(visitor, "/tools"), json=body).json()["number"] == number
        )
    else:
        number = one("POST", path(visitor, "/tools"), json=body).json()["number"]
    assert (
        sum(number in str(message["content"]) for message in visitor.messages()) == 2
    )  # the words and the card
    with service.container.database.read() as session:
        assert len(list(session.scalars(select(CommerceReceipt)))) == 1


def test_personal_data_is_masked_until_somebody_looks_which_is_written_down(
    service: Service, one: Staff
) -> None:
    visitor = served(service, one, "demo-signed")
    order = first_order(one, visitor)["order"]
    clear = one(
        "POST", path(visitor, "/reveal"), json={"what": "order", "order_no": order["order_no"]}
    ).json()
    assert clear["phone"][-4:] == order["phone"][-4:]
    assert "*" not in clear["phone"] + clear["address"] + clear["name"]
    assert one("POST", path(visitor, "/reveal"), json={"what": "customer"}).status_code == 200
    unknown = one("POST", path(visitor, "/reveal"), json={"what": "order", "order_no": "YS1"})
    assert unknown.json()["code"] == "order_not_found"
    with service.container.database.read() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "reveal").order_by(AuditEntry.at)
        )
        assert [entry.data["what"] for entry in entries] == [f"order {order['order_no']}", "customer"]
