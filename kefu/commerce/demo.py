"""The demo shop: the port on tables of our own database."""

import asyncio
from dataclasses import asdict
from secrets import randbelow
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tenacity import retry, retry_if_exception_type, stop_after_attempt

from kefu.commerce.effects import PREFIXES, apply
from kefu.commerce.errors import IdempotencyKeyReused, OrderNotFound
from kefu.commerce.models import CommerceReceipt, DemoAddress, DemoCoupon, DemoOrder
from kefu.commerce.orders import Address, Coupon, Order
from kefu.commerce.ports import Command, Receipt
from kefu.commerce.rules import CHINA, allowed
from kefu.commerce.values import checked
from kefu.core.clock import now
from kefu.core.database import Database

ORDER = TypeAdapter(Order)
COUPON = TypeAdapter(Coupon)
ADDRESS = TypeAdapter(Address)
_RECEIPT = TypeAdapter(Receipt)


class DemoCommerce:
    """Implements :class:`kefu.commerce.ports.Commerce`; every call is one short transaction in a thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def orders(self, external_id: str) -> list[Order]:
        """Return the customer's orders, newest first."""
        return await asyncio.to_thread(self._orders, external_id)

    async def order(self, external_id: str, order_no: str) -> Order | None:
        """Return an order, or None when there is none or it is not this customer's."""
        return await asyncio.to_thread(self._order, external_id, order_no)

    async def coupons(self, external_id: str) -> list[Coupon]:
        """Return the customer's coupons, the next to expire first."""
        return await asyncio.to_thread(self._coupons, external_id)

    async def addresses(self, external_id: str) -> list[Address]:
        """Return the customer's address book, the default first."""
        return await asyncio.to_thread(self._addresses, external_id)

    async def identify(self, order_no: str, phone_tail: str) -> str | None:
        """Return whose order this is, if the recipient's phone ends in these four digits; None otherwise."""
        return await asyncio.to_thread(self._identify, order_no, phone_tail)

    async def perform(self, command: Command, *, idempotency_key: str) -> Receipt:
        """Do what the customer asks, once per key."""
        return await asyncio.to_thread(self._perform, command, idempotency_key)

    def _orders(self, external_id: str) -> list[Order]:
        query = (
            select(DemoOrder)
            .where(DemoOrder.external_id == external_id)
            .order_by(DemoOrder.created_at.desc(), DemoOrder.order_no)
        )
        with self._database.read() as session:
            return [ORDER.validate_python(row.body) for row in session.scalars(query)]

    def _order(self, external_id: str, order_no: str) -> Order | None:
        with self._database.read() as session:
            row = session.get(DemoOrder, order_no)
            if row is None or row.external_id != external_id:
                return None
            return ORDER.validate_python(row.body)

    def _identify(self, order_no: str, phone_tail: str) -> str | None:
        with self._database.read() as session:
            row = session.get(DemoOrder, order_no)
            if (
                row is None
                or len(phone_tail) != 4
                or not ORDER.validate_python(row.body).phone.endswith(phone_tail)
            ):
                return None
            return row.external_id

    def _coupons(self, external_id: str) -> list[Coupon]:
        query = select(DemoCoupon).where(DemoCoupon.external_id == external_id).order_by(DemoCoupon.id)
        with self._database.read() as session:
            coupons = [COUPON.validate_python(row.body) for row in session.scalars(query)]
        return sorted(coupons, key=lambda coupon: coupon.expires_at)

    def _addresses(self, external_id: str) -> list[Address]:
        query = select(DemoAddress).where(DemoAddress.external_id == external_id).order_by(DemoAddress.id)
        with self._database.read() as session:
            addresses = [ADDRESS.validate_python(row.body) for row in session.scalars(query)]
        return sorted(addresses, key=lambda address: not address.default)

    # A number or a key that another transaction took meanwhile fails on its unique constraint: look again.
    @retry(retry=retry_if_exception_type(IntegrityError), stop=stop_after_attempt(10), reraise=True)
    def _perform(self, command: Command, key: str) -> Receipt:
        asked: dict[str, Any] = {**asdict(command), "values": dict(command.values)}
        with self._database.write() as session:
            # The lock on the order makes commands on it queue on PostgreSQL; on SQLite all writers do.
            row = session.get(DemoOrder, command.order_no, with_for_update=True)
            earlier = session.get(CommerceReceipt, key)
            if earlier is not None:
                if earlier.command != asked:
                    raise IdempotencyKeyReused
                return _RECEIPT.validate_python(earlier.receipt)
            if row is None or row.external_id != command.external_id:
                raise OrderNotFound
            receipt = _apply(session, row, command)
            session.add(
                CommerceReceipt(
                    idempotency_key=key,
                    number=receipt.number,
                    command=asked,
                    receipt=_RECEIPT.dump_python(receipt, mode="json"),
                )
            )
        return receipt


def _apply(session: Session, row: DemoOrder, command: Command) -> Receipt:
    order, time = ORDER.validate_python(row.body), now()
    allowed(command.tool, order, time)
    values = checked(command, order)
    # Numbers are drawn, not counted: nobody learns from theirs how many there are or what the next is.
    number = f"{PREFIXES[command.tool]}{time.astimezone(CHINA):%y%m%d}{randbelow(10_000):04d}"
    changed, text = apply(command.tool, order, values, number, time)
    row.state, row.body = changed.state, ORDER.dump_python(changed, mode="json")
    return Receipt(number, text, changed)
