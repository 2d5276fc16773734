"""How the HTTP adapter behaves when the shop, or the way to it, does not."""

import json
import socket
from typing import Any

import pytest

from kefu.commerce.errors import ShopRefused, ShopUnavailable
from kefu.commerce.ports import Command, Tool
from kefu.core.database import Database
from kefu.integrations.shop_http import HttpCommerce
from tests.commerce.shop import TOKEN, Fault, Shop

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

READS = ["orders", "coupons", "addresses"]


async def cancel(remote: HttpCommerce) -> Command:
    (order, *_) = await remote.orders("demo-paid")
    return Command(Tool.CANCEL_ORDER, "demo-paid", order.order_no)


def orders_as_json(**changes: Any) -> str:
    order = {
        "order_no": "YS202611010001",
        "customer_external_id": "demo-paid",
        "state": "paid",
        "items": [{"title": "保温杯", "quantity": 1, "price": "69.00"}],
        "total": "69.00",
        "recipient": "张三",
        "address": "上海市浦东新区某路 1 号",
        "phone": "19900001234",
        "created_at": "2026-11-01T08:00:00+08:00",
        "some_new_field": 1,
    } | changes
    kept = {name: value for name, value in order.items() if value is not None}
    return json.dumps({"orders": [kept]})


async def test_least_that_the_contract_asks_for_is_enough(remote: HttpCommerce, shop: Shop) -> None:
    shop.faults.append(Fault(body=orders_as_json()))
    (order,) = await remote.orders("demo-paid")
    assert (order.order_no, order.shipments, order.refund) == ("YS202611010001", (), None)
    assert shop.tokens == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "lost"},
        {"total": None},
        {"total": "-1.00"},
        {"total": "1.005"},
        {"created_at": "2026-11-01T08:00:00"},
        {"created_at": "昨天"},
        {"created_at": 1793491200},
        {"items": [{"title": "保温杯", "quantity": 0, "price": "69.00"}]},
        {"items": [{"title": "保温杯", "quantity": "1", "price": "69.00"}]},
        {"phone": 19900001234},
        {"customer_external_id": "demo-unpaid"},
    ],
    ids=lambda changes: "-".join(changes),
)
async def test_answer_that_cannot_be_trusted_is_not_shown(
    remote: HttpCommerce, shop: Shop, changes: dict[str, Any]
) -> None:
    shop.faults.append(Fault(body=orders_as_json(**changes)))
    with pytest.raises(ShopUnavailable):
        await remote.orders("demo-paid")


@pytest.mark.parametrize("body", ["", "{", "<html>", "[]", '{"orders": null}', "\x00"])
@pytest.mark.parametrize("call", READS)
async def test_broken_body(remote: HttpCommerce, shop: Shop, call: str, body: str) -> None:
    shop.faults.append(Fault(body=body))
    with pytest.raises(ShopUnavailable, match="查不到"):
        await getattr(remote, call)("demo-paid")


@pytest.mark.parametrize("call", READS)
async def test_passing_failure_is_tried_again(remote: HttpCommerce, shop: Shop, call: str) -> None:
    shop.faults.extend([Fault(status=500), Fault(status=503)])
    assert await getattr(remote, call)("demo-unpaid")
    assert len(shop.requests) == 3


async def test_lasting_failure_is_said_after_three_tries(remote: HttpCommerce, shop: Shop) -> None:
    shop.faults.extend([Fault(status=500)] * 4)
    with pytest.raises(ShopUnavailable, match="查不到") as caught:
        await remote.orders("demo-paid")
    assert (caught.value.code, caught.value.status) == ("shop_unavailable", 503)
    assert len(shop.requests) == 3


@pytest.mark.parametrize("status", [302, 429])
async def test_redirect_and_rate_limit_are_not_pressed(remote: HttpCommerce, shop: Shop, status: int) -> None:
    shop.faults.append(Fault(status=status))
    with pytest.raises(ShopUnavailable):
        await remote.orders("demo-paid")
    assert len(shop.requests) == 1


async def test_slow_shop_is_given_up_in_time(shop: Shop) -> None:
    remote = HttpCommerce(shop.url, TOKEN, timeout=0.1)
    shop.faults.append(Fault(hang=True))
    with pytest.raises(ShopUnavailable, match="查不到"):
        await remote.orders("demo-paid")
    await remote.close()


async def test_nobody_listens(database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    remote = HttpCommerce(f"http://127.0.0.1:{port}/", TOKEN, timeout=5)
    with pytest.raises(ShopUnavailable):
        await remote.orders("demo-paid")
    await remote.close()


async def test_wrong_address_is_not_taken_for_a_missing_order(remote: HttpCommerce, shop: Shop) -> None:
    shop.faults.append(Fault(status=404, body='{"detail": "Not Found"}'))
    with pytest.raises(ShopRefused):
        await remote.order("demo-paid", "YS202611010001")


@pytest.mark.parametrize(
    ("status", "body", "detail"),
    [
        (401, "", "转人工"),
        (403, '{"detail": "token expired"}', "转人工"),
        (400, '{"code": "weird", "detail": "stack trace"}', "转人工"),
        (403, '{"code": "shop_refused", "detail": "该账户已被冻结。"}', "该账户已被冻结"),
    ],
)
async def test_refusal_shows_only_words_meant_for_customers(
    remote: HttpCommerce, shop: Shop, status: int, body: str, detail: str
) -> None:
    command = await cancel(remote)
    shop.faults.append(Fault(status=status, body=body))
    with pytest.raises(ShopRefused, match=detail) as caught:
        await remote.perform(command, idempotency_key="turn-1")
    assert "token" not in caught.value.detail
    assert "stack" not in caught.value.detail


async def test_command_whose_answer_is_lost_takes_effect_once(remote: HttpCommerce, shop: Shop) -> None:
    command = await cancel(remote)
    shop.faults.append(Fault(status=502, after=True))
    receipt = await remote.perform(command, idempotency_key="turn-1")
    assert shop.keys == ["turn-1", "turn-1"]
    order = await remote.order(command.external_id, command.order_no)
    assert order is not None
    assert order.refund is not None
    assert order.refund.refund_no == receipt.number


async def test_command_without_an_answer_admits_that_it_may_be_done(remote: HttpCommerce, shop: Shop) -> None:
    command = await cancel(remote)
    hasty = HttpCommerce(shop.url, TOKEN, timeout=0.2)
    shop.faults.append(Fault(hang=True, after=True))
    with pytest.raises(ShopUnavailable, match="可能已经提交"):
        await hasty.perform(command, idempotency_key="turn-1")
    await hasty.close()


async def test_receipt_that_cannot_be_read_admits_that_it_may_be_done(
    remote: HttpCommerce, shop: Shop
) -> None:
    command = await cancel(remote)
    shop.faults.append(Fault(body='{"number": 7}', after=True))
    with pytest.raises(ShopUnavailable, match="可能已经提交"):
        await remote.perform(command, idempotency_key="turn-1")
