"""Which of several orders is meant: the one that was clicked, named, or is on the page of the shop."""

import pytest

from tests.service.conftest import Json, Service, Visitor

NEWEST, OLDER = 0, 1


def order_of(form: Json) -> str | None:
    """The order that a form is about, None where it asks which."""
    field = next(field for field in form["content"]["fields"] if field["name"] == "order_no")
    value: str | None = field.get("value")
    return value


def hall_orders(visitor: Visitor) -> list[Json]:
    orders: list[Json] = visitor.call("GET", "/hall").json()["orders"]
    return orders


def option(order: Json, title: str) -> Json:
    found: Json = next(one for one in order["options"] if one["title"] == title)
    return found


@pytest.mark.parametrize("place", [NEWEST, OLDER])
def test_what_an_orders_tile_offers_is_done_to_that_order(service: Service, place: int) -> None:
    visitor = service.visitor("demo-stuck")
    orders = hall_orders(visitor)
    order_no = orders[place]["order_no"]
    if place == OLDER:
        *_, form = visitor.click(option(orders[place], "申请发票"))
        assert order_of(form) == order_no
        return
    (card,) = visitor.click(option(orders[place], "物流信息好几天没更新怎么办？"))
    assert card["content"]["data"]["order_no"] == order_no
    invoice = next(one for one in card["content"]["actions"] if one["title"] == "申请发票")
    *_, form = visitor.click(invoice)
    assert order_of(form) == order_no


def test_a_tile_does_not_offer_what_its_order_does_not_allow(service: Service) -> None:
    stuck, signed_long_ago = hall_orders(service.visitor("demo-stuck"))
    assert "申请退货" not in {one["title"] for one in signed_long_ago["options"]}
    assert [len(order["options"]) for order in (stuck, signed_long_ago)] == [3, 3]
    (just_signed, *_) = hall_orders(service.visitor("demo-signed"))
    assert just_signed["options"][0]["title"] == "申请退货"


def test_the_order_on_the_page_is_meant(service: Service) -> None:
    newest, older = hall_orders(service.visitor("demo-stuck"))
    visitor = service.visitor("demo-stuck", context={"page": "order", "order_no": older["order_no"]})
    assert shown_by_tool(visitor) == older["order_no"]
    # Another visit comes from no order's page.
    visitor = service.visitor("demo-stuck")
    assert hall_orders(visitor)[0]["order_no"] == newest["order_no"]
    assert shown_by_tool(visitor) == newest["order_no"]


def shown_by_tool(visitor: Visitor) -> str:
    """The order whose parcel 查我的物流 shows, which is offered beside no order."""
    tools = visitor.call("GET", "/hall").json()["tools"]
    (card,) = visitor.click(next(one for one in tools if one["title"] == "查我的物流"))
    order_no: str = card["content"]["data"]["order_no"]
    return order_no


def test_an_order_that_does_not_allow_it_is_not_replaced_by_another(service: Service) -> None:
    visitor = service.visitor("demo-stuck")
    _, older = hall_orders(visitor)
    make = service.container.signer.maker(visitor.session["customer_id"])
    told, answer = visitor.click(make("action", "form:urge", "帮我催一下", None, older["order_no"]))
    assert "已经签收" in told["content"]["text"]
    assert answer["kind"] == "answer"
