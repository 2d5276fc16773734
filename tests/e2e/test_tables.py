"""Tables in and out in the browser: an import that is cancelled, and an export of what customers get."""

import csv
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from kefu.knowledge import importing
from kefu.knowledge.sheets import COLUMNS, Row
from tests.e2e.conftest import Pages
from tests.e2e.test_articles import publish
from tests.e2e.test_editing import Seeded, signed_in

pytestmark = pytest.mark.e2e
Checked = tuple[Row, importing.Verdict]
ROWS = 5
BEFORE = 2  # rows that are written before somebody cancels


def upload(page: Page) -> Locator:
    """Give the page a table; returns what it says about it."""
    rows = [f"发货与物流,第{n}种礼盒怎么寄存？,第{n}种礼盒凭短信取件码开柜。" for n in range(ROWS)]
    content = "\n".join(["类目,标准问法,答案", *rows]).encode()
    table = {"name": "礼盒.csv", "mimeType": "text/csv", "buffer": content}
    page.locator("input[type=file]").set_input_files(table)  # type: ignore[arg-type]
    return page.get_by_test_id("import")


def test_an_import_is_declined_then_cancelled_while_it_writes(
    pages: Pages, seeded: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled = threading.Event()

    def parts(rows: list[Checked]) -> Iterator[list[Checked]]:
        yield rows[:BEFORE]
        cancelled.wait(60)
        yield rows[BEFORE:]

    monkeypatch.setattr(importing, "chunks", parts)
    page = signed_in(pages, seeded, "editor", "/desk/editor/import")
    job = upload(page)
    job.get_by_role("button", name="不导入").click()
    expect(job).to_contain_text("已取消；写入了 0 份草稿，没有发布任何内容")

    job = upload(page)
    job.get_by_role("button", name=f"导入 {ROWS} 条", exact=True).click()
    expect(job).to_contain_text("正在写入草稿")
    expect(job.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    with page.expect_response(lambda found: found.request.method == "DELETE"):
        job.get_by_role("button", name="取消").click()
    cancelled.set()
    expect(job).to_contain_text(f"已取消；写入了 {BEFORE} 份草稿，没有发布任何内容")
    kept = page.get_by_role("row").filter(has_text="礼盒.csv").first
    expect(kept).to_contain_text("已取消")
    expect(kept.get_by_role("cell").nth(5)).to_have_text(str(BEFORE))
    page.get_by_role("link", name="知识条目").click()
    page.get_by_label("搜索条目").fill("种礼盒怎么寄存")
    expect(page.get_by_role("row").filter(has_text="种礼盒怎么寄存")).to_have_count(BEFORE)


def test_an_export_holds_what_was_just_published(pages: Pages, seeded: Seeded, tmp_path: Path) -> None:
    path, answer = "/desk/editor/articles/shipping.courier", "=1+1 单以上，我们默认发京东。"
    page = signed_in(pages, seeded, "editor", path)
    page.get_by_label("答案", exact=True).fill(answer)
    publish(page, pages, seeded, path)
    page.get_by_role("link", name="导入导出").click()
    for form in ("Excel", "CSV"):
        with page.expect_download() as saved:
            page.get_by_role("link", name=f"导出 {form}").click()
        saved.value.save_as(tmp_path / saved.value.suggested_filename)

    sheet = load_workbook(tmp_path / "articles.xlsx", data_only=False).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    at = rows[0].index(COLUMNS["answer"])
    (cell,) = [row[at] for row in rows if "shipping.courier" in row]
    assert cell == answer
    with (tmp_path / "articles.csv").open(encoding="utf-8-sig", newline="") as file:
        (line,) = [one for one in csv.DictReader(file) if one[COLUMNS["key"]] == "shipping.courier"]
    assert line[COLUMNS["answer"]] == f"'{answer}"  # no spreadsheet computes it
