"""Tables in and out: checked cell by cell, nothing written before it is confirmed, nothing published by it."""

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from kefu.knowledge import workbooks
from kefu.knowledge.articles import Body
from kefu.knowledge.models import ImportJob
from kefu.knowledge.sheets import Names
from tests.service.conftest import Service

Json = dict[str, Any]
HEAD = "键,类目,标准问法,相似问,答案,附带工具,生效日期\r\n"
GOOD = (
    'shipping.locker,发货与物流,可以寄存吗？,"能寄存不\n怎么寄存",可以寄存在自提柜，免费三天。,,2026/1/31\r\n'
)


def finished(call: Any, job: Json) -> Json:
    until = time.monotonic() + 20
    while job["state"] in ("checking", "importing") and time.monotonic() < until:
        job = call("GET", f"/console/import/{job['id']}").json()
    return job


def uploaded(call: Any, content: str | bytes) -> Json:
    data = content.encode() if isinstance(content, str) else content
    answer = call("POST", "/console/import", content=data)
    assert answer.status_code == 202, answer.text
    return finished(call, answer.json())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_checked_then_becomes_drafts(service: Service, encoding: str) -> None:
    call = service.staff("editor")
    job = uploaded(call, (HEAD + GOOD).encode(encoding))
    assert (job["state"], job["new"], job["error_count"], job["written"]) == ("ready", 1, 0, 0)
    assert call("GET", "/console/articles/shipping.locker").status_code == 404
    job = finished(call, call("POST", f"/console/import/{job['id']}/confirm").json())
    assert (job["state"], job["written"]) == ("done", 1)
    article = call("GET", "/console/articles/shipping.locker").json()
    assert (article["published_revision"], article["draft"]["state"]) == (None, "draft")
    assert article["draft"]["body"]["similar"] == ["能寄存不", "怎么寄存"]
    assert article["draft"]["body"]["valid_from"] == "2026-01-31"


def test_every_wrong_cell_is_named_and_good_rows_stay(service: Service) -> None:
    bad = [
        "shipping.a,不存在的类目,怎么办呢？,,答案要有十个字以上才行。,,",
        "shipping.b,发货与物流,=SUM(A1),,答案要有十个字以上才行。,,",
        ",,合并过的格子？,,答案要有十个字以上才行。,,",
        "shipping.c,发货与物流,怎么退？,,短,没有的工具,昨天",
        GOOD.strip(),
        "SHIPPING.D,发货与物流,大写的键？,,答案要有十个字以上才行。,,",
        "shipping.e,发货与物流,格子太多？,,答案要有十个字,以上,才行,多了,一格",
    ]
    job = uploaded(service.staff("editor"), HEAD + GOOD + "\r\n".join(bad))
    assert (job["state"], job["new"]) == ("ready", 1)
    wrong = {(one["row"], one["column"]) for one in job["errors"]}
    assert wrong == {
        (3, "类目"), (4, "标准问法"), (5, "类目"), (6, "答案"), (6, "附带工具"), (6, "生效日期"), (7, "键"), (8, "键"), (9, "键"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 a broken workbook", "import_workbook_broken"),
        (b"\xd0\xcf\x11\xe0 old or encrypted", "import_old_excel"),
        ("问题,回答\n甲,乙".encode(), "import_headings"),
        (b"", "import_headings"),
        (b"\x00\x01\x02\xff\xfe\x00", "import_not_text"),
    ],
)
def test_what_is_no_table_of_ours_is_refused(service: Service, content: bytes, code: str) -> None:
    answer = service.staff("editor")("POST", "/console/import", content=content)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_file_that_is_too_large_is_refused(service: Service) -> None:
    service.container.settings.import_max_bytes = 100_000
    chunks = (b"x" * 65_536 for _ in range(20))  # without a length, as a stream
    answer = service.staff("editor")("POST", "/console/import", content=chunks)
    assert (answer.status_code, answer.json()["code"]) == (413, "import_too_large")


def test_what_is_exported_comes_back_as_the_same(service: Service) -> None:
    call = service.staff("editor")
    table = call("GET", "/console/export")
    assert table.content.startswith(b"\xef\xbb\xbf")
    job = uploaded(call, table.content)
    assert (job["errors"], job["new"], job["changed"]) == ([], 0, 0)
    assert job["same"] == job["total"] > 150
    changed = table.text.replace("你们发货用什么快递？", "你们用什么快递发货？", 1)
    job = uploaded(call, changed)
    assert (job["changed"], job["error_count"]) == (1, 0)
    assert call("DELETE", f"/console/import/{job['id']}").json()["state"] == "cancelled"
    assert call("POST", f"/console/import/{job['id']}/confirm").status_code == 409


