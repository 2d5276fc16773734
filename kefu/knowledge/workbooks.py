"""Excel workbooks in and out: the same table as the CSV, with what only a workbook can get wrong."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation

from kefu.core.errors import Invalid
from kefu.knowledge.articles import Body
from kefu.knowledge.sheets import COLUMNS, EMPTY, FORMULA, IS_FORMULA, NEEDED, Cell, Names, cells_of, headings

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SHEET, GUIDE, CHOICES = "条目", "说明", "选项"
UNPACKED_MOST, PARTS_MOST = 400_000_000, 2000
"""A workbook that unpacks to more, in bytes or in parts, is a trap rather than a table."""
LONGEST_CELL = 32_767
ROWS_MOST = 200_000
WIDTHS = (24, 14, 36, 48, 64, 24, 22, 16, 13, 13)
IS_MERGED = "在合并的单元格里，请拆开后每行都填"
_MERGED = re.compile(rb'<mergeCell ref="([A-Z0-9:]{2,30})"')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def is_workbook(content: bytes) -> bool:
    """Whether a file is a workbook, or at least packed or encrypted like one."""
    return content.startswith((ZIP, OLD_EXCEL))


def lines(content: bytes) -> Iterator[list[Cell]]:
    """Yield the lines of the sheet that holds our headings, these first.

    Raises ``import_old_excel``, ``import_workbook_broken``, ``import_workbook_trap``, ``import_headings``.
    """
    _check(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = _ours(book)
        merged = _merged(content, sheet)
        for number, row in enumerate(sheet.iter_rows(max_row=ROWS_MOST), start=1):
            yield [_cell(one, merged.get((number, at))) for at, one in enumerate(row, start=1)]
    except Invalid:
        raise
    except Exception as error:  # what a damaged workbook raises depends on where it is damaged
        raise Invalid(
            "import_workbook_broken",
            "工作簿读不下去",
            "文件可能损坏或没有传完，请在 Excel 里另存一份再上传。",
        ) from error


def _check(content: bytes) -> None:
    if content.startswith(OLD_EXCEL):
        raise Invalid(
            "import_old_excel",
            "这是旧版或加了密码的工作簿",
            "请去掉密码，另存为“Excel 工作簿（.xlsx）”再上传。",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except zipfile.BadZipFile as error:
        raise Invalid(
            "import_workbook_broken", "工作簿打不开", "文件可能损坏或没有传完，请重新导出后再上传。"
        ) from error
    if len(parts) > PARTS_MOST or sum(part.file_size for part in parts) > UNPACKED_MOST:
        raise Invalid("import_workbook_trap", "工作簿解开后太大", "请只保留要导入的工作表，或分成几个文件。")
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Invalid(
            "import_workbook_broken", "这不是 Excel 工作簿", "它是压缩包或别的文档，请上传 .xlsx 或 CSV。"
        )


def _ours(book: Any) -> Any:
    """The sheet with our headings; where none has them, the first says what is wrong."""
    sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "iter_rows")]
    if not sheets:
        raise Invalid("import_headings", "表头不对", "工作簿里没有工作表。请用模板。")
    named = sorted(sheets, key=lambda sheet: sheet.title != SHEET)
    for sheet in named:
        sheet.reset_dimensions()  # what a program wrote there need not be true
        first = next(sheet.iter_rows(max_row=1), ())
        if COLUMNS["question"] in {str(one.value or "").strip() for one in first}:
            return sheet
    headings([_cell(one, None) for one in next(named[0].iter_rows(max_row=1), ())])
    return named[0]


def _merged(content: bytes, sheet: Any) -> Mapping[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        refs = _MERGED.findall(packed.read(sheet._worksheet_path))
    for ref in refs[:1000]:
        left, top, right, bottom = (one or 1 for one in range_boundaries(ref.decode()))
        for row in range(top, min(bottom, top + 1000) + 1):
            for column in range(left, min(right, left + len(COLUMNS)) + 1):
                found[(row, column)] = IS_MERGED
    return found


def _cell(cell: Any, merged: str | None) -> Cell:
    value = cell.value
    if value is None:
        return Cell("", merged) if merged else EMPTY
    kind = getattr(cell, "data_type", "s")
    if kind == "f":
        return Cell("", IS_FORMULA)
    if kind == "e":
        return Cell("", f"是错误值 {value}")
    return Cell(_text(value), merged or "")


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def write(rows: Iterable[tuple[str, str, Body]], names: Names) -> bytes:
    """Return a workbook of (key, category, body) with a sheet of instructions and choices to pick from.

    Raises ``export_cell_too_long`` for an article that no cell holds.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for at, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    choices = {"category": list(names.categories.values()), "tool": list(names.tools.values())}
    for validation in _validations(choices):
        sheet.data_validations.append(validation)
    sheet.append([_heading(sheet, field, name) for field, name in COLUMNS.items()])
    for key, category, body in rows:
        sheet.append([_written(sheet, text, body) for text in cells_of(key, category, body, names)])
    _guide(book.create_sheet(GUIDE))
    listed = book.create_sheet(CHOICES)
    listed.append(["类目", "附带工具", "适用订单状态（可以写几个，用顿号隔开）"])
    columns = [*choices.values(), list(names.order_states.values())]
    for at in range(max(map(len, columns))):
        listed.append([column[at] if at < len(column) else None for column in columns])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _validations(choices: Mapping[str, list[str]]) -> Iterator[DataValidation]:
    fields = list(COLUMNS)
    for at, (field, values) in enumerate(choices.items(), start=1):
        source = get_column_letter(at)
        validation = DataValidation(
            type="list", formula1=f"'{CHOICES}'!${source}$2:${source}${len(values) + 1}", allow_blank=True,
            showErrorMessage=True, errorTitle=COLUMNS[field], error="请从列表里选",
        )  # fmt: skip
        column = get_column_letter(fields.index(field) + 1)
        validation.add(f"{column}2:{column}{ROWS_MOST}")
        yield validation


