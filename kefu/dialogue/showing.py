"""Cards: what a tool shows of the customer's own orders, and other readings when the first did not fit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kefu.commerce import cards
from kefu.commerce.orders import Order
from kefu.conversations.schemas import Reply
from kefu.dialogue.decision import Case, Decision, Option
from kefu.dialogue.readings import Ranked, rank
from kefu.dialogue.signals import asks_how
from kefu.dialogue.tools import CARDS, FORMS, usable_orders

ARTICLES = {
    "orders": "order.status",
    "logistics": "shipping.track",
    "refund_progress": "refund.progress",
    "invoices": "invoice.download",
    "coupons": "promotion.coupon_get",
    "addresses": "account.address_book",
    "complaint_progress": "complaint.progress",
}
AWAITED = ("logistics", "refund_progress")
"""Cards of what a customer waits for."""
OFFERS = (
    "urge",
    "cancel_order",
    "change_address",
    "return_request",
    "refund_request",
    "exchange_request",
    "invoice_request",
)


def other_readings(case: Case, topic: str | None) -> list[Ranked]:
    """Return readings that were not turned down: the topic's rest, then its neighbours in the knowledge."""
    knowledge = case.facts.knowledge
    rejected = frozenset(case.memory.rejected)
    state = case.facts.focus.state.value if case.facts.focus else None
    known = knowledge.topics.get(topic or "")
    found = rank(knowledge, known, state, rejected) if known is not None else []
    keys = dict.fromkeys(one.key for one in found)
    for key in case.memory.rejected[-5:]:
        article = knowledge.articles.get(key)
        for near in article.related if article else ():
            if near not in rejected and near in knowledge.articles:
                keys.setdefault(near)
    return [Ranked(key, None) for key in keys]


def with_card(case: Case, decision: Decision, *, wanted: bool) -> Decision:
    """Where the answer is to look something up, a verified customer who seems to want that gets to see it.

    What they wait for is shown beside the answer even where they may only ask ("东西怎么还没到").
    """
    if decision.outcome != "answer" or not case.facts.verified or asks_how(case.understanding.text):
        return decision
    key = case.memory.article_key or ""
    tool = case.facts.knowledge.articles[key].tool
    if tool is None or tool not in (CARDS if wanted else AWAITED):
        return decision
    shown = show(case, tool, key)
    if shown is None or wanted:
        return shown or decision
    return (
        replace(decision, replies=(*decision.replies, *shown.replies))
        if shown.outcome == "card"
        else decision
    )


def show(case: Case, tool: str, article: str) -> Decision | None:
    """Show a card; None when there is nothing to show."""
    facts, memory = case.facts, case.memory
    if facts.orders is None:
        options = [facts.option("article", article, facts.knowledge.articles[article].title, "similar"),
                   facts.option("human", "human", "转人工客服", None)]  # fmt: skip
        text = "暂时连接不上商城的订单系统，查不到您的订单。请稍后再试，或转人工客服处理。"
        return case.done("shop_unavailable", Reply("fallback", {"text": text, "options": options}))
    order = _meant(case, tool)
    content = _card(case, tool, order)
    if content is None:
        return None
    memory.speak_of(article)
    memory.failures = 0
    memory.offered, memory.order_no = [], order.order_no if order else memory.order_no
    memory.remember(case.understanding.text, f"card:{tool}")
    return case.done("card", Reply("card", content))


def _meant(case: Case, tool: str) -> Order | None:
    """Return the order that is meant: the one named, else the likeliest for which the card says something."""
    named = case.facts.named(case.understanding.entity("order_no"))
    if named is not None:
        return named
    orders = case.facts.likely
    fits: dict[str, Callable[[Order], bool]] = {
        "logistics": lambda order: bool(order.shipments),
        "refund_progress": lambda order: order.refund is not None,
        "invoices": lambda order: bool(order.invoices),
    }
    if tool not in fits:
        return orders[0] if orders else None
    return next((order for order in orders if fits[tool](order)), None)


def _card(case: Case, tool: str, order: Order | None) -> dict[str, Any] | None:
    facts = case.facts
    if tool in facts.cards:
        return facts.cards[tool] | {"actions": []}
    builders: dict[str, tuple[str, Callable[[Order], dict[str, Any]]]] = {
        "orders": ("order", cards.order_card),
        "logistics": ("logistics", cards.logistics_card),
        "refund_progress": ("refund", cards.refund_card),
        "invoices": ("invoice", cards.invoice_card),
    }
    if order is None or tool not in builders:
        return None
    if tool == "logistics" and not order.shipments:
        tool = "orders"
    if tool == "refund_progress" and order.refund is None:
        return None
    if tool == "invoices" and not order.invoices:
        return None
    kind, build = builders[tool]
    return {"type": kind, "data": build(order), "actions": _actions(case, order)}


def _actions(case: Case, order: Order) -> list[Option]:
    """Return what can be done with this order now."""
    usable = [form for form in OFFERS if order in usable_orders(case.facts, form)]
    return [
        case.facts.option("action", f"form:{form}", FORMS[form].offer, None, order.order_no)
        for form in usable[:4]
    ]
