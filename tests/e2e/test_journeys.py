"""Ways through the customer's page that no mouse, no eye on the tab, and no patience are needed for."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation
from kefu.conversations.schemas import Reply
from kefu.gateway.pages import demo_link
from tests.e2e.conftest import Live, Pages
from tests.e2e.test_story import write
from tests.e2e.test_widget import SMALL, look

pytestmark = pytest.mark.e2e
LOOK_AWAY = """(away) => {
    Object.defineProperty(document, 'visibilityState', {configurable: true, value: away ? 'hidden' : 'visible'});
    document.dispatchEvent(new Event('visibilitychange'));
}"""
COUNT_TONES = """() => {
    window.tones = 0;
    const play = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) { window.tones += 1; play.apply(this, when); };
}"""


def agent_says(live: Live, text: str) -> None:
    with live.container.database.write() as session:
        conversation = session.scalars(select(Conversation)).one()
        conversations.append(session, conversation, Reply("text", {"text": text}, "agent"))


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something of this name has the focus, as somebody without a mouse does."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel") == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")


def test_a_customer_who_waits_elsewhere_hears_and_sees_the_answer(
    pages: Pages, live: Live, tmp_path: Path
) -> None:
    page = pages.open("/chat", SMALL)
    page.get_by_test_id("to-human").click()
    expect(page.get_by_test_id("queue-banner")).to_be_visible()
    look(page, "queue")
    page.get_by_role("button", name="取消排队").click()
    expect(page.get_by_text("已为您取消排队")).to_be_visible()
    expect(page.get_by_text("您申请了人工客服")).to_be_visible()
    page.get_by_test_id("to-human").click()
    expect(page.get_by_test_id("queue-banner")).to_be_visible()

    page.get_by_label("表情").click()
    look(page, "emoji")
    page.get_by_role("button", name="👍").click()
    expect(page.get_by_label("输入您的问题")).to_have_value("👍")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_text("👍", exact=True)).to_be_visible()

    page.evaluate(COUNT_TONES)
    page.evaluate(LOOK_AWAY, True)
    agent_says(live, "您好，正在为您核实")
    expect(page).to_have_title("(1) 在线客服")
    assert page.evaluate("window.tones") == 2
    page.evaluate(LOOK_AWAY, False)
    expect(page).to_have_title("在线客服")

    page.get_by_label("设置").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="文本文件").click()
    saved.value.save_as(tmp_path / "said.txt")
    assert "您好，正在为您核实" in (tmp_path / "said.txt").read_text(encoding="utf-8")
    page.get_by_test_id("settings").get_by_text("关", exact=True).click()
    page.keyboard.press("Escape")
    page.evaluate(LOOK_AWAY, True)
    agent_says(live, "已经核实了")
    expect(page).to_have_title("(1) 在线客服")
    assert page.evaluate("window.tones") == 2


def test_the_keyboard_alone_reaches_an_answer(pages: Pages, live: Live) -> None:
    page = pages.open(demo_link(live.container, "demo-stuck"), SMALL)
    page.emulate_media(reduced_motion="reduce")
    expect(page.get_by_test_id("hall")).to_be_visible()
    tab_to(page, "查我的物流")
    page.keyboard.press("Enter")
    expect(page.locator('[data-card="logistics"]')).to_be_visible()

    question = page.get_by_label("输入您的问题")
    question.focus()
    page.keyboard.type("tuihuo")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    question.fill("")
    tab_back = page.get_by_label("选择订单")
    tab_back.focus()
    page.keyboard.press("Enter")
    look(page, "order-picker")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(question).to_be_focused()
    assert question.input_value().startswith("订单 YS")
    question.fill("")
    moving = "document.getAnimations().filter((one) => one.effect.getTiming().duration > 1).length"
    assert page.evaluate(moving) == 0


def test_none_of_these_narrows_anew_and_then_brings_a_person(pages: Pages, live: Live) -> None:
    page = pages.open("/chat", SMALL)
    write(page, "快递")
    first = page.get_by_test_id("message").last
    expect(first.get_by_role("button", name="换一批")).to_be_visible()
    offered = set(first.locator("button[data-target=article]").all_inner_texts())
    first.get_by_role("button", name="换一批").click()
    expect(page.get_by_text("换了一批，有您想问的吗？")).to_be_visible()
    others = page.get_by_test_id("message").last.locator("button[data-target=article]").all_inner_texts()
    assert others
    assert {text[2:] for text in others}.isdisjoint({text[2:] for text in offered})
    page.get_by_role("button", name="以上都不是").last.click()
    expect(page.get_by_text("换个方向再帮您找找，是下面这些吗？")).to_be_visible()
    turned_down = {text[2:] for text in [*offered, *others]}
    again = page.get_by_test_id("message").last.locator("button[data-target=article]").all_inner_texts()
    assert again
    assert {text[2:] for text in again}.isdisjoint(turned_down)
    look(page, "clarify-again")
    page.get_by_role("button", name="以上都不是").last.click()
    expect(page.get_by_test_id("queue-banner")).to_be_visible()

    later = page.context.new_page()
    page.close()
    later.goto(f"{live.url}/chat")
    later.get_by_role("button", name="展开服务大厅").click()
    later.get_by_role("list", name="您问过").get_by_role("button", name="快递").click()
    expect(later.get_by_text("快递", exact=True).last).to_be_visible()
    expect(later.get_by_test_id("pending")).to_have_count(0)


def test_what_an_order_refuses_says_what_can_be_done_instead(pages: Pages, live: Live) -> None:
    page = pages.open(demo_link(live.container, "demo-in_transit"), SMALL)
    write(page, "取消订单")
    page.get_by_role("list", name="相关问题").get_by_role("button", name="取消订单").click()
    answer = page.get_by_test_id("message").last
    expect(answer).to_contain_text("已发货不能取消")
    instead = answer.get_by_role("button", name="申请退款")
    expect(instead).to_be_in_viewport()
    look(page, "refused", otherwise="refused-dark-large")
    instead.click()
    expect(page.get_by_text("申请退款", exact=True).last).to_be_visible()
