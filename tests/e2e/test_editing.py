"""Editors in the browser: from a question that nobody answered to an article that customers get; two at one article."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import DESKTOP, PHONE, Live, Pages
from tests.e2e.test_story import write

pytestmark = pytest.mark.e2e
Seeded = tuple[object, dict[str, str]]


def signed_in(pages: Pages, seeded: Seeded, username: str, path: str = "/desk") -> Page:
    page = pages.open(path, DESKTOP)
    page.get_by_label("用户名", exact=True).fill(username)
    page.get_by_label("密码", exact=True).fill(seeded[1][username])
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("banner")).to_be_visible(timeout=30_000)  # signing in hashes a password
    return page


def test_from_an_unanswered_question_to_a_live_article(pages: Pages, live: Live, seeded: Seeded) -> None:
    customer = pages.open("/chat", PHONE)
    write(customer, "行李箱能寄存到自提柜里么")
    write(customer, "转人工")
    expect(customer.get_by_test_id("queue-banner")).to_be_visible()

    editor = signed_in(pages, seeded, "editor")
    editor.get_by_role("link", name="没听懂的").click()
    gap = editor.get_by_test_id("gap").filter(has_text="行李箱能寄存到自提柜里么")
    gap.get_by_role("button", name="写新条目").click()
    dialog = editor.get_by_role("dialog")
    dialog.get_by_label("标准问法").fill("自提柜可以寄存行李箱吗？")
    dialog.get_by_role("button", name="开始编写").click()
    editor.get_by_label("答案", exact=True).fill("可以，**免费三天**。到货后凭短信取件码开柜。")
    editor.get_by_role("button", name="批量粘贴").click()
    editor.get_by_label("每行一条相似问").fill("自提柜寄存行李\n行李箱放柜子里可以吗\n你们发货用什么快递？")
    editor.get_by_role("button", name="加入 3 条").click()
    expect(editor.get_by_test_id("similar")).to_contain_text("与别的条目几乎一样")
    editor.get_by_label("删除相似问 4").click()
    expect(editor.get_by_test_id("preview").locator("strong")).to_have_text("免费三天")
    editor.get_by_role("button", name="提交审核").click()
    editor.get_by_role("dialog").get_by_role("button", name="提交").click()
    expect(editor.get_by_text("等另一位同事审核")).to_be_visible()

    manager = signed_in(pages, seeded, "manager", editor.url.removeprefix(live.url))
    manager.get_by_role("button", name="通过并发布").click()
    manager.get_by_role("button", name="发布给客户").click()
    expect(manager.get_by_text("秒后客户已能看到")).to_be_visible()

    other = pages.open("/chat", PHONE)
    write(other, "自提柜寄存行李")
    answer = other.locator('[data-testid="message"][data-kind="answer"]').last
    expect(answer).to_contain_text("免费三天")
    editor.get_by_role("link", name="试一试").click()
    editor.get_by_label("像客户一样输入").fill("自提柜寄存行李")
    editor.keyboard.press("Enter")
    expect(editor.get_by_test_id("why")).to_contain_text("自提柜可以寄存行李箱吗？")


def test_two_editors_at_one_article_merge(pages: Pages, seeded: Seeded) -> None:
    path = "/desk/editor/articles/shipping.courier"
    first, second = (signed_in(pages, seeded, name, path) for name in ("editor", "manager"))
    for page in (first, second):
        expect(page.get_by_label("标准问法")).to_have_value("你们发货用什么快递？")
    first.get_by_label("标准问法").fill("你们用哪家快递发货？")
    first.get_by_role("button", name="保存草稿").click()
    expect(first.get_by_text("草稿已保存")).to_be_visible()
    second.get_by_label("答案", exact=True).fill("我们默认用顺丰，也可以在付款前联系商家指定。")
    second.get_by_role("button", name="保存草稿").click()
    merge = second.get_by_role("dialog", name="两个人同时改了这个条目")
    expect(merge).to_contain_text("你们用哪家快递发货？")
    merge.get_by_role("radio", name="用对方的").first.check()
    merge.get_by_role("button", name="按选择合并并保存").click()
    expect(second.get_by_text("已合并并保存")).to_be_visible()
    expect(second.get_by_label("标准问法")).to_have_value("你们用哪家快递发货？")
    expect(second.get_by_label("答案", exact=True)).to_have_value(
        "我们默认用顺丰，也可以在付款前联系商家指定。"
    )
