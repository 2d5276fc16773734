"""What every implementation of the port does: the demo shop, and a shop over HTTP."""

import asyncio
import re
from decimal import Decimal

import pytest

from kefu.commerce.errors import (
    IdempotencyKeyReused,
    InvalidValues,
    NotAllowedInState,
    OrderNotFound,
)
from kefu.commerce.orders import CouponState, Order, OrderState, RefundKind
from kefu.commerce.ports import Command, Commerce, Tool

pytestmark = pytest.mark.parametrize(
    ("database", "commerce"),
    [("sqlite", "demo"), ("postgres", "demo"), ("sqlite", "http")],
    indirect=True,
    ids=["demo-sqlite", "demo-postgres", "http"],
)

VALUES = {
    Tool.RETURN_REQUEST: {"reason": "不喜欢"},
    Tool.REFUND_REQUEST: {"reason": "不想要了"},
    Tool.EXCHANGE_REQUEST: {"reason": "尺码不合适", "wanted": "换 L 码"},
    Tool.CANCEL_ORDER: {},
    Tool.CHANGE_ADDRESS: {
        "address": "湖南省长沙市岳麓区新路 1 号",
        "recipient": "李四",
        "phone": "19911112222",
    },
    Tool.INVOICE_REQUEST: {"title": "云杉测试公司", "tax_no": "91420100MA00000006", "email": "a@example.com"},
    Tool.URGE: {},
}


async def newest(commerce: Commerce, state: str) -> Order:
    return (await commerce.orders(f"demo-{state}"))[0]


async def ask(commerce: Commerce, state: str, tool: Tool, **values: str) -> Command:
    order = await newest(commerce, state)
    return Command(tool, order.customer_external_id, order.order_no, {**VALUES[tool], **values})


async def test_orders_are_the_customers_own_newest_first(commerce: Commerce) -> None:
    orders = await commerce.orders("demo-signed")
    assert [order.state for order in orders] == [OrderState.SIGNED, OrderState.SIGNED, OrderState.REFUNDED]
    assert [order.created_at for order in orders] == sorted((o.created_at for o in orders), reverse=True)
    assert {order.customer_external_id for order in orders} == {"demo-signed"}


async def test_order_is_found_whole(commerce: Commerce) -> None:
    listed = await newest(commerce, "in_transit")
    order = await commerce.order("demo-in_transit", listed.order_no)
    assert order == listed
    assert order.items[0].price == Decimal("299.00")
    assert order.shipments[0].timeline[0].place == "广东深圳"
    assert order.created_at.tzinfo is not None


async def test_order_of_somebody_else_is_not_there(commerce: Commerce) -> None:
    order = await newest(commerce, "paid")
    assert await commerce.order("demo-unpaid", order.order_no) is None


@pytest.mark.parametrize("order_no", ["YS202001010000", "../coupons", "查一下 & ?", ""])
async def test_unknown_order_is_not_there(commerce: Commerce, order_no: str) -> None:
    assert await commerce.order("demo-unpaid", order_no) is None


async def test_customer_without_anything(commerce: Commerce) -> None:
    assert await commerce.orders("demo-new") == []
    assert await commerce.orders("nobody/../demo-paid?x=1") == []
    assert await commerce.coupons("nobody") == []
    assert await commerce.addresses("nobody") == []


async def test_coupons_next_to_expire_first(commerce: Commerce) -> None:
    coupons = await commerce.coupons("demo-signed")
    assert [coupon.state for coupon in coupons] == [CouponState.USED, CouponState.USABLE]
    assert coupons[1].amount == Decimal("20.00")


async def test_addresses_default_first(commerce: Commerce) -> None:
    addresses = await commerce.addresses("demo-unpaid")
    assert [address.default for address in addresses] == [True, False]
    assert addresses[0].recipient == "陈雨桐"


