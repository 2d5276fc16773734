import asyncio
import threading
from contextlib import suppress
from datetime import datetime

import pytest

from kefu.commerce import demo, rules
from kefu.commerce.demo import DemoCommerce
from kefu.commerce.errors import NotAllowedInState
from kefu.commerce.orders import Order
from kefu.commerce.ports import Command, Tool
from kefu.core.database import Database


async def test_taken_number_is_drawn_again(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([7, 7, 7, 8])
    monkeypatch.setattr(demo, "randbelow", lambda _: next(drawn))
    shop = DemoCommerce(seeded)
    (order, *_) = await shop.orders("demo-in_transit")
    command = Command(Tool.URGE, "demo-in_transit", order.order_no)
    first = await shop.perform(command, idempotency_key="turn-1")
    second = await shop.perform(command, idempotency_key="turn-2")
    assert (first.number[-4:], second.number[-4:]) == ("0007", "0008")


async def test_commands_on_one_order_queue(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that could look at the order together would both go on; the queue lets one of them look first."""
    together = threading.Barrier(2, timeout=0.2)

    def allowed(tool: Tool, order: Order, now: datetime) -> None:
        with suppress(threading.BrokenBarrierError):
            together.wait()
        rules.allowed(tool, order, now)

    monkeypatch.setattr(demo, "allowed", allowed)
    shop = DemoCommerce(seeded)
    (order, *_) = await shop.orders("demo-paid")
    command = Command(Tool.CANCEL_ORDER, "demo-paid", order.order_no)
    results = await asyncio.gather(
        *(shop.perform(command, idempotency_key=f"turn-{n}") for n in range(2)), return_exceptions=True
    )
    assert sum(isinstance(result, NotAllowedInState) for result in results) == 1
