"""The customer's page: nothing lost without a network, usable by everybody in every state, inside other pages."""

import base64
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from kefu.core.settings import ROOT
from kefu.gateway.pages import demo_link
from tests.e2e.conftest import DESKTOP, PHONE, Live, Pages
from tests.e2e.test_story import sign_in, write

pytestmark = pytest.mark.e2e
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA and what the rules' authors call best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS = os.environ.get("KEFU_SHOTS")
SMALL = {"width": 360, "height": 740}
DARK_LARGE = {"colorScheme": "dark", "textSize": "large"}
LIGHT_NORMAL = {"colorScheme": "light", "textSize": "normal"}
# Colours that are still fading in have no contrast yet.
STILL = """() => Promise.all(document.getAnimations()
    .filter((one) => one.effect.getTiming().iterations !== Infinity)
    .map((one) => one.finished.catch(() => undefined)))"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def own(page: Page) -> list[str]:
    """The customer's messages as the service stored them, in order."""
    found: list[str] = page.evaluate(
        """async () => {
            const { token } = JSON.parse(localStorage.getItem('kefu:visitor:web'));
            const headers = { Authorization: `Bearer ${token}` };
            const { items } = await (await fetch('/api/v1/visitor/history', { headers })).json();
            return items.filter((one) => one.sender === 'customer').map((one) => one.content.text);
        }"""
    )
    return found


def violations(page: Page) -> list[Any]:
    """What a screen reader, the keyboard or weak eyes would stumble over, as axe sees it."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    run = "async (values) => (await axe.run(document, {runOnly: {type: 'tag', values}})).violations"
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in page.evaluate(run, RULES)]


def look(page: Page, name: str, *, otherwise: str | None = None) -> None:
    """Check one state of the page, as it is and the other way (dark with large letters, or light with normal ones).

    With ``KEFU_SHOTS`` its picture is kept under its name, the other way's under ``otherwise``.
    """
    chosen = page.evaluate("({...document.documentElement.dataset})")
    other = next(how for how in (DARK_LARGE, LIGHT_NORMAL) if how["colorScheme"] != chosen["colorScheme"])
    for how, picture in ((chosen, name), (other, otherwise)):
        page.evaluate("(how) => Object.assign(document.documentElement.dataset, how)", how)
        page.evaluate(STILL)
        if SHOTS and picture:
            page.screenshot(path=Path(SHOTS) / f"{picture}.png")
        assert (name, how, violations(page)) == (name, how, [])
        assert (name, how, page.evaluate(TOO_WIDE)) == (name, how, 0)
    page.evaluate("(how) => Object.assign(document.documentElement.dataset, how)", chosen)


def snap(page: Page, name: str) -> None:
    """With ``KEFU_SHOTS``, keep a picture of the page as it is."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def test_what_is_written_without_a_network_arrives_once_and_in_order(pages: Pages) -> None:
    page = pages.open("/chat", PHONE)
    expect(page.get_by_test_id("hall")).to_be_visible()
    page.context.set_offline(True)
    for text in ("第一句", "第二句", "第三句"):
        write(page, text)
    expect(page.get_by_test_id("connection-banner")).to_be_visible()
    expect(page.get_by_test_id("pending")).to_have_count(3)
    snap(page, "offline")
    page.context.set_offline(False)
    expect(page.get_by_test_id("pending")).to_have_count(0)
    expect(page.get_by_test_id("connection-banner")).to_have_count(0)

    # The next one cannot leave, and the tab is closed in the middle of a sentence.
    page.route("**/visitor/messages*", lambda route: route.abort())
    write(page, "第四句")
    expect(page.get_by_test_id("pending")).to_have_count(1)
    page.get_by_label("输入您的问题").fill("我还没写")
    again = page.context.new_page()
    page.close()
    again.goto(page.url)
    expect(again.get_by_label("输入您的问题")).to_have_value("我还没写")
    expect(again.get_by_text("第四句", exact=True)).to_have_count(1)
    expect(again.get_by_test_id("pending")).to_have_count(0)
    assert own(again) == ["第一句", "第二句", "第三句", "第四句"]


