"""The port to a shop: what can be seen and done, whoever keeps the orders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kefu.commerce.orders import Address, Coupon, Order


class Tool(StrEnum):
    """What a customer can ask the shop to do; the values are the ids of the forms that ask for it."""

    RETURN_REQUEST = "return_request"
    REFUND_REQUEST = "refund_request"
    EXCHANGE_REQUEST = "exchange_request"
    CANCEL_ORDER = "cancel_order"
    CHANGE_ADDRESS = "change_address"
    INVOICE_REQUEST = "invoice_request"
    URGE = "urge"


@dataclass(frozen=True)
class Command:
    """One request of a customer about an own order.

    ``values`` by tool (* required): return_request ``reason*, description``; refund_request ``reason*,
    description, amount``; exchange_request ``reason*, wanted*``; cancel_order ``reason``; change_address
    ``address*, recipient, phone``; invoice_request ``title*, tax_no, email``; urge ``note``.
    """

    tool: Tool
    external_id: str
    order_no: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Receipt:
    """What came of a command: the number to refer to, words for the customer, the order as it is now."""

    number: str
    text: str
    order: Order | None = None


class Commerce(Protocol):
    """A shop. Every method may raise ``ShopUnavailable`` or ``ShopRefused`` when the shop is a remote one."""

    async def orders(self, external_id: str) -> list[Order]:
        """Return the customer's orders, newest first."""
        ...

    async def order(self, external_id: str, order_no: str) -> Order | None:
        """Return an order, or None when there is none or it is not this customer's."""
        ...

    async def coupons(self, external_id: str) -> list[Coupon]:
        """Return the customer's coupons, the next to expire first."""
        ...

    async def addresses(self, external_id: str) -> list[Address]:
        """Return the customer's address book, the default first."""
        ...

    async def identify(self, order_no: str, phone_tail: str) -> str | None:
        """Return whose order this is, if the recipient's phone ends in these four digits; None otherwise."""
        ...

    async def perform(self, command: Command, *, idempotency_key: str) -> Receipt:
        """Do what the customer asks, once per key (at most 100 characters): the same key, the same receipt.

        Raises ``OrderNotFound``, ``NotAllowedInState``, ``InvalidValues`` or ``IdempotencyKeyReused``.
        """
        ...
