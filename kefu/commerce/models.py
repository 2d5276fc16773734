"""The demo shop's tables, and the receipts of what was done in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import now
from kefu.core.database import Base


class DemoOrder(Base):
    """An order as a JSON document. ``anchor`` is the moment that its dates are relative to."""

    __tablename__ = "demo_orders"

    order_no: Mapped[str] = mapped_column(String(40), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(80), index=True)
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    anchor: Mapped[datetime]
    body: Mapped[dict[str, Any]]


class DemoCoupon(Base):
    """A coupon of the demo shop."""

    __tablename__ = "demo_coupons"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(80), index=True)
    anchor: Mapped[datetime]
    body: Mapped[dict[str, Any]]


class DemoAddress(Base):
    """An entry of an address book of the demo shop."""

    __tablename__ = "demo_addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(80), index=True)
    body: Mapped[dict[str, Any]]


class CommerceReceipt(Base):
    """What a command led to, kept so that the same key gives the same receipt and one effect."""

    __tablename__ = "commerce_receipts"

    idempotency_key: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    command: Mapped[dict[str, Any]]
    receipt: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
