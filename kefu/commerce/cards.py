"""Cards: orders as the plain JSON that clients draw. Phones, names and addresses are masked here."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from kefu.commerce.orders import Address, Coupon, Order, OrderItem, OrderState, Shipment

Card = dict[str, Any]

_REGION = re.compile(
    r"(?:\D{2,8}?(?:省|自治区))?"
    r"\D{1,10}?(?:自治州|地区|盟|市)"
    r"(?:\D{1,8}?[区县旗市])?"
)


def money(amount: Decimal) -> str:
    """Return yuan as text, e.g. ``129.00``."""
    return f"{amount:.2f}"


def moment(time: datetime) -> str:
    """Return a time as RFC 3339 in UTC, to the second."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def mask_phone(phone: str) -> str:
    """Return ``138****5678``; anything too short to keep seven digits is hidden whole."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"


def mask_name(name: str) -> str:
    """Return the family name and a star."""
    return f"{name[:1]}*"


def mask_address(address: str) -> str:
    """Return province, city and district; the rest is hidden."""
    region = _REGION.match(address)
    return f"{region.group() if region else address[:2]}****"


def order_card(order: Order) -> Card:
    """Return ``{order_no, state, state_text, items, total, created_at, paid_at?}`` and who gets it."""
    card: Card = {
        "order_no": order.order_no,
        "state": order.state.value,
        "state_text": order.state.text,
        "items": [_item(item) for item in order.items],
        "total": money(order.total),
        "created_at": moment(order.created_at),
        "recipient": mask_name(order.recipient),
        "phone": mask_phone(order.phone),
        "address": mask_address(order.address),
    }
    if order.paid_at is not None:
        card["paid_at"] = moment(order.paid_at)
    return card


def _item(item: OrderItem) -> Card:
    return {"title": item.title, "quantity": item.quantity, "price": money(item.price)}


def logistics_card(order: Order) -> Card:
    """Return ``{order_no, courier, tracking_no, state_text, eta?, timeline}``, the newest point first.

    With several parcels ``parcels`` holds one such object each and the outer fields are those of the first
    one not signed for. With none the order is not sent yet: courier and number are empty.
    """
    if not order.shipments:
        sent = {"courier": "", "tracking_no": "", "state_text": "尚未发货", "timeline": []}
        return {"order_no": order.order_no, **sent}
    parcels = [_parcel(order, shipment) for shipment in order.shipments]
    waiting = (n for n, shipment in enumerate(order.shipments) if shipment.signed_at is None)
    card = {"order_no": order.order_no, **parcels[next(waiting, 0)]}
    if len(parcels) > 1:
        card["parcels"] = parcels
    return card


def _parcel(order: Order, shipment: Shipment) -> Card:
    card: Card = {
        "courier": shipment.courier,
        "tracking_no": shipment.tracking_no,
        "state_text": _parcel_state(order, shipment),
        "items": [_item(item) for item in shipment.items],
        "timeline": [_point(point.time, point.text, point.place) for point in reversed(shipment.timeline)],
    }
    if shipment.eta is not None and shipment.signed_at is None:
        card["eta"] = moment(shipment.eta)
    return card


def _parcel_state(order: Order, shipment: Shipment) -> str:
    if shipment.signed_at is not None:
        return "已签收"
    if order.state in {OrderState.STUCK, OrderState.REFUSED}:
        return order.state.text
    return "运输中" if shipment.timeline else "等待揽收"


def _point(time: datetime, text: str, place: str) -> Card:
    point = {"time": moment(time), "text": text}
    return {**point, "place": place} if place else point


def refund_card(order: Order) -> Card:
    """Return ``{order_no, refund_no, kind, amount, state_text, steps}``; ValueError without a refund."""
    if order.refund is None:
        raise ValueError(f"order {order.order_no} has no refund")
    steps = [
        {"title": step.title, "done": step.done, **({"time": moment(step.time)} if step.time else {})}
        for step in order.refund.steps
    ]
    return {
        "order_no": order.order_no,
        "refund_no": order.refund.refund_no,
        "kind": order.refund.kind.value,
        "amount": money(order.refund.amount),
        "state_text": order.refund.state_text,
        "steps": steps,
    }


def invoice_card(order: Order) -> Card:
    """Return ``{order_no, items: [{invoice_no, title, amount, state_text, created_at, url?}]}``."""
    items = [
        {
            "invoice_no": invoice.invoice_no,
            "title": invoice.title,
            "amount": money(invoice.amount),
            "state_text": invoice.state_text,
            "created_at": moment(invoice.created_at),
            **({"url": invoice.url} if invoice.url else {}),
        }
        for invoice in order.invoices
    ]
    return {"order_no": order.order_no, "items": items}


def coupon_card(coupons: Sequence[Coupon]) -> Card:
    """Return ``{items: [{title, threshold, amount, expires_at, state_text}]}``."""
    items = [
        {
            "title": coupon.title,
            "threshold": money(coupon.threshold),
            "amount": money(coupon.amount),
            "expires_at": moment(coupon.expires_at),
            "state_text": coupon.state.text,
        }
        for coupon in coupons
    ]
    return {"items": items}


def address_card(addresses: Sequence[Address]) -> Card:
    """Return ``{items: [{recipient, phone, address, default}]}``, masked."""
    items = [
        {
            "recipient": mask_name(address.recipient),
            "phone": mask_phone(address.phone),
            "address": mask_address(address.address),
            "default": address.default,
        }
        for address in addresses
    ]
    return {"items": items}
