"""A shop over HTTP: the port ``kefu.commerce.ports.Commerce`` on the contract of ``docs/commerce.md``."""

import asyncio
import re
from dataclasses import asdict
from typing import Annotated, NoReturn, TypeVar

import httpx
import structlog
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from kefu.commerce.errors import (
    IdempotencyKeyReused,
    InvalidValues,
    NotAllowedInState,
    OrderNotFound,
    ShopRefused,
    ShopUnavailable,
)
from kefu.commerce.orders import Address, Coupon, Order
from kefu.commerce.ports import Command, Receipt
from kefu.core.errors import FieldError

T = TypeVar("T")
log = structlog.get_logger(__name__)

ATTEMPTS = 3
_ORDER_NO = re.compile(r"[0-9A-Za-z_-]{1,40}")
_READ_FAILED = "现在查不到订单信息，请稍后再试，或转人工客服。"
_NOT_ALLOWED = "商城没有说明原因；可以转人工客服核实。"
_OUTCOME_UNKNOWN = "没有收到商城的确认，申请可能已经提交；请稍后查看订单状态，或转人工客服核实。"


class _Orders(BaseModel):
    orders: list[Order]


class _Coupons(BaseModel):
    coupons: list[Coupon]


class _Addresses(BaseModel):
    addresses: list[Address]


class _Owner(BaseModel):
    external_id: str


class _FieldProblem(BaseModel):
    field: str
    message: str


class _Problem(BaseModel):
    """The body of a refusal."""

    code: str
    detail: Annotated[str, Field(max_length=500)] = ""
    errors: list[_FieldProblem] = []


_ORDER = TypeAdapter(Order)
_ORDERS = TypeAdapter(_Orders)
_COUPONS = TypeAdapter(_Coupons)
_ADDRESSES = TypeAdapter(_Addresses)
_OWNER = TypeAdapter(_Owner)
_RECEIPT = TypeAdapter(Receipt)


class _PassingError(Exception):
    """The shop is unwell in a way that another try may get past."""


