"""Which state of an order allows what: the one place that says so, for the bot and for the demo shop."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from kefu.commerce.errors import NotAllowedInState
from kefu.commerce.orders import Order, OrderState
from kefu.commerce.ports import Tool

CHINA = ZoneInfo("Asia/Shanghai")
RETURN_DAYS = 7  # policies.yml: return_days
EXCHANGE_DAYS = 15  # policies.yml: exchange_days

_NOT_SHIPPED = {OrderState.UNPAID, OrderState.PAID, OrderState.PRESALE}
_UNDER_WAY = {OrderState.PARTIALLY_SHIPPED, OrderState.IN_TRANSIT, OrderState.STUCK}
_AFTER_SALES = {OrderState.RETURN_REQUESTED, OrderState.REFUNDING}
_OVER = {OrderState.REFUNDED, OrderState.CANCELLED}

ALLOWED = {
    Tool.CANCEL_ORDER: _NOT_SHIPPED,
    Tool.CHANGE_ADDRESS: _NOT_SHIPPED,
    Tool.URGE: {OrderState.PAID} | _UNDER_WAY,
    Tool.RETURN_REQUEST: {OrderState.SIGNED, OrderState.PARTIALLY_SHIPPED},
    Tool.REFUND_REQUEST: {OrderState.PAID, OrderState.REFUSED, OrderState.PRESALE} | _UNDER_WAY,
    Tool.EXCHANGE_REQUEST: {OrderState.SIGNED},
    Tool.INVOICE_REQUEST: set(OrderState) - {OrderState.UNPAID} - _OVER,
}

NAMES = {
    Tool.CANCEL_ORDER: "取消订单",
    Tool.CHANGE_ADDRESS: "修改地址",
    Tool.URGE: "催单",
    Tool.RETURN_REQUEST: "申请退货",
    Tool.REFUND_REQUEST: "申请仅退款",
    Tool.EXCHANGE_REQUEST: "申请换货",
    Tool.INVOICE_REQUEST: "开发票",
}


# What reaches the same end by another way, the best first.
_INSTEAD = {
    Tool.CANCEL_ORDER: (Tool.REFUND_REQUEST, Tool.RETURN_REQUEST),
    Tool.URGE: (Tool.REFUND_REQUEST,),
    Tool.RETURN_REQUEST: (Tool.EXCHANGE_REQUEST, Tool.REFUND_REQUEST, Tool.CANCEL_ORDER),
    Tool.REFUND_REQUEST: (Tool.RETURN_REQUEST, Tool.EXCHANGE_REQUEST, Tool.CANCEL_ORDER),
    Tool.EXCHANGE_REQUEST: (Tool.RETURN_REQUEST, Tool.REFUND_REQUEST, Tool.CANCEL_ORDER),
    Tool.INVOICE_REQUEST: (),
    Tool.CHANGE_ADDRESS: (),
}


@dataclass(frozen=True)
class _Way:
    """What to do instead: ``states`` of the order in which ``text`` helps with ``tools``."""

    tools: set[Tool]
    states: set[OrderState]
    text: str


_SENT_BACK = {Tool.RETURN_REQUEST, Tool.EXCHANGE_REQUEST}
_WAYS = [
    _Way({Tool.CANCEL_ORDER}, _UNDER_WAY, "已发货不能取消，可以申请退款并拒收，或签收后申请退货。"),
    _Way({Tool.CANCEL_ORDER}, {OrderState.SIGNED}, "已经签收的订单不能取消，可以申请退货。"),
    _Way({Tool.CANCEL_ORDER}, {OrderState.REFUSED}, "包裹已经拒收，不用再取消，可以直接申请退款。"),
    _Way({Tool.CHANGE_ADDRESS}, _UNDER_WAY, "包裹已经发出，改不了地址，可以联系快递员改派。"),
    _Way({Tool.CHANGE_ADDRESS}, {OrderState.SIGNED, OrderState.REFUSED}, "配送已经结束，改不了地址。"),
    _Way({Tool.URGE}, {OrderState.UNPAID}, "订单还没有付款，付款后会尽快安排发货。"),
    _Way({Tool.URGE}, {OrderState.PRESALE}, "预售订单付清尾款后才安排发货，现在还不能催。"),
    _Way({Tool.URGE}, {OrderState.SIGNED}, "包裹显示已经签收；如果没有收到，请先查看物流，或转人工核实。"),
    _Way({Tool.URGE}, {OrderState.REFUSED}, "包裹已经拒收、正在退回，可以直接申请退款。"),
    _Way(
        {*_SENT_BACK, Tool.REFUND_REQUEST, Tool.INVOICE_REQUEST},
        {OrderState.UNPAID},
        "订单还没有付款；不想要了可以直接取消订单。",
    ),
    _Way(_SENT_BACK, {OrderState.PAID, OrderState.PRESALE}, "订单还没有发货，可以取消订单或申请退款。"),
    _Way(_SENT_BACK, _UNDER_WAY, "包裹还在路上，可以申请退款并拒收，或签收后再申请退换货。"),
    _Way(_SENT_BACK, {OrderState.REFUSED}, "包裹已经拒收，不用再寄回，可以直接申请退款。"),
    _Way(
        {Tool.REFUND_REQUEST}, {OrderState.SIGNED}, "已经签收，请申请退货，退回后退款；有质量问题也可以换货。"
    ),
]


def allowed(tool: Tool, order: Order, now: datetime) -> None:
    """Return if the order may have ``tool`` done to it at ``now``; raise ``NotAllowedInState`` if not."""
    if order.state not in ALLOWED[tool]:
        raise NotAllowedInState(_in_words(tool, order))
    if tool is Tool.INVOICE_REQUEST and order.invoices:
        raise NotAllowedInState(f"发票（{order.invoices[0].invoice_no}）已经申请过了；需要换开请转人工。")
    if order.state is OrderState.SIGNED and order.signed_at is not None:
        _in_time(tool, order.signed_at, now)


def instead(tool: Tool, order: Order, now: datetime) -> list[Tool]:
    """Return what may be done to the order where ``tool`` may not, the likeliest wish first."""
    possible = []
    for other in _INSTEAD[tool]:
        with suppress(NotAllowedInState):
            allowed(other, order, now)
            possible.append(other)
    return possible


def _in_words(tool: Tool, order: Order) -> str:
    if order.state in _AFTER_SALES:
        number = f"（{order.refund.refund_no}）" if order.refund else ""
        return f"这张订单的售后{number}正在处理，暂时不能{NAMES[tool]}；可以先查看售后进度。"
    if order.state in _OVER:
        return f"这张订单{order.state.text}，不能再{NAMES[tool]}；还需要商品请重新下单。"
    return next(way.text for way in _WAYS if tool in way.tools and order.state in way.states)


def _in_time(tool: Tool, signed_at: datetime, now: datetime) -> None:
    if tool is Tool.RETURN_REQUEST and now >= _deadline(signed_at, RETURN_DAYS):
        raise NotAllowedInState(
            f"已经超过签收后 {RETURN_DAYS} 天的退货期；"
            f"质量问题在签收后 {EXCHANGE_DAYS} 天内可以换货，其他情况请转人工。"
        )
    if tool is Tool.EXCHANGE_REQUEST and now >= _deadline(signed_at, EXCHANGE_DAYS):
        raise NotAllowedInState(f"已经超过签收后 {EXCHANGE_DAYS} 天的换货期；在质保期内可以维修，请转人工。")


def _deadline(signed_at: datetime, days: int) -> datetime:
    """Return the end of a period that counts from midnight (in China) after the signature."""
    day_after = signed_at.astimezone(CHINA).date() + timedelta(days=1)
    return datetime.combine(day_after + timedelta(days=days), time.min, CHINA)
