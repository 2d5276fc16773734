"""The demo shop's customers and orders, from a content file whose dates are relative to the seeding.

``-2d 3h`` as a whole text is a time (that long ago, ``+`` for later); ``{-2d}`` inside one is that day in
China as ``yymmdd``, so that order numbers look like their dates.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.commerce.demo import ADDRESS, COUPON, ORDER
from kefu.commerce.models import DemoAddress, DemoCoupon, DemoOrder
from kefu.commerce.rules import CHINA

T = TypeVar("T")

STALE = timedelta(days=1)
_OFFSET = re.compile(r"(?P<sign>[+-])(?=\d)(?:(?P<days>\d+)d)? ?(?:(?P<hours>\d+)h)? ?(?:(?P<minutes>\d+)m)?")
_DAY = re.compile(r"\{([+-]\d+d)\}")


def seed_demo(session: Session, path: Path, now: datetime) -> None:
    """Load orders, coupons and addresses from ``path``; those of customers who have any are left alone."""
    seeded = set(session.scalars(select(DemoAddress.external_id)))
    for entry in yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader):
        external_id = entry["external_id"]
        if external_id in seeded:
            continue
        for body in _dated(entry.get("orders", []), now):
            _add_order(session, {**body, "customer_external_id": external_id}, now)
        for body in _dated(entry.get("coupons", []), now):
            body = COUPON.dump_python(COUPON.validate_python(body), mode="json")
            session.add(DemoCoupon(external_id=external_id, anchor=now, body=body))
        for body in entry["addresses"]:
            body = ADDRESS.dump_python(ADDRESS.validate_python(body), mode="json")
            session.add(DemoAddress(external_id=external_id, body=body))
    session.flush()


def shift(session: Session, now: datetime) -> None:
    """Move the dates of a demo older than a day forward, so that what was two days ago is so again."""
    for row in session.scalars(select(DemoOrder).where(DemoOrder.anchor < now - STALE)):
        order = _later(ORDER, row.body, now - row.anchor)
        row.created_at, row.body, row.anchor = order.created_at, ORDER.dump_python(order, mode="json"), now
    for coupon in session.scalars(select(DemoCoupon).where(DemoCoupon.anchor < now - STALE)):
        moved = _later(COUPON, coupon.body, now - coupon.anchor)
        coupon.body, coupon.anchor = COUPON.dump_python(moved, mode="json"), now
    session.flush()


def _add_order(session: Session, body: dict[str, Any], now: datetime) -> None:
    order = ORDER.validate_python(body)
    session.add(
        DemoOrder(
            order_no=order.order_no,
            external_id=order.customer_external_id,
            state=order.state,
            created_at=order.created_at,
            anchor=now,
            body=ORDER.dump_python(order, mode="json"),
        )
    )


def _dated(value: Any, now: datetime) -> Any:
    """Return ``value`` with every relative time in it made absolute."""
    if isinstance(value, dict):
        return {name: _dated(part, now) for name, part in value.items()}
    if isinstance(value, list):
        return [_dated(part, now) for part in value]
    if not isinstance(value, str):
        return value
    if _OFFSET.fullmatch(value):
        return now + _offset(value)
    return _DAY.sub(lambda day: f"{(now + _offset(day[1])).astimezone(CHINA):%y%m%d}", value)


def _offset(text: str) -> timedelta:
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError(f"not a time relative to today: {text}")
    days, hours, minutes = (int(match[name] or 0) for name in ("days", "hours", "minutes"))
    size = timedelta(days=days, hours=hours, minutes=minutes)
    return -size if match["sign"] == "-" else size


def _later(adapter: TypeAdapter[T], body: dict[str, Any], by: timedelta) -> T:
    """Return the stored value with all its times moved ``by`` that much."""
    return adapter.validate_python(_moved(adapter.dump_python(adapter.validate_python(body)), by))


def _moved(value: Any, by: timedelta) -> Any:
    """Return ``value`` with every time in it moved."""
    if isinstance(value, dict):
        return {name: _moved(part, by) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(part, by) for part in value]
    return value + by if isinstance(value, datetime) else value