def test_every_state_is_accessible_and_fits_a_small_phone(
    pages: Pages, live: Live, seeded: tuple[object, dict[str, str]], tmp_path: Path
) -> None:
    page = pages.open("/chat?context=cart", SMALL)
    expect(page.get_by_test_id("hall")).to_be_visible()
    look(page, "hall-guest")
    page.get_by_label("输入您的问题").press_sequentially("kuaidi")
    expect(page.get_by_role("option").first).to_be_visible()
    look(page, "suggestions")
    write(page, "快递")
    expect(page.get_by_role("button", name="换一批")).to_be_visible()
    look(page, "clarify")
    page.get_by_role("button", name="你们发货用什么快递").last.click()
    page.get_by_role("button", name="没用").click()
    expect(page.get_by_text("哪里没有帮到您")).to_be_visible()
    look(page, "answer")
    page.get_by_role("button", name="看不懂").click()
    write(page, "怎么申请退货？")
    page.get_by_role("button", name="验证身份后直接办理").click()
    expect(page.locator("form.kf-form")).to_be_visible()
    look(page, "form")

    page.get_by_label("设置").click()
    page.get_by_test_id("settings").get_by_text("深色").click()
    page.get_by_test_id("settings").get_by_text("大字", exact=True).click()
    look(page, "settings-dark-large")
    page.keyboard.press("Escape")
    page.get_by_test_id("to-human").click()
    expect(page.get_by_test_id("queue-banner")).to_be_visible()
    look(page, "queue-dark-large")

    desk = pages.open("/desk", DESKTOP)
    sign_in(desk, seeded[1]["agent1"])
    desk.get_by_test_id("queue").get_by_role("button", name="接入").first.click()
    expect(page.get_by_test_id("speaker")).to_contain_text("林小溪")
    page.get_by_test_id("picture-input").set_input_files(draw(page, tmp_path))
    expect(page.get_by_role("button", name="查看大图")).to_be_visible()
    expect(desk.locator("img.msg-picture")).to_be_visible()
    desk.get_by_label("回复客户").fill("收到图片了，为您补发")
    desk.get_by_label("回复客户").press("Enter")
    expect(page.get_by_text("收到图片了")).to_be_visible()
    page.get_by_label("更多操作").last.click()
    page.get_by_role("button", name="引用").last.click()
    look(page, "quote-dark-large", otherwise="quote")
    write(page, "好的，请尽快")
    expect(desk.locator(".msg-quote")).to_have_text("收到图片了，为您补发")
    page.get_by_label("更多操作").last.click()
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("撤回了一条消息")).to_be_visible()
    expect(desk.get_by_text("撤回了一条消息")).to_be_visible()
    page.get_by_role("button", name="查看大图").click()
    look(page, "lightbox")
    page.keyboard.press("Escape")

    page.get_by_label("设置").click()
    page.get_by_test_id("settings").get_by_text("English").click()
    expect(page.get_by_label("Write your question")).to_be_visible()
    look(page, "human-english")
    page.get_by_test_id("settings").get_by_text("中文").click()
    page.keyboard.press("Escape")
    desk.get_by_role("button", name="结束会话").first.click()
    desk.get_by_label("问题类型").click()
    desk.get_by_title("发票", exact=True).click()
    desk.get_by_text("已解决", exact=True).click()
    desk.get_by_role("dialog").get_by_role("button", name="结束会话").click()
    page.get_by_test_id("rating").get_by_text("满意", exact=True).first.click(force=True)
    look(page, "rating")
    page.reload()
    page.get_by_role("button", name="查看更早的消息").click()
    expect(page.get_by_text("你们发货用什么快递").first).to_be_attached()
    look(page, "history")
    expect(page.get_by_role("heading", name="您问过")).to_be_visible()


