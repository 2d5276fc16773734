"""Trying a message out: what it would lead to and, in plain words, why."""

from decimal import Decimal

from fastapi import APIRouter

from kefu.bootstrap.container import Container
from kefu.commerce.orders import Order, OrderItem, OrderState
from kefu.core.clock import now
from kefu.core.errors import Invalid
from kefu.dialogue.brain import Brain
from kefu.dialogue.decision import Decision, Understanding
from kefu.dialogue.ports import Bot
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import learning_schemas as s
from kefu.gateway.editor.views import ORDER_STATES
from kefu.gateway.editor.why import explain

router = APIRouter(prefix="/console", tags=["editor"])
SHOWN = 8


@router.post("/try", operation_id="consoleTry")
async def rehearse(body: s.TryRequest, person: Editor, parts: Parts) -> s.TryAnswer:
    """Run one message as a customer's first one; nothing is stored."""
    decision, seen = await run(parts, body.text, body.order_state, body.customer)
    titles = parts.brain.brain.knowledge.articles
    return s.TryAnswer(
        outcome=decision.outcome,
        replies=[{"kind": reply.kind, "content": reply.content} for reply in decision.replies],
        why=explain(decision, seen, parts.settings),
        keys=answered_with(decision),
        intent=seen.intent.name if seen.intent else None,
        normalised=seen.normalised,
        in_domain=round(seen.result.in_domain, 3),
        topic=seen.topic,
        signal=seen.signal.value if seen.signal else None,
        candidates=[
            s.TriedCandidate(
                key=one.key,
                title=titles[one.key].title if one.key in titles else one.title,
                confidence=round(one.confidence, 3),
                score=round(one.score, 3),
                lexical=round(one.lexical, 3),
                vector=round(one.vector, 3),
                classifier=round(one.classifier, 3),
                matched=one.matched,
            )
            for one in seen.result.candidates[:SHOWN]
        ],
        index=parts.brain.brain.index.version,
    )


async def run(
    parts: Container,
    text: str,
    order_state: str | None,
    customer: str | None,
    brain: Brain | None = None,
    bot: Bot | None = None,
) -> tuple[Decision, Understanding]:
    """Run a message as a first one, by what serves or by a candidate; ``order_state`` gives the customer such an order."""
    if order_state is not None and order_state not in ORDER_STATES:
        raise Invalid("order_state_unknown", "没有这个订单状态")
    orders = (_example(OrderState(order_state)),) if order_state else None
    return await parts.turns.rehearse(text, customer, orders, brain=brain, bot=bot)


def _example(state: OrderState) -> Order:
    """An invented order in this state."""
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
