"""An article's life in the browser: found, changed together with others, sent back, compared, put back."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from kefu.gateway.pages import demo_link
from tests.e2e.conftest import PHONE, Live, Pages
from tests.e2e.test_editing import Seeded, signed_in
from tests.e2e.test_story import write

pytestmark = pytest.mark.e2e
COURIER = "你们发货用什么快递？"


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text=option).first.click()
    expect(page.locator(".ant-select-dropdown:visible")).to_have_count(
        0
    )  # else the next one finds this one's options


def in_dialog(page: Page) -> Locator:
    """The open dialog, come to rest: of one that still moves, a button is pressed and let go beside."""
    expect(page.locator("[class*=ant-zoom-]")).to_have_count(0)
    return page.get_by_role("dialog")


def publish(editor: Page, pages: Pages, seeded: Seeded, path: str) -> None:
    """Send in what the editor has written; a manager lets it out."""
    editor.get_by_role("button", name="提交审核").click()
    in_dialog(editor).get_by_role("button", name="提交").click()
    expect(editor.get_by_text("等另一位同事审核")).to_be_visible()
    manager = signed_in(pages, seeded, "manager", path)
    manager.get_by_role("button", name="通过并发布").click()
    manager.get_by_role("button", name="发布给客户").click()
    expect(manager.get_by_text("秒后客户已能看到")).to_be_visible()


def test_articles_are_found_and_changed_together(pages: Pages, seeded: Seeded) -> None:
    page = signed_in(pages, seeded, "editor", "/desk/editor/articles")
    search = page.get_by_label("搜索条目")
    search.fill("youhuiquan")
    expect(page.get_by_role("link", name="优惠券", exact=False).first).to_be_visible()
    search.fill("你们发货都用哪种快递呢")
    page.get_by_text("也按意思找").click()
    expect(page.get_by_text("意思相近").first).to_be_visible()
    page.get_by_text("也按意思找").click()
    search.fill("发货")
    choose(page, "排序", "按名称")
    expect(page).to_have_url(re.compile("sort=title"))
    row = page.get_by_role("row").filter(has_text=COURIER)
    row.get_by_role("checkbox").check()
    page.get_by_label("批量改复核日期").fill("2020-02-01")
    expect(row).to_contain_text("2020-02-01 复核")
    expect(page.get_by_role("alert").filter(has_text="到了复核日期")).to_be_visible()
    page.get_by_text("已修改 1 条").get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销")).to_be_visible()
    expect(row).not_to_contain_text("复核")


def test_a_draft_is_sent_back_then_published_compared_and_put_back(pages: Pages, seeded: Seeded) -> None:
    path = "/desk/editor/articles/shipping.courier"
    editor = signed_in(pages, seeded, "editor", path)
    editor.get_by_label("答案", exact=True).fill("我们默认用京东快递，付款前可以改。")
    editor.get_by_role("button", name="提交审核").click()
    in_dialog(editor).get_by_role("button", name="提交").click()
    expect(editor.get_by_text("等另一位同事审核")).to_be_visible()

    manager = signed_in(pages, seeded, "manager", path)
    manager.get_by_role("tab", name="审核与评论").click()
    manager.get_by_label("写评论").fill("京东是新签的吗？")
    manager.get_by_role("button", name="评论").click()
    expect(manager.get_by_text("京东是新签的吗？").last).to_be_visible()
    manager.get_by_role("button", name="退回").click()
    manager.get_by_role("dialog").get_by_label("为什么退回").fill("请写明几点前付款")
    in_dialog(manager).get_by_role("button", name="退回").click()
    expect(manager.get_by_text("已退回给作者")).to_be_visible()

    editor.reload()
    editor.get_by_role("tab", name="审核与评论").click()
    expect(editor.get_by_text("请写明几点前付款")).to_be_visible()
    editor.get_by_label("答案", exact=True).fill("我们默认用京东快递，16:00 付款前可以改。")
    editor.get_by_role("button", name="提交审核").click()
    in_dialog(editor).get_by_role("button", name="提交").click()
    expect(editor.get_by_text("等另一位同事审核")).to_be_visible()
    manager.reload()
    manager.get_by_role("button", name="通过并发布").click()
    manager.get_by_role("button", name="发布给客户").click()
    expect(manager.get_by_text("秒后客户已能看到")).to_be_visible()

    manager.get_by_role("tab", name="版本（2）").click()
    expect(manager.get_by_test_id("diff").locator("ins").first).to_contain_text("京东")
    manager.get_by_role("button", name="回到这一版").click()
    manager.locator(".ant-popconfirm").get_by_role("button").last.click()
    expect(manager.get_by_text("已回到第 1 版")).to_be_visible()
    expect(manager.get_by_label("答案", exact=True)).not_to_have_value(
        "我们默认用京东快递，16:00 付款前可以改。"
    )


def test_an_order_state_has_its_own_answer(pages: Pages, live: Live, seeded: Seeded) -> None:
    path = "/desk/editor/articles/shipping.courier"
    editor = signed_in(pages, seeded, "editor", path)
    expect(editor.get_by_label("标准问法")).to_have_value(COURIER)
    choose(editor, "按订单状态或渠道另写答案", "物流停滞")
    expect(editor.get_by_role("tab", name="物流停滞时")).to_have_attribute("aria-selected", "true")
    editor.get_by_label("答案", exact=True).fill("您的包裹停住了，我们已请**快递公司**核查。")
    preview = editor.get_by_test_id("preview")
    expect(preview).to_contain_text("顺丰")
    choose(editor, "预览的订单状态", "物流停滞")
    expect(editor.get_by_text("用“物流停滞时”的答案")).to_be_visible()
    expect(preview).to_contain_text("您的包裹停住了")
    publish(editor, pages, seeded, path)

    for page, own in ((demo_link(live.container, "demo-stuck"), True), ("/chat", False)):
        customer = pages.open(page, PHONE)
        write(customer, COURIER)
        answer = customer.locator('[data-testid="message"][data-kind="answer"]').last
        expect(answer).to_contain_text("您的包裹停住了" if own else "顺丰")
        expect(answer).not_to_contain_text("顺丰" if own else "您的包裹停住了")