@pytest.mark.parametrize(
    ("tool", "state", "prefix", "after"),
    [
        (Tool.RETURN_REQUEST, "signed", "TH", OrderState.RETURN_REQUESTED),
        (Tool.REFUND_REQUEST, "stuck", "TK", OrderState.REFUNDING),
        (Tool.EXCHANGE_REQUEST, "signed", "HH", OrderState.RETURN_REQUESTED),
        (Tool.CANCEL_ORDER, "unpaid", "QX", OrderState.CANCELLED),
        (Tool.CANCEL_ORDER, "paid", "QX", OrderState.REFUNDING),
        (Tool.CHANGE_ADDRESS, "paid", "DZ", OrderState.PAID),
        (Tool.INVOICE_REQUEST, "signed", "FP", OrderState.SIGNED),
        (Tool.URGE, "in_transit", "CB", OrderState.IN_TRANSIT),
    ],
)
async def test_command_changes_the_order(
    commerce: Commerce, tool: Tool, state: str, prefix: str, after: OrderState
) -> None:
    command = await ask(commerce, state, tool)
    before = await commerce.order(command.external_id, command.order_no)
    receipt = await commerce.perform(command, idempotency_key="turn-1")
    assert re.fullmatch(rf"{prefix}\d{{10}}", receipt.number)
    assert receipt.number in receipt.text
    order = await commerce.order(command.external_id, command.order_no)
    assert order == receipt.order != before
    assert order is not None
    assert order.state is after


@pytest.mark.parametrize(
    ("tool", "state", "kind", "amount"),
    [
        (Tool.CANCEL_ORDER, "paid", RefundKind.CANCEL, "478.00"),
        (Tool.CANCEL_ORDER, "presale", RefundKind.CANCEL, "300.00"),
        (Tool.REFUND_REQUEST, "refused", RefundKind.REFUND, "189.00"),
        (Tool.REFUND_REQUEST, "presale", RefundKind.REFUND, "300.00"),
        (Tool.REFUND_REQUEST, "partially_shipped", RefundKind.REFUND, "1199.00"),
        (Tool.RETURN_REQUEST, "partially_shipped", RefundKind.RETURN, "318.80"),
        (Tool.RETURN_REQUEST, "signed", RefundKind.RETURN, "388.80"),
        (Tool.EXCHANGE_REQUEST, "signed", RefundKind.EXCHANGE, "0"),
    ],
)
async def test_case_says_what_comes_back_and_how(
    commerce: Commerce, tool: Tool, state: str, kind: RefundKind, amount: str
) -> None:
    command = await ask(commerce, state, tool)
    receipt = await commerce.perform(command, idempotency_key="turn-1")
    assert receipt.order is not None
    refund = receipt.order.refund
    assert refund is not None
    assert (refund.kind, refund.amount, refund.refund_no) == (kind, Decimal(amount), receipt.number)
    assert [step.done for step in refund.steps] == [True] + [False] * (len(refund.steps) - 1)
    assert refund.steps[0].time is not None


async def test_partial_amount_is_refunded(commerce: Commerce) -> None:
    command = await ask(commerce, "paid", Tool.REFUND_REQUEST, amount=" 79.00 ")
    receipt = await commerce.perform(command, idempotency_key="turn-1")
    assert receipt.order is not None
    assert receipt.order.refund is not None
    assert receipt.order.refund.amount == Decimal("79.00")


async def test_new_address_reaches_the_order(commerce: Commerce) -> None:
    command = await ask(commerce, "unpaid", Tool.CHANGE_ADDRESS)
    order = (await commerce.perform(command, idempotency_key="turn-1")).order
    assert order is not None
    assert (order.address, order.recipient, order.phone) == (
        "湖南省长沙市岳麓区新路 1 号",
        "李四",
        "19911112222",
    )


async def test_invoice_reaches_the_order(commerce: Commerce) -> None:
    command = await ask(commerce, "signed", Tool.INVOICE_REQUEST)
    order = (await commerce.perform(command, idempotency_key="turn-1")).order
    assert order is not None
    assert [(invoice.title, invoice.amount) for invoice in order.invoices] == [
        ("云杉测试公司", Decimal("388.80"))
    ]


async def test_same_key_gives_the_same_receipt_also_at_the_same_time(commerce: Commerce) -> None:
    command = await ask(commerce, "signed", Tool.RETURN_REQUEST)
    receipts = await asyncio.gather(*(commerce.perform(command, idempotency_key="turn-1") for _ in range(8)))
    assert len({receipt.number for receipt in receipts}) == 1
    assert all(receipt == receipts[0] for receipt in receipts)
    order = await commerce.order(command.external_id, command.order_no)
    assert order is not None
    assert order.refund is not None
    assert order.refund.refund_no == receipts[0].number


