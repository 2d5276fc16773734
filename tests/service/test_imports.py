"""Tables in and out: checked cell by cell, nothing written before it is confirmed, nothing published by it."""

import time
from typing import Any

import pytest

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
        (b"PK\x03\x04 a workbook", "import_is_workbook"),
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
