"""Trying a message out: what it would lead to and, in plain words, why."""

import asyncio
from decimal import Decimal

from fastapi import APIRouter

from kefu.bootstrap.container import Container
from kefu.commerce.orders import Order, OrderItem, OrderState
from kefu.core.clock import now
from kefu.core.errors import Invalid
from kefu.dialogue.brain import Brain
from kefu.dialogue.decision import Decision
from kefu.dialogue.explain import Grounds, explain
from kefu.dialogue.ports import Bot
from kefu.dialogue.underway import Rehearsed
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import learning_schemas as s
from kefu.gateway.editor.views import ORDER_STATES

router = APIRouter(prefix="/console", tags=["editor"])


@router.post("/try", operation_id="consoleTry")
async def rehearse(body: s.TryRequest, person: Editor, parts: Parts) -> s.TryAnswer:
    """Run one message as a customer's first one; nothing is stored."""
    return await tried(parts, body)


async def tried(parts: Container, body: s.TryRequest) -> s.TryAnswer:
    """Try a message out, by what serves or by a candidate, and explain it."""
    brain, bot = parts.brain.brain, None
    if body.candidate is not None:
        brain, bot = await parts.candidates.of(body.candidate)
    done = await run(parts, body.text, body.order_state, body.customer, brain, bot)
    decision, seen = done.decision, done.case.understanding
    index = brain.index
    found = await asyncio.to_thread(
        lambda: explain(Grounds.of_decision(decision, seen, index), parts.settings)
    )
    return s.TryAnswer(
        **found.model_dump(),
        replies=[{"kind": reply.kind, "content": reply.content} for reply in decision.replies],
        keys=answered_with(decision),
        index=index.version,
        model=seen.model,
    )


async def run(
    parts: Container,
    text: str,
    order_state: str | None,
    customer: str | None,
    brain: Brain | None = None,
    bot: Bot | None = None,
) -> Rehearsed:
    """Run a message as a first one, by what serves or by a candidate; ``order_state`` gives the customer such an order."""
    if order_state is not None and order_state not in ORDER_STATES:
        raise Invalid("order_state_unknown", "没有这个订单状态")
    orders = (example_order(OrderState(order_state)),) if order_state else None
    return await parts.turns.rehearse(text, customer, orders, brain=brain, bot=bot)


def example_order(state: OrderState) -> Order:
    """Return an invented order in this state."""
    item = OrderItem("示例商品", 1, Decimal("99.00"))
    paid = None if state is OrderState.UNPAID else now()
    return Order(
        order_no="YS000000000000", customer_external_id="rehearsal", state=state, items=(item,),
        total=item.amount, recipient="示例", address="示例地址", phone="13800000000", created_at=now(), paid_at=paid,
    )  # fmt: skip


def answered_with(decision: Decision) -> list[str]:
    """The articles that a decision answers with or offers."""
    found: list[str] = []
    for reply in decision.replies:
        if reply.kind == "answer":
            found.append(str(reply.content["source"]["article_key"]))
        elif reply.kind in ("clarify", "fallback"):
            options = reply.content.get("options", [])
            found += [one["target"]["key"] for one in options if one["target"]["kind"] == "article"]
    return found
