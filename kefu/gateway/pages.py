"""The built web apps, served by the service itself: ``/chat`` for customers, ``/desk`` for staff, ``/demo`` to try."""

import html
import json
from pathlib import Path
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from kefu.bootstrap.container import Container
from kefu.core.settings import ROOT
from kefu.customers.service import identifier_hash

APPS = {"chat": ROOT / "web" / "apps" / "widget" / "dist", "desk": ROOT / "web" / "apps" / "desk" / "dist"}
STATES = {
    "demo-unpaid": "待付款", "demo-paid": "待发货", "demo-partially_shipped": "部分发货", "demo-in_transit": "运输中",
    "demo-stuck": "物流停滞", "demo-signed": "已签收", "demo-return_requested": "退货中", "demo-refunding": "退款中",
    "demo-refunded": "已退款", "demo-refused": "已拒收", "demo-presale": "预售", "demo-new": "没有订单",
}  # fmt: skip


def install(app: FastAPI, container: Container) -> None:
    """Serve the pages."""
    for name, dist in APPS.items():
        _serve(app, name, dist)

    @app.get("/", include_in_schema=False)
    def root() -> RedirectResponse:
        return RedirectResponse("/chat")

    @app.get("/demo", include_in_schema=False)
    def demo() -> HTMLResponse:
        return HTMLResponse(_demo_page(container))


def _serve(app: FastAPI, name: str, dist: Path) -> None:
    if not (dist / "index.html").exists():

        @app.get(f"/{name}", include_in_schema=False)
        def missing() -> HTMLResponse:
            return HTMLResponse(
                "<!doctype html><meta charset=utf-8><p>网页还没有构建，请运行 make web。</p>", 503
            )

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
        "identifier_hash": identifier_hash(container.inbox_secret, external_id),
    }
    return f"/chat?{urlencode(query)}"


def _demo_page(container: Container) -> str:
    """Return a page that plays the shop: one entry per order state."""
    if not container.settings.seed_demo:
        return "<!doctype html><meta charset=utf-8><p>演示店铺没有启用。</p>"
    items = "".join(
        f'<li><a href="{html.escape(demo_link(container, external_id))}">{html.escape(title)}</a></li>'
        for external_id, title in STATES.items()
    )
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>云杉商城（演示）</title><style>body{font:16px/1.7 system-ui;max-width:36rem;margin:3rem auto;padding:0 1rem}"
        "ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.75rem;padding:0;list-style:none}"
        "a{display:block;padding:.8rem 1rem;border:1px solid #cfd8d3;border-radius:.75rem;color:#17624a;text-decoration:none}"
        "</style><h1>云杉商城（演示）</h1><p>选择一位演示客户进入客服：最近一单处于所示状态，身份已由商城签名。"
        "</p><ul>" + items + '</ul><p><a href="/chat">以访客身份进入</a></p></html>'
    )


def openapi_json(app: FastAPI) -> str:
    """Return the API's description."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1)
