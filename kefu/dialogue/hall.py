"""The service hall: what a customer sees before typing, from the order that is probably meant."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from kefu.commerce import cards
from kefu.commerce.orders import Order
from kefu.customers.models import Customer
from kefu.dialogue.decision import Option
from kefu.dialogue.effects import OptionMaker
from kefu.knowledge.snapshot import Snapshot

ORDERS = 3
RECOMMENDATIONS = 4
# The question that an order in this state raises, and the articles that most probably answer it.
LIKELY: dict[str, tuple[str, tuple[str, ...]]] = {
    "unpaid": ("这笔订单还没付款，需要帮忙吗？", ("payment.failed", "order.cancel", "payment.methods")),
    "paid": ("这笔订单正在备货，想问发货时间吗？", ("shipping.dispatch_time", "shipping.urge", "order.modify_address")),
    "presale": ("这是预售订单，想问尾款或发货吗？", ("order.presale", "order.cancel")),
    "partially_shipped": ("订单分了几个包裹，想问另一件吗？", ("shipping.split", "shipping.track", "shipping.missing_item")),
    "in_transit": ("包裹正在路上，想查物流吗？", ("shipping.track", "shipping.delivery_time", "shipping.door")),
    "stuck": ("物流好几天没更新了，是想问这个吗？", ("shipping.not_moving", "shipping.urge", "shipping.lost")),
    "signed": ("包裹已签收，有什么可以帮您？", ("refund.apply_return", "exchange.apply", "invoice.apply", "shipping.signed_not_received")),
    "return_requested": ("您的售后正在处理，想看进度吗？", ("refund.progress", "refund.return_address", "refund.return_tracking")),
    "refunding": ("退款正在处理，想看进度吗？", ("refund.progress", "refund.arrival_time", "refund.where")),
    "refunded": ("这笔订单已退款，对金额有疑问吗？", ("refund.arrival_time", "refund.amount_wrong", "refund.coupon_return")),
    "refused": ("包裹已拒收，想问退款吗？", ("refund.apply_refund_only", "refund.arrival_time", "shipping.reject")),
    "cancelled": ("这笔订单已取消，想问退款吗？", ("refund.arrival_time", "refund.where")),
}  # fmt: skip


def build(
    knowledge: Snapshot, items: dict[str, Any], customer: Customer, orders: tuple[Order, ...] | None,
    option: OptionMaker, today: date,
) -> dict[str, Any]:  # fmt: skip
    """Return the hall as the API shows it. ``items`` are the editors' settings (``content/hall.yml``)."""
    named = bool(customer.verified and customer.name)
    greeting = str(items.get("greeting_named" if named else "greeting", "您好，请问有什么可以帮您？"))
    return {
        "title": items.get("title", ""),
        "greeting": greeting.format(name=customer.name),
        "placeholder": items.get("placeholder", "请描述您的问题"),
        "placeholders": items.get("placeholders", {}),
        "recommendations": _recommendations(knowledge, items, orders, option, today),
        "hot": _articles(knowledge, items.get("hot", ()), option, "hot", today),
        "tools": _articles(knowledge, items.get("tools", ()), option, None, today),
        "orders": [_order(order, knowledge, option, today) for order in (orders or ())[:ORDERS]],
        "announcement": items.get("announcement"),
        "privacy": {"text": items.get("privacy_notice", ""), "version": items.get("privacy_version", "")},
        "hours": knowledge.policies.get("service_hours", ""),
    }


def _order(order: Order, knowledge: Snapshot, option: OptionMaker, today: date) -> dict[str, Any]:
    question, keys = LIKELY.get(order.state.value, ("想咨询这个订单吗？", ()))
    options = _articles(knowledge, keys[:3], option, f"order_{order.state.value}", today)
    return cards.order_card(order) | {"question": question, "options": options}


def _recommendations(
    knowledge: Snapshot,
    items: dict[str, Any],
    orders: tuple[Order, ...] | None,
    option: OptionMaker,
    today: date,
) -> list[Option]:
    if orders:
        state = orders[0].state.value
        found = _articles(knowledge, LIKELY.get(state, ("", ()))[1], option, f"order_{state}", today)
        if found:
            return found[:RECOMMENDATIONS]
    return _articles(knowledge, items.get("hot", ()), option, "hot", today)[:RECOMMENDATIONS]


def _articles(
    knowledge: Snapshot, keys: Iterable[str], option: OptionMaker, reason: str | None, today: date
) -> list[Option]:
    found = (knowledge.articles.get(key) for key in keys)
    return [
        option("article", one.key, one.title, reason) for one in found if one is not None and one.valid(today)
    ]
