"""What an order is: plain frozen values. They are also the JSON that shops send (``docs/commerce.md``).

Times are aware datetimes, money is yuan as :class:`~decimal.Decimal` with at most two decimals.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

Money = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class OrderState(StrEnum):
    """Where an order stands; ``text`` is what customers read."""

    UNPAID = "unpaid"
    PAID = "paid"
    PARTIALLY_SHIPPED = "partially_shipped"
    IN_TRANSIT = "in_transit"
    STUCK = "stuck"
    SIGNED = "signed"
    RETURN_REQUESTED = "return_requested"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUSED = "refused"
    PRESALE = "presale"
    CANCELLED = "cancelled"

    @property
    def text(self) -> str:
        """The state in Chinese."""
        return STATE_TEXT[self]


STATE_TEXT = {
    OrderState.UNPAID: "待付款",
    OrderState.PAID: "待发货",
    OrderState.PARTIALLY_SHIPPED: "部分发货",
    OrderState.IN_TRANSIT: "运输中",
    OrderState.STUCK: "物流停滞",
    OrderState.SIGNED: "已签收",
    OrderState.RETURN_REQUESTED: "退换货处理中",
    OrderState.REFUNDING: "退款中",
    OrderState.REFUNDED: "已退款",
    OrderState.REFUSED: "已拒收",
    OrderState.PRESALE: "预售待付尾款",
    OrderState.CANCELLED: "已取消",
}


@dataclass(frozen=True)
class OrderItem:
    """One line of an order; ``price`` is for one piece."""

    title: str
    quantity: Annotated[int, Field(ge=1)]
    price: Money
    sku: str = ""

    @property
    def amount(self) -> Decimal:
        """The price of the whole line."""
        return self.price * self.quantity


@dataclass(frozen=True)
class TrackPoint:
    """One line of a parcel's tracking."""

    time: AwareDatetime
    text: str
    place: str = ""


@dataclass(frozen=True)
class Shipment:
    """One parcel; ``timeline`` runs from the oldest point to the newest."""

    courier: str
    tracking_no: str
    items: tuple[OrderItem, ...]
    timeline: tuple[TrackPoint, ...] = ()
    eta: AwareDatetime | None = None
    signed_at: AwareDatetime | None = None

    @property
    def amount(self) -> Decimal:
        """What the goods in this parcel cost."""
        return sum((item.amount for item in self.items), Decimal(0))


class RefundKind(StrEnum):
    """What an after-sales case is about."""

    RETURN = "return"
    REFUND = "refund"
    EXCHANGE = "exchange"
    CANCEL = "cancel"


@dataclass(frozen=True)
class RefundStep:
    """One step of an after-sales case; ``time`` is when it was done."""

    title: str
    done: bool
    time: AwareDatetime | None = None


@dataclass(frozen=True)
class Refund:
    """The after-sales case of an order. ``amount`` is what comes back (0 for an exchange)."""

    refund_no: str
    amount: Money
    kind: RefundKind
    state_text: str
    steps: tuple[RefundStep, ...]


@dataclass(frozen=True)
class Invoice:
    """An invoice asked for or issued; ``url`` is empty until it can be downloaded."""

    invoice_no: str
    title: str
    amount: Money
    state_text: str
    created_at: AwareDatetime
    tax_no: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True)
class Presale:
    """The terms of a presale: ``deposit`` is paid, ``balance`` is due between the two times."""

    deposit: Money
    balance: Money
    balance_from: AwareDatetime
    balance_until: AwareDatetime
    ships_by: AwareDatetime


@dataclass(frozen=True)
class Order:
    """One order of one customer. ``total`` is the price of all items; address and phone are not masked."""

    order_no: str
    customer_external_id: str
    state: OrderState
    items: tuple[OrderItem, ...]
    total: Money
    recipient: str
    address: str
    phone: str
    created_at: AwareDatetime
    paid_at: AwareDatetime | None = None
    seller: str = "云杉自营"
    shipments: tuple[Shipment, ...] = ()
    refund: Refund | None = None
    invoices: tuple[Invoice, ...] = ()
    presale: Presale | None = None
    urged_at: AwareDatetime | None = None

    @property
    def signed_at(self) -> datetime | None:
        """When the last parcel was signed for, once all were."""
        times = [shipment.signed_at for shipment in self.shipments if shipment.signed_at is not None]
        return max(times) if times and len(times) == len(self.shipments) else None

    @property
    def shipped_amount(self) -> Decimal:
        """What the goods that were sent cost."""
        return sum((shipment.amount for shipment in self.shipments), Decimal(0))

    @property
    def paid_amount(self) -> Decimal:
        """What the customer has paid so far."""
        if self.state is OrderState.PRESALE and self.presale is not None:
            return self.presale.deposit
        return self.total if self.paid_at is not None else Decimal(0)


class CouponState(StrEnum):
    """Whether a coupon can be used."""

    USABLE = "usable"
    USED = "used"
    EXPIRED = "expired"

    @property
    def text(self) -> str:
        """The state in Chinese."""
        return {"usable": "可使用", "used": "已使用", "expired": "已过期"}[self.value]


@dataclass(frozen=True)
class Coupon:
    """A coupon: ``amount`` off from ``threshold`` on (0: no threshold)."""

    title: str
    threshold: Money
    amount: Money
    expires_at: AwareDatetime
    state: CouponState = CouponState.USABLE


@dataclass(frozen=True)
class Address:
    """An entry of the customer's address book, not masked."""

    recipient: str
    phone: str
    address: str
    default: bool = False
