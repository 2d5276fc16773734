"""What was not understood, settled in the browser: added to an article or an intent, ignored, or written by an agent before."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import PHONE, Pages
from tests.e2e.test_editing import Seeded, signed_in
from tests.e2e.test_story import write

pytestmark = pytest.mark.e2e
LUGGAGE, CANTONESE, PLANE = "行李箱能寄存到自提柜里么", "能找个说粤语的跟我讲么", "你们卖不卖二手飞机"


def ask_in_vain(pages: Pages, text: str) -> None:
    customer = pages.open("/chat", PHONE)
    write(customer, text)
    write(customer, "转人工")
    expect(customer.get_by_test_id("queue-banner")).to_be_visible()


def gap(page: Page, text: str) -> Locator:
    return page.get_by_test_id("gap").filter(has_text=text)


def test_a_gap_is_added_to_an_article_or_an_intent_or_ignored(pages: Pages, seeded: Seeded) -> None:
    for text in (LUGGAGE, CANTONESE, PLANE):
        ask_in_vain(pages, text)
    page = signed_in(pages, seeded, "editor")
    page.get_by_role("link", name="没听懂的").click()

    gap(page, PLANE).get_by_role("button", name="忽略").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="忽略")).to_be_disabled()  # not without a reason
    dialog.get_by_label("为什么忽略").fill("不是本店业务")
    dialog.get_by_role("button", name="忽略").click()
    expect(gap(page, PLANE)).to_have_count(0)
    page.get_by_text("已忽略").click()
    expect(gap(page, PLANE)).to_contain_text("原因：不是本店业务")
    gap(page, PLANE).get_by_role("button", name="重新打开").click()
    expect(gap(page, PLANE)).to_have_count(0)
    page.get_by_text("待处理").click()
    expect(gap(page, PLANE)).to_be_visible()

    gap(page, CANTONESE).get_by_role("button", name="加进意图").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("加到哪个意图").fill("ask_human")
    page.locator(".ant-select-item-option").filter(has_text="ask_human").click()
    dialog.get_by_role("button", name="加入 1 条").click()
    expect(gap(page, CANTONESE)).to_have_count(0)

    gap(page, LUGGAGE).get_by_role("button", name="加为相似问").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("加到哪个条目").fill("自提")
    page.locator(".ant-select-item-option").filter(has_text="自提").first.click()
    dialog.get_by_role("button", name="加入 1 条并打开条目").click()
    expect(page.get_by_test_id("similar").get_by_role("textbox").last).to_have_value(LUGGAGE)
    expect(page.get_by_role("button", name="提交审核")).to_be_visible()

    page.get_by_role("link", name="没听懂的").click()
    page.get_by_text("已写草稿").click()
    expect(gap(page, LUGGAGE).get_by_role("link", name="看条目")).to_be_visible()
    expect(gap(page, CANTONESE)).to_be_visible()


def test_an_agents_good_reply_becomes_an_article(pages: Pages, seeded: Seeded) -> None:
    ask_in_vain(pages, LUGGAGE)
    agent = signed_in(pages, seeded, "agent1")
    agent.get_by_test_id("queue").get_by_role("button", name="接入").first.click()
    agent.get_by_label("回复客户").fill("行李箱可以寄存在自提柜，免费三天，有事打 13812345678 找我。")
    agent.get_by_label("回复客户").press("Enter")
    agent.keyboard.press("Alt+w")
    agent.get_by_label("问题类型").click()
    agent.get_by_title("发票", exact=True).click()
    agent.get_by_text("已解决", exact=True).click()
    agent.get_by_role("dialog").get_by_role("button", name="结束会话").click()
    expect(agent.get_by_text("会话已结束").first).to_be_visible()

    page = signed_in(pages, seeded, "editor", "/desk/editor/replies")
    reply = page.get_by_test_id("reply").filter(has_text=LUGGAGE)
    expect(reply).to_contain_text("有事打 ［手机号］ 找我")
    reply.get_by_role("button", name="写成条目").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("类目").click()
    page.locator(".ant-select-item-option").filter(has_text="发货与物流").click()
    dialog.get_by_role("button", name="开始编写").click()
    expect(page.get_by_label("答案", exact=True)).to_have_value(
        "行李箱可以寄存在自提柜，免费三天，有事打 ［手机号］ 找我。"
    )
