from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from kefu.commerce.errors import NotAllowedInState
from kefu.commerce.orders import (
    Invoice,
    Order,
    OrderItem,
    OrderState,
    Refund,
    RefundKind,
    Shipment,
)
from kefu.commerce.ports import Tool
from kefu.commerce.rules import EXCHANGE_DAYS, RETURN_DAYS, allowed

SIGNED_AT = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)  # 23:30 on the 2nd in China
PAST_MIDNIGHT = datetime(2026, 11, 2, 16, 30, tzinfo=UTC)  # 00:30 on the 3rd in China
POLICIES = Path(__file__).parents[2] / "content" / "policies.yml"

EXPECTED = {
    "unpaid": {"cancel_order", "change_address"},
    "paid": {"cancel_order", "change_address", "urge", "refund_request", "invoice_request"},
    "presale": {"cancel_order", "change_address", "refund_request", "invoice_request"},
    "partially_shipped": {"urge", "return_request", "refund_request", "invoice_request"},
    "in_transit": {"urge", "refund_request", "invoice_request"},
    "stuck": {"urge", "refund_request", "invoice_request"},
    "signed": {"return_request", "exchange_request", "invoice_request"},
    "refused": {"refund_request", "invoice_request"},
    "return_requested": {"invoice_request"},
    "refunding": {"invoice_request"},
    "refunded": set(),
    "cancelled": set(),
}


def order_in(
    state: OrderState, *, signed_at: datetime = SIGNED_AT, invoices: tuple[Invoice, ...] = ()
) -> Order:
    items = (OrderItem("保温杯", 1, Decimal("69.00")),)
    after_sales = state in {OrderState.RETURN_REQUESTED, OrderState.REFUNDING}
    return Order(
        order_no="YS202611010001",
        customer_external_id="c-1",
        state=state,
        items=items,
        total=Decimal("69.00"),
        recipient="张三",
        address="上海市浦东新区某路 1 号",
        phone="19900001234",
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
        paid_at=datetime(2026, 11, 1, tzinfo=UTC),
        shipments=(Shipment("顺丰速运", "SF1", items, signed_at=signed_at),)
        if state is OrderState.SIGNED
        else (),
        refund=Refund("TH2611010001", Decimal(69), RefundKind.RETURN, "", ()) if after_sales else None,
        invoices=invoices,
    )


@pytest.mark.parametrize("state", OrderState)
def test_each_state_allows_what_it_should_and_explains_the_rest(state: OrderState) -> None:
    order, refusals = order_in(state), {}
    for tool in Tool:
        try:
            allowed(tool, order, SIGNED_AT)
        except NotAllowedInState as error:
            refusals[tool.value] = error.detail
    assert set(Tool) - set(refusals) == EXPECTED[state.value]
    assert all(detail.endswith("。") for detail in refusals.values())


@pytest.mark.parametrize(
    ("tool", "state", "instead"),
    [
        (Tool.CANCEL_ORDER, OrderState.IN_TRANSIT, "申请退款并拒收，或签收后申请退货"),
        (Tool.CANCEL_ORDER, OrderState.SIGNED, "申请退货"),
        (Tool.CHANGE_ADDRESS, OrderState.STUCK, "联系快递员改派"),
        (Tool.RETURN_REQUEST, OrderState.PAID, "取消订单或申请退款"),
        (Tool.RETURN_REQUEST, OrderState.REFUSED, "直接申请退款"),
        (Tool.EXCHANGE_REQUEST, OrderState.IN_TRANSIT, "签收后再申请退换货"),
        (Tool.REFUND_REQUEST, OrderState.SIGNED, "申请退货"),
        (Tool.REFUND_REQUEST, OrderState.UNPAID, "直接取消订单"),
        (Tool.URGE, OrderState.PRESALE, "付清尾款后才安排发货"),
        (Tool.RETURN_REQUEST, OrderState.REFUNDED, "重新下单"),
    ],
)
def test_refusal_says_what_to_do_instead(tool: Tool, state: OrderState, instead: str) -> None:
    with pytest.raises(NotAllowedInState, match=instead):
        allowed(tool, order_in(state), SIGNED_AT)


@pytest.mark.parametrize(
    ("tool", "days"), [(Tool.RETURN_REQUEST, RETURN_DAYS), (Tool.EXCHANGE_REQUEST, EXCHANGE_DAYS)]
)
@pytest.mark.parametrize(
    ("signed_at", "first_midnight"),
    [
        (SIGNED_AT, datetime(2026, 11, 2, 16, tzinfo=UTC)),
        (PAST_MIDNIGHT, datetime(2026, 11, 3, 16, tzinfo=UTC)),
    ],
)
def test_period_counts_from_the_midnight_after_the_signature(
    tool: Tool, days: int, signed_at: datetime, first_midnight: datetime
) -> None:
    order, end = order_in(OrderState.SIGNED, signed_at=signed_at), first_midnight + timedelta(days=days)
    allowed(tool, order, end - timedelta(seconds=1))
    with pytest.raises(NotAllowedInState, match=f"超过签收后 {days} 天"):
        allowed(tool, order, end)


def test_second_invoice_names_the_first() -> None:
    invoice = Invoice("FP2611020007", "张三", Decimal("69.00"), "已开具", SIGNED_AT)
    with pytest.raises(NotAllowedInState, match="FP2611020007"):
        allowed(Tool.INVOICE_REQUEST, order_in(OrderState.SIGNED, invoices=(invoice,)), SIGNED_AT)


def test_open_case_is_named() -> None:
    with pytest.raises(NotAllowedInState, match="TH2611010001"):
        allowed(Tool.CANCEL_ORDER, order_in(OrderState.RETURN_REQUESTED), SIGNED_AT)


def test_periods_agree_with_the_shops_policies() -> None:
    policies = yaml.safe_load(POLICIES.read_text(encoding="utf-8"))
    assert policies["return_days"] == f"{RETURN_DAYS} 天"
    assert policies["exchange_days"] == f"{EXCHANGE_DAYS} 天"
    assert policies["return_days_count"] == "从签收次日 0 点起算"
