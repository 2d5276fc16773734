"""The built web apps, served by the service itself: ``/chat`` for customers, ``/desk`` for staff, ``/demo`` to try."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from sqlalchemy import select
from starlette.staticfiles import StaticFiles

from kefu.bootstrap.container import Container
from kefu.core.settings import ROOT
from kefu.customers.models import Customer
from kefu.customers.service import identifier_hash

DIST = ROOT / "web" / "apps"
APPS = {
    "chat": DIST / "widget" / "dist",
    "desk": DIST / "desk" / "dist",
    "demo": DIST / "demo" / "dist",
}
LOADER = DIST / "loader" / "dist" / "loader.js"
NOT_BUILT = HTMLResponse("<!doctype html><meta charset=utf-8><p>网页还没有构建，请运行 make web。</p>", 503)
STATES = {
    "demo-unpaid": "待付款", "demo-paid": "待发货", "demo-partially_shipped": "部分发货", "demo-in_transit": "运输中",
    "demo-stuck": "物流停滞", "demo-signed": "已签收", "demo-return_requested": "退货中", "demo-refunding": "退款中",
    "demo-refunded": "已退款", "demo-refused": "已拒收", "demo-presale": "预售", "demo-new": "没有订单",
}  # fmt: skip


def install(app: FastAPI, container: Container) -> None:
    """Serve the pages."""

    @app.get("/", include_in_schema=False)
    def root() -> RedirectResponse:
        return RedirectResponse("/chat")

    @app.get("/kf/loader.js", include_in_schema=False)
    def loader() -> Response:
        if not LOADER.exists():
            return NOT_BUILT
        # Shops keep the address for ever, so it is asked for again now and then.
        headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
        return FileResponse(LOADER, media_type="text/javascript", headers=headers)

    @app.get("/demo/customers.json", include_in_schema=False)
    async def customers() -> dict[str, Any]:
        return {"items": await _demo_customers(container) if container.settings.seed_demo else []}

    for name, dist in APPS.items():
        _serve(app, name, dist)


def _serve(app: FastAPI, name: str, dist: Path) -> None:
    if not (dist / "index.html").exists():

        @app.get(f"/{name}", include_in_schema=False)
        def missing() -> HTMLResponse:
            return NOT_BUILT

        return
    app.mount(f"/{name}/assets", StaticFiles(directory=dist / "assets"), name=f"{name}-assets")

    @app.get(f"/{name}", include_in_schema=False)
    @app.get(f"/{name}/{{path:path}}", include_in_schema=False)
    def page(path: str = "") -> Response:
        found = (dist / path).resolve()
        if path and found.is_file() and found.is_relative_to(dist.resolve()):
            return FileResponse(found)
        return FileResponse(dist / "index.html", headers={"Cache-Control": "no-cache"})


def demo_link(container: Container, external_id: str) -> str:
    """Return the customer page for a demo customer, signed as a shop would sign it."""
    query = {
        "external_id": external_id,
        "identifier_hash": identifier_hash(container.settings.secret_of_inbox("web"), external_id),
    }
    return f"/chat?{urlencode(query)}"


async def _demo_customers(container: Container) -> list[dict[str, Any]]:
    """Return the demo's customers as their shop would sign them, one per order state."""
    with container.database.read() as session:
        known = session.scalars(select(Customer).where(Customer.external_id.in_(STATES)))
        names = {customer.external_id: customer.name for customer in known}
    found = []
    for external_id, title in STATES.items():
        orders = await container.commerce.orders(external_id)
        found.append(
            {
                "external_id": external_id,
                "identifier_hash": identifier_hash(container.settings.secret_of_inbox("web"), external_id),
                "name": names.get(external_id, ""),
                "state_text": title,
                "orders": [
                    {"order_no": one.order_no, "item": one.items[0].title, "state_text": one.state.text}
                    for one in orders
                ],
            }
        )
    return found


def openapi_json(app: FastAPI) -> str:
    """Return the API's description."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1)
