from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kefu.bootstrap.seed import seed_customers
from kefu.commerce.demo import DemoCommerce
from kefu.commerce.models import DemoAddress, DemoCoupon, DemoOrder
from kefu.commerce.orders import Order, OrderState
from kefu.commerce.ports import Command, Tool
from kefu.commerce.seed import seed_demo, shift
from kefu.core.database import Database
from kefu.customers.models import Customer

DEMO = Path(__file__).parents[2] / "content" / "demo.yml"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
STATES = [state for state in OrderState if state is not OrderState.CANCELLED]


@pytest.fixture
def demo(database: Database) -> DemoCommerce:
    with database.write() as session:
        seed_customers(session, DEMO)
        seed_demo(session, DEMO, NOW)
    return DemoCommerce(database)


async def all_orders(demo: DemoCommerce) -> list[Order]:
    return [order for state in STATES for order in await demo.orders(f"demo-{state}")]


async def test_every_state_has_a_customer_with_older_finished_orders(demo: DemoCommerce) -> None:
    finished = {OrderState.SIGNED, OrderState.REFUNDED, OrderState.CANCELLED}
    for state in STATES:
        newest, *older = await demo.orders(f"demo-{state}")
        assert newest.state is state
        assert 1 <= len(older) <= 2
        assert {order.state for order in older} <= finished
        assert await demo.addresses(f"demo-{state}")


def test_customers_are_known_to_the_shop(demo: DemoCommerce, database: Database) -> None:
    with database.read() as session:
        customers = session.scalars(select(Customer).where(Customer.inbox == "web")).all()
    assert {customer.external_id for customer in customers} == {f"demo-{state}" for state in [*STATES, "new"]}
    assert {customer.level for customer in customers} == {"普通", "银卡", "金卡", "钻石卡"}
    assert all(customer.name and customer.phone for customer in customers)


async def test_orders_make_sense(demo: DemoCommerce) -> None:
    orders = await all_orders(demo)
    assert len({order.order_no for order in orders}) == len(orders)
    for order in orders:
        assert order.total == sum(item.amount for item in order.items), order.order_no
        assert (order.paid_at is None) == (order.state in {OrderState.UNPAID, OrderState.CANCELLED})
        for shipment in order.shipments:
            times = [point.time for point in shipment.timeline]
            assert order.created_at < times[0]
            assert times == sorted(times)
            assert times[-1] < NOW
            assert set(shipment.items) <= set(order.items)
        if order.refund is not None:
            assert all((step.time is not None) == step.done for step in order.refund.steps)


async def test_dates_are_relative_to_the_seeding(demo: DemoCommerce) -> None:
    (in_transit, *_), (stuck, *_) = await demo.orders("demo-in_transit"), await demo.orders("demo-stuck")
    assert in_transit.created_at == NOW - timedelta(days=2, hours=6)
    assert in_transit.order_no == "YS202611180412"  # the day of the order in China
    assert in_transit.shipments[0].eta == NOW + timedelta(hours=20)
    assert stuck.shipments[0].timeline[-1].time == NOW - timedelta(days=4)


def counts(database: Database) -> list[int | None]:
    with database.read() as session:
        return [
            session.scalar(select(func.count()).select_from(table))
            for table in (Customer, DemoOrder, DemoCoupon, DemoAddress)
        ]


async def test_seeding_again_changes_nothing(demo: DemoCommerce, database: Database) -> None:
    before, orders = counts(database), await all_orders(demo)
    with database.write() as session:
        seed_customers(session, DEMO)
        seed_demo(session, DEMO, NOW + timedelta(days=3))
    assert counts(database) == before
    assert await all_orders(demo) == orders


async def test_customer_who_came_before_the_seeding_gets_the_orders(database: Database) -> None:
    with database.write() as session:
        session.add(Customer(inbox="web", external_id="demo-paid", name="早来的人"))
    with database.write() as session:
        seed_customers(session, DEMO)
        seed_demo(session, DEMO, NOW)
    assert (await DemoCommerce(database).orders("demo-paid"))[0].state is OrderState.PAID
    assert counts(database)[0] == len(STATES) + 1


async def test_old_demo_moves_to_today(demo: DemoCommerce, database: Database) -> None:
    before = await all_orders(demo)
    coupons = await demo.coupons("demo-new")
    later = timedelta(days=30, hours=5)
    with database.write() as session:
        shift(session, NOW + later)
    after = await all_orders(demo)
    assert [order.created_at - later for order in after] == [order.created_at for order in before]
    assert [order.order_no for order in after] == [order.order_no for order in before]
    old, new = (
        next(order for order in orders if order.state is OrderState.STUCK) for orders in (before, after)
    )
    assert new.shipments[0].timeline[0].time == old.shipments[0].timeline[0].time + later
    assert [coupon.expires_at - later for coupon in await demo.coupons("demo-new")] == [
        coupon.expires_at for coupon in coupons
    ]


async def test_fresh_demo_stays_and_a_moved_one_moves_once(demo: DemoCommerce, database: Database) -> None:
    before = await all_orders(demo)
    with database.write() as session:
        shift(session, NOW + timedelta(hours=23))
    assert await all_orders(demo) == before
    for _ in range(2):
        with database.write() as session:
            shift(session, NOW + timedelta(days=2))
    assert [order.created_at for order in await all_orders(demo)] == [
        order.created_at + timedelta(days=2) for order in before
    ]


async def test_what_customers_did_survives_the_move(demo: DemoCommerce, database: Database) -> None:
    (unpaid, *_) = await demo.orders("demo-unpaid")
    command = Command(Tool.CANCEL_ORDER, "demo-unpaid", unpaid.order_no)
    receipt = await demo.perform(command, idempotency_key="turn-1")
    with database.write() as session:
        shift(session, NOW + timedelta(days=2))
    assert (await demo.orders("demo-unpaid"))[0].state is OrderState.CANCELLED
    assert await demo.perform(command, idempotency_key="turn-1") == receipt
