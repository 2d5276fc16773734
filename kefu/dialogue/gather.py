"""Gathering what a decision may know of the customer: orders, coupons, tickets; and proving whose an order is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from kefu.commerce import cards
from kefu.commerce.orders import Order
from kefu.commerce.ports import Commerce
from kefu.conversations.schemas import Reply
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.dialogue import answering, decide, forms
from kefu.dialogue.decision import Case, Decision, Facts, nothing_typed
from kefu.dialogue.store import Batch
from kefu.tickets import service as tickets

ATTEMPTS = 3


@dataclass(frozen=True)
class Gathered:
    """What the shop and our own tickets say of one customer."""

    orders: tuple[Order, ...] | None = ()
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)


class Gatherer:
    """Reads from the shop's port; a shop that is away makes ``orders`` None, never an empty list."""

    def __init__(self, database: Database, commerce: Commerce) -> None:
        self._database, self._commerce = database, commerce

    async def gather(self, customer_id: str, external_id: str | None) -> Gathered:
        """Return what is known of a customer; nothing for one who is not verified."""
        if external_id is None:
            return Gathered()
        try:
            orders = await self._commerce.orders(external_id)
            coupons = await self._commerce.coupons(external_id)
            addresses = await self._commerce.addresses(external_id)
        except DomainError:
            return Gathered(orders=None)
        shown: dict[str, dict[str, Any]] = {}
        if coupons:
            shown["coupons"] = {"type": "coupon", "data": cards.coupon_card(coupons)}
        if addresses:
            shown["addresses"] = {"type": "address", "data": cards.address_card(addresses)}
        complaint = await asyncio.to_thread(self._complaint, customer_id)
        if complaint is not None:
            shown["complaint_progress"] = {"type": "complaint", "data": complaint}
        return Gathered(tuple(orders), shown)

    def _complaint(self, customer_id: str) -> dict[str, Any] | None:
        with self._database.read() as session:
            found = [one for one in tickets.list_for(session, customer_id) if one.kind == "complaint"]
            return dict(tickets.card(found[0])) if found else None

    def picture(self, case: Case) -> Decision:
        """Say honestly that the bot cannot see pictures; agents will."""
        options = [case.facts.option("human", "human", "转人工客服", None)]
        text = "图片已收到并保存，转接人工后客服能直接看到。请用文字说说您的问题，我先帮您看。"
        return case.done("picture", Reply("fallback", {"text": text, "options": options}))

    async def verify(
        self, batch: Batch, facts: Facts, decision: Decision, reload: Callable[[Batch], Awaitable[Facts]]
    ) -> Decision:
        """Check order number and phone; on success go on with what the customer wanted, else ask again."""
        check, memory = decision.verification, decision.memory
        if check is None:
            return decision
        try:
            external_id = await self._commerce.identify(check.order_no, check.phone_tail)
        except DomainError as error:
            return Decision("shop_unavailable", (Reply("text", {"text": error.detail}),), memory)
        case = Case(nothing_typed(), memory, facts)
        if external_id is None:
            memory.identity_attempts += 1
            if memory.identity_attempts >= ATTEMPTS:
                return answering.hand_over(case, "identity_failed", 0)
            again = forms.start(case, "identity")
            told = Reply("text", {"text": "订单号和手机号后四位对不上，请核对后再试。"})
            return replace(again, replies=(told, *again.replies))
        memory.verified_as, memory.verified_order, memory.order_no = (
            external_id,
            check.order_no,
            check.order_no,
        )
        fresh = await reload(replace(batch, memory=memory))
        case = Case(nothing_typed(), memory, fresh)
        wanted, memory.identity = memory.identity or "orders", None
        done = decide.decide_option(case, "action", f"tool:{wanted}")
        told = Reply("text", {"text": "验证通过，可以办理这张订单的业务了。"})
        return replace(done, replies=(told, *done.replies))