HEADINGS = HEAD.strip().split(",")
FINE = [
    "shipping.locker",
    "发货与物流",
    "可以寄存吗？",
    "能寄存不\n怎么寄存",
    "可以寄存在自提柜，免费三天。",
    "",
    "2026/1/31",
]


def workbook(*rows: list[Any], merged: str = "", title: str = "条目") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in (HEADINGS, *rows):
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_is_checked_cell_by_cell(service: Service) -> None:
    call = service.staff("editor")
    formula = ["shipping.f", "发货与物流", "公式行吗？", "", "=A1&B1", "", ""]
    merged = ["shipping.m", "发货与物流", "合并行吗？", "", "答案要有十个字以上才行。", "", ""]
    twice = ["shipping.locker", "发货与物流", "重复的键？", "", "答案要有十个字以上才行。", "", ""]
    job = uploaded(call, workbook(FINE, formula, merged, twice, merged="B4:B5", title="我的表"))
    wrong = {(one["row"], one["column"]): one["message"] for one in job["errors"]}
    assert set(wrong) >= {(3, "答案"), (4, "类目"), (5, "类目"), (5, "键")}
    assert "公式" in wrong[(3, "答案")]
    assert "合并" in wrong[(5, "类目")]
    assert (job["state"], job["new"]) == ("ready", 1)
    job = finished(call, call("POST", f"/console/import/{job['id']}/confirm").json())
    assert (job["state"], job["written"]) == ("done", 1)
    body = call("GET", "/console/articles/shipping.locker").json()["draft"]["body"]
    assert (body["similar"], body["valid_from"]) == (["能寄存不", "怎么寄存"], "2026-01-31")
    [listed] = call("GET", "/console/imports").json()["items"]
    assert (listed["state"], listed["written"], listed["person"]["name"]) == ("done", 1, "苏编辑")


def test_an_exported_workbook_comes_back_as_the_same(service: Service) -> None:
    call = service.staff("editor")
    content = call("GET", "/console/export", params={"format": "xlsx"}).content
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["条目", "说明", "选项"]
    assert len(book["条目"].data_validations.dataValidation) == 2
    job = uploaded(call, content)
    assert (job["errors"], job["new"], job["changed"]) == ([], 0, 0)
    assert job["same"] == job["total"] > 150
    template = uploaded(
        call, call("GET", "/console/export", params={"format": "xlsx", "what": "template"}).content
    )
    assert (template["state"], template["new"], template["errors"]) == ("ready", 1, [])


def test_what_somebody_wrote_is_never_a_formula_in_a_spreadsheet() -> None:
    body = Body(question="=1+1 等于几？", similar=["@SUM(A1)"], answer="+86 开头的号码也能用\x07。")
    content = workbooks.write(
        [("a.b", "shipping", body)], Names({"shipping": "发货与物流"}, {"paid": "已付款"}, {"x": "工具"})
    )
    row = load_workbook(io.BytesIO(content))["条目"][2]
    assert [cell.data_type for cell in row if cell.value] == ["s"] * len([cell for cell in row if cell.value])
    assert row[2].value == "=1+1 等于几？"
    assert row[2].quotePrefix


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<a/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(41):
                part.write(b" " * 10_000_000)
    return buffer.getvalue()


def document() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("word/document.xml", b"<a/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bomb, "import_workbook_trap"),
        (document, "import_workbook_broken"),
        (lambda: workbook(FINE)[:-200], "import_workbook_broken"),
        (lambda: other_headings(), "import_headings"),
    ],
)
def test_workbooks_that_cannot_be_imported(service: Service, content: Callable[[], bytes], code: str) -> None:
    answer = service.staff("editor")("POST", "/console/import", content=content())
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def other_headings() -> bytes:
    book = Workbook()
    assert book.active is not None
    book.active.append(["问题", "回答"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_restart_says_what_became_of_an_import(service: Service, start: Callable[..., Service]) -> None:
    call = service.staff("editor")
    job = uploaded(call, workbook(FINE))
    again = start().staff("editor")  # the process before was killed; nobody told the database
    answer = again("GET", f"/console/import/{job['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "import_interrupted")
    [listed] = again("GET", "/console/imports").json()["items"]
    assert (listed["state"], listed["written"]) == ("interrupted", 0)
    with service.container.database.read() as session:
        assert session.get_one(ImportJob, job["id"]).ended_at is not None


def test_rows_that_begin_alike_get_a_key_each(service: Service) -> None:
    call = service.staff("editor")
    alike = (
        f",发货与物流,自提柜里可以寄存行李箱吗，第{n}次,,可以，凭短信取件码开柜，免费三天。,,\r\n"
        for n in "一二三"
    )
    job = uploaded(call, HEAD + "".join(alike))
    job = finished(call, call("POST", f"/console/import/{job['id']}/confirm").json())
    assert (job["new"], job["written"]) == (3, 3)