async def test_of_two_commands_at_the_same_time_one_wins(commerce: Commerce) -> None:
    command = await ask(commerce, "paid", Tool.CANCEL_ORDER)
    results = await asyncio.gather(
        *(commerce.perform(command, idempotency_key=f"turn-{n}") for n in range(4)), return_exceptions=True
    )
    assert sum(isinstance(result, NotAllowedInState) for result in results) == 3


async def test_numbers_are_different(commerce: Commerce) -> None:
    command = await ask(commerce, "in_transit", Tool.URGE)
    receipts = await asyncio.gather(
        *(commerce.perform(command, idempotency_key=f"turn-{n}") for n in range(6))
    )
    assert len({receipt.number for receipt in receipts}) == 6


async def test_key_is_for_one_command(commerce: Commerce) -> None:
    await commerce.perform(await ask(commerce, "paid", Tool.URGE), idempotency_key="turn-1")
    with pytest.raises(IdempotencyKeyReused):
        await commerce.perform(await ask(commerce, "unpaid", Tool.CANCEL_ORDER), idempotency_key="turn-1")
    assert (await newest(commerce, "unpaid")).state is OrderState.UNPAID


async def test_order_of_somebody_else_cannot_be_touched(commerce: Commerce) -> None:
    order = await newest(commerce, "paid")
    for order_no in (order.order_no, "YS202001010000", "../x"):
        command = Command(Tool.CANCEL_ORDER, "demo-unpaid", order_no)
        with pytest.raises(OrderNotFound):
            await commerce.perform(command, idempotency_key="turn-1")
    assert await newest(commerce, "paid") == order


async def test_refusal_says_why_and_what_instead(commerce: Commerce) -> None:
    command = await ask(commerce, "in_transit", Tool.CANCEL_ORDER)
    before = await newest(commerce, "in_transit")
    with pytest.raises(NotAllowedInState, match=r"已发货不能取消.*拒收.*退货"):
        await commerce.perform(command, idempotency_key="turn-1")
    assert await newest(commerce, "in_transit") == before


@pytest.mark.parametrize(
    ("tool", "state", "values", "fields"),
    [
        (Tool.RETURN_REQUEST, "signed", {"reason": " "}, {"reason"}),
        (Tool.EXCHANGE_REQUEST, "signed", {"reason": "", "wanted": ""}, {"reason", "wanted"}),
        (Tool.CHANGE_ADDRESS, "paid", {"address": "", "phone": "12345"}, {"address", "phone"}),
        (Tool.INVOICE_REQUEST, "signed", {"tax_no": "abc", "email": "无"}, {"tax_no", "email"}),
        (Tool.REFUND_REQUEST, "paid", {"amount": "478.01"}, {"amount"}),
        (Tool.REFUND_REQUEST, "paid", {"amount": "0"}, {"amount"}),
        (Tool.REFUND_REQUEST, "paid", {"amount": "NaN"}, {"amount"}),
        (Tool.REFUND_REQUEST, "paid", {"amount": "一百"}, {"amount"}),
        (Tool.REFUND_REQUEST, "paid", {"amount": "1.005"}, {"amount"}),
    ],
)
async def test_bad_values_are_named_and_the_key_stays_free(
    commerce: Commerce, tool: Tool, state: str, values: dict[str, str], fields: set[str]
) -> None:
    command = await ask(commerce, state, tool, **values)
    with pytest.raises(InvalidValues) as caught:
        await commerce.perform(command, idempotency_key="turn-1")
    assert {error.field for error in caught.value.errors} == fields
    good = await ask(commerce, state, tool)
    assert (await commerce.perform(good, idempotency_key="turn-1")).number


async def test_owner_is_told_by_the_end_of_the_phone(commerce: Commerce) -> None:
    order = await newest(commerce, "signed")
    assert await commerce.identify(order.order_no, order.phone[-4:]) == "demo-signed"
    wrong = "0000" if order.phone[-4:] != "0000" else "1111"
    assert await commerce.identify(order.order_no, wrong) is None
    assert await commerce.identify(order.order_no, "") is None
    assert await commerce.identify("YS000000000000", order.phone[-4:]) is None
