"""Trying a message out: what it would lead to and, in plain words, why; and messages kept as test cases."""

import asyncio
from decimal import Decimal

from fastapi import APIRouter
from sqlalchemy import select

from kefu.bootstrap.container import Container
from kefu.commerce.orders import Order, OrderItem, OrderState
from kefu.core.clock import now
from kefu.core.errors import Invalid, NotFound
from kefu.dialogue.decision import Decision, Understanding
from kefu.dialogue.explain import Grounds, explain
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import learning_schemas as s
from kefu.gateway.editor.views import ORDER_STATES
from kefu.nlu.models import TryCase

router = APIRouter(prefix="/console", tags=["editor"])


@router.post("/try", operation_id="consoleTry")
async def rehearse(body: s.TryRequest, person: Editor, parts: Parts) -> s.TryAnswer:
    """Run one message as a customer's first one; nothing is stored."""
    return await tried(parts, body)


async def tried(parts: Container, body: s.TryRequest) -> s.TryAnswer:
    """Try a message out and explain it."""
    decision, seen = await _run(parts, body.text, body.order_state, body.customer)
    index = parts.brain.brain.index
    found = await asyncio.to_thread(
        lambda: explain(Grounds.of_decision(decision, seen, index), parts.settings)
    )
    return s.TryAnswer(
        **found.model_dump(),
        replies=[{"kind": reply.kind, "content": reply.content} for reply in decision.replies],
        keys=answered_with(decision),
        index=index.version,
    )


async def _run(
    parts: Container, text: str, order_state: str | None, customer: str | None
) -> tuple[Decision, Understanding]:
    if order_state is not None and order_state not in ORDER_STATES:
        raise Invalid("order_state_unknown", "没有这个订单状态")
    orders = (_example(OrderState(order_state)),) if order_state else None
    return await parts.turns.rehearse(text, customer, orders)


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


@router.get("/cases", operation_id="consoleCases")
def cases(person: Editor, parts: Parts) -> s.Cases:
    """Return the kept messages."""
    return s.Cases(items=[_case(row) for row in _rows(parts)])


def _rows(parts: Container) -> list[TryCase]:
    with parts.database.read() as session:
        return list(session.scalars(select(TryCase).order_by(TryCase.created_at.desc()).limit(500)))


def _case(row: TryCase) -> s.CaseView:
    return s.CaseView(
        id=row.id, text=row.text, order_state=row.order_state, outcome=row.outcome, keys=row.keys
    )


@router.post("/cases", operation_id="consoleKeepCase", status_code=201)
def keep(body: s.CaseRequest, person: Editor, parts: Parts) -> s.CaseView:
    """Keep a message with what it must lead to."""
    with parts.database.write() as session:
        row = TryCase(**body.model_dump(), author_id=person.id)
        session.add(row)
        session.flush()
        return _case(row)


@router.delete("/cases/{case_id}", operation_id="consoleDeleteCase", status_code=204)
def forget(case_id: str, person: Editor, parts: Parts) -> None:
    """Forget a kept message."""
    with parts.database.write() as session:
        row = session.get(TryCase, case_id)
        if row is None:
            raise NotFound("case_not_found", "没有这条用例")
        session.delete(row)


@router.post("/cases/run", operation_id="consoleRunCases")
async def run_cases(person: Editor, parts: Parts) -> s.Cases:
    """Try all kept messages; right when the outcome and the first article are as they were."""
    items = []
    for row in _rows(parts):
        decision, _ = await _run(parts, row.text, row.order_state, None)
        keys = answered_with(decision)
        passed = decision.outcome == row.outcome and keys[:1] == row.keys[:1]
        items.append(
            _case(row).model_copy(update={"passed": passed, "got": decision.outcome, "got_keys": keys})
        )
    return s.Cases(items=items)
