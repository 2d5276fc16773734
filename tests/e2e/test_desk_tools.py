"""What an agent does besides writing: a picture, a quote, taking a word back, an order's business, finding it again."""

import base64
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from kefu.customers.service import identifier_hash
from tests.e2e.conftest import Live, Pages
from tests.e2e.test_desk import reply, sign_in
from tests.service.conftest import Visitor

pytestmark = pytest.mark.e2e
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_picture_quote_recall_order_and_search(
    pages: Pages, live: Live, seeded: tuple[object, dict[str, str]], tmp_path: Path
) -> None:

    with httpx.Client(base_url=live.url, trust_env=False, timeout=30) as client:
        digest = identifier_hash(live.container.inbox_secret, "demo-in_transit")
        user = {"external_id": "demo-in_transit", "identifier_hash": digest}
        customer = Visitor(client, user=user)  # type: ignore[arg-type] - called the same way
        customer.say("人工")
        desk = sign_in(pages, "agent1", seeded[1]["agent1"])
        desk.get_by_test_id("queue").get_by_role("button", name="接入").click()
        customer.send("text", {"text": "杯子漏水了"}, wait=0)

        (tmp_path / "a.png").write_bytes(PIXEL)
        desk.get_by_test_id("picture-input").set_input_files(tmp_path / "a.png")
        asked = desk.locator(".msg--customer", has_text="杯子漏水了")
        asked.hover()
        asked.get_by_role("button", name="引用").click()
        expect(desk.get_by_test_id("quoting")).to_contain_text("杯子漏水了")
        reply(desk, "是这里漏吗，半小时内给您回复")
        expect(desk.locator(".msg--agent img")).to_have_count(1)
        expect(desk.locator(".msg--agent .msg-quote")).to_have_text("杯子漏水了")

        reply(desk, "打错字了")
        wrong = desk.locator(".msg--agent", has_text="打错字了")
        wrong.hover()
        wrong.get_by_role("button", name="撤回").click()
        desk.get_by_role("button", name="重新编辑").click()
        expect(desk.get_by_label("回复客户")).to_have_value("打错字了")

        orders = desk.get_by_test_id("orders")
        orders.get_by_role("button", name="催单").click()
        desk.get_by_role("dialog").get_by_role("button", name="提交催单").click()
        expect(desk.locator(".msg--agent", has_text="催单成功")).to_be_visible()
        expect(desk.get_by_label("我的承诺 1")).to_be_visible()

        desk.get_by_label("搜索会话").fill("漏水")
        expect(desk.get_by_test_id("found").locator("mark")).to_have_text(["漏水"])
        kinds = [(message["sender"], message["kind"]) for message in customer.messages()]
        assert [one for one in kinds if one[0] == "agent"].count(("agent", "image")) == 1
