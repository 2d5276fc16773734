"""What a command does to an order of the demo shop: pure functions, old order in, new order and words out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from kefu.commerce.orders import Invoice, Order, OrderState, Refund, RefundKind, RefundStep
from kefu.commerce.ports import Tool
from kefu.commerce.values import refundable

Values = Mapping[str, str]
Effect = Callable[[Order, Values, str, datetime], tuple[Order, str]]

PREFIXES = {
    Tool.RETURN_REQUEST: "TH",
    Tool.REFUND_REQUEST: "TK",
    Tool.EXCHANGE_REQUEST: "HH",
    Tool.CANCEL_ORDER: "QX",
    Tool.CHANGE_ADDRESS: "DZ",
    Tool.INVOICE_REQUEST: "FP",
    Tool.URGE: "CB",
}


def apply(tool: Tool, order: Order, values: Values, number: str, now: datetime) -> tuple[Order, str]:
    """Return the order after ``tool`` and what to tell the customer. State and values were checked before."""
    return _EFFECTS[tool](order, values, number, now)


def _steps(now: datetime, first: str, *later: str) -> tuple[RefundStep, ...]:
    return (RefundStep(first, done=True, time=now), *(RefundStep(title, done=False) for title in later))


def _return(order: Order, _values: Values, number: str, now: datetime) -> tuple[Order, str]:
    amount = order.shipped_amount if order.state is OrderState.PARTIALLY_SHIPPED else order.paid_amount
    steps = _steps(now, "提交退货申请", "商家审核", "寄回商品", "仓库验货", "退款到账")
    refund = Refund(number, amount, RefundKind.RETURN, "等待商家审核", steps)
    changed = replace(order, state=OrderState.RETURN_REQUESTED, refund=refund)
    text = f"退货申请已提交，退货单号 {number}，预计退款 {amount:.2f} 元；审核通过后请寄回商品。"
    return changed, text


def _refund(order: Order, values: Values, number: str, now: datetime) -> tuple[Order, str]:
    amount = Decimal(values["amount"]) if "amount" in values else refundable(order)
    steps = _steps(now, "提交退款申请", "商家审核", "退款到账")
    refund = Refund(number, amount, RefundKind.REFUND, "等待商家审核", steps)
    changed = replace(order, state=OrderState.REFUNDING, refund=refund)
    under_way = order.state in {OrderState.IN_TRANSIT, OrderState.STUCK}
    hint = "包裹如果送到，请拒收。" if under_way else "审核通过后原路退回。"
    return changed, f"退款申请已提交，退款单号 {number}，金额 {amount:.2f} 元；{hint}"


def _exchange(order: Order, values: Values, number: str, now: datetime) -> tuple[Order, str]:
    steps = _steps(now, "提交换货申请", "商家审核", "寄回旧件", "寄出新件")
    refund = Refund(number, Decimal(0), RefundKind.EXCHANGE, "等待商家审核", steps)
    changed = replace(order, state=OrderState.RETURN_REQUESTED, refund=refund)
    text = f"换货申请已提交，换货单号 {number}，想换成：{values['wanted']}；审核通过后请寄回旧件。"
    return changed, text


def _cancel(order: Order, _values: Values, number: str, now: datetime) -> tuple[Order, str]:
    if order.paid_amount == 0:
        changed = replace(order, state=OrderState.CANCELLED)
        return changed, f"订单已取消，取消单号 {number}；还没有付款，不涉及退款。"
    amount = order.paid_amount
    if order.state is OrderState.PRESALE:
        steps = _steps(now, "取消订单", "商家审核定金", "退款到账")
        state_text, text = "等待商家审核定金", "定金是否退还由商家按预售规则审核"
    else:
        steps = _steps(now, "取消订单", "退款处理", "退款到账")
        state_text, text = "退款处理中", f"{amount:.2f} 元会原路退回"
    refund = Refund(number, amount, RefundKind.CANCEL, state_text, steps)
    changed = replace(order, state=OrderState.REFUNDING, refund=refund)
    return changed, f"订单已取消，取消单号 {number}；{text}。"


def _change_address(order: Order, values: Values, number: str, _now: datetime) -> tuple[Order, str]:
    changed = replace(
        order,
        address=values["address"],
        recipient=values.get("recipient", order.recipient),
        phone=values.get("phone", order.phone),
    )
    return changed, f"收货信息已修改，受理单号 {number}；新地址：{changed.address}。"


def _invoice(order: Order, values: Values, number: str, now: datetime) -> tuple[Order, str]:
    invoice = Invoice(
        invoice_no=number,
        title=values["title"],
        amount=order.paid_amount,
        state_text="等待开具",
        created_at=now,
        tax_no=values.get("tax_no", ""),
        email=values.get("email", ""),
    )
    text = f"发票申请已提交，申请单号 {number}，抬头：{invoice.title}，金额 {invoice.amount:.2f} 元。"
    return replace(order, invoices=(*order.invoices, invoice)), text


def _urge(order: Order, _values: Values, number: str, now: datetime) -> tuple[Order, str]:
    whom = "仓库尽快发货" if order.state is OrderState.PAID else "快递公司尽快处理"
    return replace(order, urged_at=now), f"已为您催促{whom}，催单号 {number}。"


_EFFECTS: Mapping[Tool, Effect] = {
    Tool.RETURN_REQUEST: _return,
    Tool.REFUND_REQUEST: _refund,
    Tool.EXCHANGE_REQUEST: _exchange,
    Tool.CANCEL_ORDER: _cancel,
    Tool.CHANGE_ADDRESS: _change_address,
    Tool.INVOICE_REQUEST: _invoice,
    Tool.URGE: _urge,
}