def _heading(sheet: Any, field: str, name: str) -> Any:
    cell = WriteOnlyCell(sheet, value=name)
    cell.font = Font(bold=True, color="FFFFFF" if field in NEEDED else "1F2A24")
    cell.fill = PatternFill("solid", fgColor="1F7A5C" if field in NEEDED else "E6F2ED")
    return cell


def _written(sheet: Any, text: str, body: Body) -> Any:
    if len(text) > LONGEST_CELL:
        detail = f"条目“{body.question}”的一格超过 Excel 的上限（{LONGEST_CELL} 字），请导出 CSV。"
        raise Invalid("export_cell_too_long", "Excel 放不下", detail)
    cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", text))
    cell.data_type = "s"  # nothing that somebody wrote is ever a formula
    cell.quotePrefix = text.startswith(FORMULA)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


_GUIDANCE = (
    (
        "怎么用",
        "在“条目”这一页里，一行写一个条目，表头不要动。深绿色表头的列必须填。存成 .xlsx，在“导入导出”里上传。",
    ),
    ("", "上传后先检查：每一处错写明行、列、原因。看过再决定导入；导入只写成草稿，审核后客户才看到。"),
    ("键", "新条目留空，系统会起名。改已有的条目时不要动它。"),
    ("类目", "从下拉列表里选。"),
    ("标准问法", "客户会问的一整句话，2 到 200 个字。"),
    ("相似问", "客户的各种说法。一格里一行一条（Alt+Enter 换行），最多 500 条。"),
    (
        "答案",
        "10 到 5000 个字，可以用 Markdown。店铺的时间、金额写 {{policy.名字}}，名字见编辑页的“插入店铺规则”。",
    ),
    ("相关条目", "别的条目的键，用顿号隔开。"),
    ("适用订单状态", "客户的订单在这些状态时更可能问它，名字见“选项”页，用顿号隔开。"),
    ("附带工具", "答案下面的办理按钮，从下拉列表里选。"),
    ("生效日期、失效日期", "写成 2026-01-31；留空就是一直有效。"),
    ("请不要", "合并单元格、写公式、改表头、给文件加密码。"),
)


def _guide(sheet: Any) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 22, 100
    for name, text in _GUIDANCE:
        head = WriteOnlyCell(sheet, value=name)
        head.font = Font(bold=True)
        said = WriteOnlyCell(sheet, value=text)
        said.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([head, said])
