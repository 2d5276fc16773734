"""Editors in the browser: what the bot learns, what the hall shows, tables in and out."""

import io

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from kefu.knowledge.sheets import COLUMNS
from tests.e2e.conftest import PHONE, Live, Pages
from tests.e2e.test_editing import Seeded, signed_in

pytestmark = pytest.mark.e2e


def test_an_example_is_marked_with_the_mouse_and_a_story_is_checked(pages: Pages, seeded: Seeded) -> None:
    page = signed_in(pages, seeded, "editor", "/desk/editor/intents?intent=check_order")
    page.get_by_label("搜索例句").fill("给我查查，我到底买没买成")
    page.get_by_role("button", name="给我查查，我到底买没买成").click()
    words = page.get_by_test_id("marking").locator("span").first.bounding_box()
    assert words is not None
    middle = words["y"] + words["height"] / 2
    page.mouse.move(words["x"] + 1, middle)
    page.mouse.down()
    page.mouse.move(words["x"] + 40, middle, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="日期", exact=True).click()
    expect(page.get_by_test_id("marking").locator("mark")).to_contain_text("日期")
    page.get_by_test_id("example-edit").get_by_role("button", name="保存").click()
    expect(page.get_by_test_id("examples").locator("mark")).to_contain_text("日期")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_test_id("examples").locator("mark")).to_have_count(0)

    page.get_by_role("link", name="规则与故事").click()
    page.get_by_role("button", name="问候 greet").or_(page.get_by_label("问候：问候")).first.click()
    area = page.get_by_label("YAML")
    area.fill(area.input_value().replace("intent: greet", "intent: gret"))
    expect(page.get_by_test_id("story-problems")).to_contain_text("没有意图“gret”", timeout=20_000)
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
    area.fill(
        area.input_value().replace("intent: gret", "intent: greet").replace("rule: 问候", "rule: 打招呼")
    )
    page.get_by_role("button", name="保存", exact=True).click(timeout=20_000)
    expect(page.get_by_text("已保存；训练一次之后生效")).to_be_visible(timeout=20_000)


def test_the_hall_is_looked_at_on_a_phone_then_customers_see_it(
    pages: Pages, live: Live, seeded: Seeded
) -> None:
    page = signed_in(pages, seeded, "editor", "/desk/editor/hall")
    phone = page.frame_locator("iframe")
    expect(phone.get_by_test_id("hall")).to_be_visible()
    page.get_by_role("tab", name="公告与文字").click()
    page.get_by_label("平时的公告").fill("今晚十点系统维护")
    expect(phone.get_by_text("今晚十点系统维护")).to_be_visible()
    page.get_by_role("button", name="保存并生效").click()
    expect(page.get_by_text("已生效")).to_be_visible()
    customer = pages.open("/chat", PHONE)
    expect(customer.get_by_text("今晚十点系统维护")).to_be_visible()


def test_a_workbook_is_checked_before_it_is_imported(pages: Pages, seeded: Seeded) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([COLUMNS[field] for field in ("category", "question", "answer")])
    sheet.append(["发货与物流", "可以寄存行李箱吗？", "可以，凭短信取件码开柜，免费三天。"])
    sheet.append(["没有的类目", "怎么寄存？", "=A1"])
    content = io.BytesIO()
    book.save(content)
    page = signed_in(pages, seeded, "editor", "/desk/editor/import")
    table = {"name": "条目.xlsx", "mimeType": "application/octet-stream", "buffer": content.getvalue()}
    page.locator("input[type=file]").set_input_files(table)  # type: ignore[arg-type]
    job = page.get_by_test_id("import")
    expect(job).to_contain_text("是公式，请改成文字")
    expect(job).to_contain_text("没有类目“没有的类目”")
    job.get_by_role("button", name="跳过有错的行，导入 1 条").click()
    expect(job).to_contain_text("写入了 1 份草稿")
    expect(page.get_by_role("cell", name="条目.xlsx")).to_be_visible()
    page.get_by_role("link", name="编辑手册").click()
    expect(page.get_by_role("heading", name="服务大厅")).to_be_visible()
