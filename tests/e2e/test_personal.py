"""A customer takes along what is kept of them, and asks for it to be erased."""

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Pages
from tests.e2e.test_story import write
from tests.e2e.test_widget import SMALL, look

pytestmark = pytest.mark.e2e


def test_personal_data_is_exported_and_erasure_asked_twice_and_taken_back(
    pages: Pages, tmp_path: Path
) -> None:
    page = pages.open("/chat", SMALL)
    write(page, "怎么查看、导出或删除我的个人信息？")
    card = page.locator('[data-card="privacy"]')
    with page.expect_download() as saved:
        card.get_by_role("button", name="导出一份").click()
    saved.value.save_as(tmp_path / "mine.zip")
    with zipfile.ZipFile(tmp_path / "mine.zip") as archive:
        data = json.loads(archive.read("data.json"))
    assert "个人信息" in data["conversations"][0]["messages"][0]["content"]["text"]
    look(page, "personal-card")

    page.get_by_label("设置").click()
    page.get_by_test_id("settings").get_by_role("button", name="查看、导出或删除").click()
    window = page.get_by_role("dialog", name="我的个人信息")
    window.get_by_role("button", name="申请删除").click()
    expect(window.get_by_role("alertdialog")).to_be_focused()
    look(page, "personal-confirm")
    window.get_by_role("button", name="先不删除").click()
    window.get_by_role("button", name="申请删除").click()
    window.get_by_role("button", name="确认申请删除").click()
    expect(window.get_by_role("status")).to_contain_text("编号 GD")
    look(page, "personal-asked")
    page.keyboard.press("Escape")
    expect(window).to_have_count(0)
    page.keyboard.press("Escape")  # what it was opened from
    expect(page.locator("details[open]")).to_have_count(0)
    expect(page.get_by_text("已收到您删除个人信息的申请")).to_be_visible()

    page.locator(".kf-privacy summary").click()
    page.locator(".kf-privacy").get_by_role("button", name="查看、导出或删除").click()
    window.get_by_role("button", name="撤回删除申请").click()
    expect(window.get_by_role("button", name="申请删除")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("已撤回删除个人信息的申请")).to_be_visible()