BROKEN_BOX = """() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 300, height: 200 });
    const pen = canvas.getContext('2d');
    for (const [colour, ...where] of [['#dcc4a0', 0, 0, 300, 200], ['#b98d52', 50, 40, 200, 130], ['#a17843', 50, 40, 200, 24]]) {
        pen.fillStyle = colour;
        pen.fillRect(...where);
    }
    pen.lineWidth = 4;
    pen.stroke(new Path2D('M190 40L175 70L200 95L178 120L195 145'));
    return canvas.toDataURL('image/png');
}"""


def draw(page: Page, directory: Path) -> Path:
    """A real picture, drawn by the browser."""
    path = directory / "box.png"
    path.write_bytes(base64.b64decode(page.evaluate(BROKEN_BOX).partition(",")[2]))
    return path


def test_states_before_and_around_the_conversation(pages: Pages, live: Live) -> None:
    page = pages.open(demo_link(live.container, "demo-stuck"), SMALL)
    expect(page.get_by_test_id("hall")).to_contain_text("物流停滞")
    look(page, "hall-order", otherwise="hall-order-dark-large")
    page.get_by_role("button", name="查我的物流", exact=True).click()
    expect(page.locator('[data-card="logistics"]')).to_be_visible()
    look(page, "card")
    page.route("**/visitor/sessions", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "start-failed")
    held = []
    page.unroute("**/visitor/sessions")
    page.route("**/visitor/sessions", lambda route: held.append(route))
    page.reload()
    expect(page.get_by_role("status", name="正在连接")).to_be_visible()
    look(page, "loading")
    held[0].continue_()
    expect(page.get_by_test_id("message").first).to_be_visible()


def test_a_shop_embeds_it_and_learns_of_messages(pages: Pages, live: Live) -> None:
    shop = pages.open("/demo", PHONE)
    shop.get_by_role("button", name="物流停滞").click()
    button = shop.get_by_role("button", name="联系客服")
    button.click()
    frame: FrameLocator = shop.frame_locator("iframe")
    expect(frame.get_by_test_id("hall")).to_contain_text("赵丽华")
    snap(shop, "embedded")
    shop.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})
    shop.get_by_role("button", name="我的订单", exact=True).click()
    shop.get_by_role("button", name="软底健步鞋").click()
    expect(frame.locator(".kf-order-tile").first).to_contain_text("软底健步鞋")
    snap(shop, "embedded-desktop")
    shop.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    frame.get_by_label("输入您的问题").fill("在吗")
    frame.get_by_role("button", name="发送", exact=True).click()
    expect(frame.get_by_test_id("message")).to_have_count(2)
    for panel in ("设置", "选择订单"):
        frame.get_by_label(panel).click()
        frame.get_by_label(panel).press("Escape")
        expect(frame.locator("details[open]")).to_have_count(0)
    frame.get_by_label("输入您的问题").press("Escape")
    expect(button).to_be_focused()
    shop.evaluate("window.heard = []; void kf.on('unread', (data) => heard.push(data.count))")
    say_as_system(live, "demo-stuck", "您的包裹今天会送到")
    expect(shop.get_by_role("button", name="联系客服，1 条未读")).to_be_visible()
    button = shop.get_by_role("button", name="联系客服")
    button.click()
    expect(frame.get_by_text("您的包裹今天会送到")).to_be_visible()
    shop.evaluate("kf.reset(); kf.close()")
    shop.evaluate("kf.open()")
    expect(frame.get_by_test_id("hall")).to_be_visible()
    expect(frame.get_by_test_id("message")).to_have_count(0)
    assert shop.evaluate("heard") == [1, 0]
    for address in [frame.owner.get_attribute("src") or "", shop.url]:
        assert "identifier_hash" not in address


def say_as_system(live: Live, external_id: str, text: str) -> None:
    """A message that comes while the window is folded."""
    from sqlalchemy import select

    from kefu.conversations import service as conversations
    from kefu.conversations.schemas import Reply
    from kefu.customers.models import Customer

    with live.container.database.write() as session:
        customer = session.scalars(select(Customer).where(Customer.external_id == external_id)).one()
        conversation = conversations.open_for(session, customer.id, "web")
        conversations.append(session, conversation, Reply("text", {"text": text}))
