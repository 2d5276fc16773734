"""A shop as the contract in docs/commerce.md describes it, which can be made to misbehave."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter

from kefu.commerce.orders import Order
from kefu.commerce.ports import Command, Commerce, Receipt
from kefu.core.errors import DomainError

TOKEN = "shop-token"


@dataclass
class Fault:
    """What the shop answers instead of the truth; ``after`` first does what was asked."""

    status: int = 200
    body: str = ""
    hang: bool = False
    after: bool = False


@dataclass
class Shop:
    """The running fixture shop: where it is, whose orders it has, what it was asked, faults to come."""

    url: str
    commerce: Commerce | None = None
    requests: list[tuple[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)
    faults: deque[Fault] = field(default_factory=deque)

    async def misbehave(
        self, request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Answer with the next fault, if there is one."""
        self.requests.append((request.method, request.url.path))
        self.tokens.add(request.headers.get("Authorization"))
        if not self.faults:
            return await call_next(request)
        fault = self.faults.popleft()
        if fault.after:
            await call_next(request)
        if fault.hang:
            await asyncio.Event().wait()
        return Response(fault.body, fault.status, media_type="application/json")


def shop_app(shop: Shop) -> FastAPI:
    """Return the HTTP side of ``shop``."""
    app = FastAPI()

    def commerce() -> Commerce:
        assert shop.commerce is not None
        return shop.commerce

    app.middleware("http")(shop.misbehave)

    @app.exception_handler(DomainError)
    async def refuse(_request: Request, error: DomainError) -> JSONResponse:
        errors = [{"field": one.field, "message": one.message} for one in error.errors]
        return JSONResponse({"code": error.code, "detail": error.detail, "errors": errors}, error.status)

    @app.get("/kefu/orders")
    async def orders(external_id: str) -> dict[str, Any]:
        found = await commerce().orders(external_id)
        return {"orders": TypeAdapter(list[Order]).dump_python(found, mode="json")}

    @app.get("/kefu/orders/{order_no}")
    async def order(external_id: str, order_no: str) -> Response:
        found = await commerce().order(external_id, order_no)
        if found is None:
            return JSONResponse({"code": "order_not_found"}, 404)
        return Response(TypeAdapter(Order).dump_json(found), media_type="application/json")

    @app.get("/kefu/coupons")
    async def coupons(external_id: str) -> dict[str, Any]:
        return {"coupons": await commerce().coupons(external_id)}

    @app.get("/kefu/addresses")
    async def addresses(external_id: str) -> dict[str, Any]:
        return {"addresses": await commerce().addresses(external_id)}

    @app.post("/kefu/identify")
    async def identify(body: dict[str, str]) -> Response:
        found = await commerce().identify(body["order_no"], body["phone_tail"])
        if found is None:
            return JSONResponse({"code": "order_not_found"}, 404)
        return JSONResponse({"external_id": found})

    @app.post("/kefu/commands")
    async def commands(request: Request, idempotency_key: str = Header()) -> Response:
        shop.keys.append(idempotency_key)
        command = TypeAdapter(Command).validate_json(await request.body())
        receipt = await commerce().perform(command, idempotency_key=idempotency_key)
        return Response(TypeAdapter(Receipt).dump_json(receipt), media_type="application/json")

    return app