class HttpCommerce:
    """Implements :class:`kefu.commerce.ports.Commerce` on a shop's HTTP interface.

    ``timeout`` in seconds bounds a whole call, its retries included. Every call may be repeated: reads by
    nature, commands because the shop does a command once per ``Idempotency-Key``.
    """

    def __init__(self, url: str, token: str, timeout: float) -> None:
        self._timeout = timeout
        self._client = httpx.AsyncClient(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=timeout
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def orders(self, external_id: str) -> list[Order]:
        """Return the customer's orders, newest first."""
        answer = await self._read("orders", external_id)
        orders = _parse(_ORDERS, _good(answer, _READ_FAILED), _READ_FAILED).orders
        for order in orders:
            _check_owner(order, external_id, _READ_FAILED)
        return sorted(orders, key=lambda order: order.created_at, reverse=True)

    async def order(self, external_id: str, order_no: str) -> Order | None:
        """Return an order, or None when there is none or it is not this customer's."""
        if not _ORDER_NO.fullmatch(order_no):
            return None
        answer = await self._read(f"orders/{order_no}", external_id)
        try:
            order = _parse(_ORDER, _good(answer, _READ_FAILED), _READ_FAILED)
        except OrderNotFound:
            return None
        _check_owner(order, external_id, _READ_FAILED)
        return order

    async def coupons(self, external_id: str) -> list[Coupon]:
        """Return the customer's coupons, the next to expire first."""
        answer = await self._read("coupons", external_id)
        coupons = _parse(_COUPONS, _good(answer, _READ_FAILED), _READ_FAILED).coupons
        return sorted(coupons, key=lambda coupon: coupon.expires_at)

    async def addresses(self, external_id: str) -> list[Address]:
        """Return the customer's address book, the default first."""
        answer = await self._read("addresses", external_id)
        addresses = _parse(_ADDRESSES, _good(answer, _READ_FAILED), _READ_FAILED).addresses
        return sorted(addresses, key=lambda address: not address.default)

    async def identify(self, order_no: str, phone_tail: str) -> str | None:
        """Return whose order this is, if the recipient's phone ends in these four digits; None otherwise."""
        if not _ORDER_NO.fullmatch(order_no):
            return None
        body = {"order_no": order_no, "phone_tail": phone_tail}
        answer = await self._send(self._client.build_request("POST", "identify", json=body), _READ_FAILED)
        try:
            return _parse(_OWNER, _good(answer, _READ_FAILED), _READ_FAILED).external_id
        except OrderNotFound:
            return None

    async def perform(self, command: Command, *, idempotency_key: str) -> Receipt:
        """Do what the customer asks, once per key."""
        if not _ORDER_NO.fullmatch(command.order_no):
            raise OrderNotFound
        request = self._client.build_request(
            "POST",
            "commands",
            json={**asdict(command), "values": dict(command.values)},
            headers={"Idempotency-Key": idempotency_key},
        )
        answer = _good(await self._send(request, _OUTCOME_UNKNOWN), _OUTCOME_UNKNOWN)
        receipt = _parse(_RECEIPT, answer, _OUTCOME_UNKNOWN)
        if receipt.order is not None:
            _check_owner(receipt.order, command.external_id, _OUTCOME_UNKNOWN)
        return receipt

    async def _read(self, path: str, external_id: str) -> httpx.Response:
        request = self._client.build_request("GET", path, params={"external_id": external_id})
        return await self._send(request, _READ_FAILED)

    async def _send(self, request: httpx.Request, failed: str) -> httpx.Response:
        retrying = AsyncRetrying(
            retry=retry_if_exception_type((_PassingError, httpx.TransportError)),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.05, max=0.5),
            reraise=True,
        )
        try:
            async with asyncio.timeout(self._timeout):
                return await retrying(self._try, request)
        except (_PassingError, httpx.HTTPError, TimeoutError) as error:
            _unavailable(failed, request.url.path, error)

    async def _try(self, request: httpx.Request) -> httpx.Response:
        answer = await self._client.send(request)
        if answer.is_server_error:
            raise _PassingError(f"status {answer.status_code}")
        return answer


def _good(answer: httpx.Response, failed: str) -> httpx.Response:
    """Return an answer that is a success; raise what a refusal means."""
    if answer.is_success:
        return answer
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.status_code < httpx.codes.BAD_REQUEST:
        _unavailable(failed, answer.url.path, f"status {answer.status_code}")
    try:
        problem = _Problem.model_validate_json(answer.content)
    except ValidationError:
        problem = _Problem(code="")
    log.warning("shop refused", path=answer.url.path, status=answer.status_code, code=problem.code)
    match problem.code:
        case "order_not_found":
            raise OrderNotFound
        case "not_allowed_in_state":
            raise NotAllowedInState(problem.detail or _NOT_ALLOWED)
        case "invalid_values":
            raise InvalidValues([FieldError(error.field, error.message) for error in problem.errors])
        case "idempotency_key_reused":
            raise IdempotencyKeyReused
    # Words that a person wrote for the customer come with the code; anything else is for the log.
    raise ShopRefused(problem.detail if problem.code == "shop_refused" else "")


def _parse(adapter: TypeAdapter[T], answer: httpx.Response, failed: str) -> T:
    try:
        return adapter.validate_json(answer.content, strict=True)
    except ValidationError as error:
        _unavailable(failed, answer.url.path, f"{error.error_count()} invalid fields")


def _check_owner(order: Order, external_id: str, failed: str) -> None:
    """Refuse an order of somebody else, whatever the shop says."""
    if order.customer_external_id != external_id:
        _unavailable(failed, "orders", "an order of another customer")


def _unavailable(detail: str, path: str, reason: object) -> NoReturn:
    log.warning("shop unavailable", path=path, reason=repr(reason))
    raise ShopUnavailable(detail)
