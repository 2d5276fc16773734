"""Articles as a table that a spreadsheet opens: reading it with an error for every wrong cell, and writing it."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from kefu.core.errors import Invalid
from kefu.knowledge.articles import Body

COLUMNS = {
    "key": "键", "category": "类目", "question": "标准问法", "similar": "相似问", "answer": "答案", "related": "相关条目",
    "order_states": "适用订单状态", "tool": "附带工具", "valid_from": "生效日期", "valid_to": "失效日期",
}  # fmt: skip
NEEDED = ("category", "question", "answer")
LONGEST_CELL = 100_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
IS_FORMULA = "是公式，请改成文字"


class Cell(NamedTuple):
    """What a cell says; ``wrong`` when it says something that cannot be taken as text."""

    text: str
    wrong: str = ""


EMPTY = Cell("")


@dataclass(frozen=True)
class CellError:
    """What is wrong where; ``row`` counts as the spreadsheet does, the headings being row 1."""

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Row:
    """One row as it was read; ``errors`` when it cannot be used."""

    number: int
    key: str
    category: str
    body: Body
    errors: tuple[CellError, ...] = ()


@dataclass(frozen=True)
class Names:
    """What the cells may name, by Chinese name and by value."""

    categories: Mapping[str, str]
    order_states: Mapping[str, str]
    tools: Mapping[str, str]


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8 (with or without mark), UTF-16 or GB18030. Raises ``Invalid``."""
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid("import_not_text", "读不出这个文件", "它不是 UTF-8 或 GB18030 编码的 CSV。")


def headings(first: Iterable[Cell]) -> list[str]:
    """Return the fields of the columns. Raises ``import_headings`` naming what is missing or unknown."""
    by_name = {name: field for field, name in COLUMNS.items()}
    names = [name.text.strip() for name in first]
    unknown = [name for name in names if name and name not in by_name]
    missing = [COLUMNS[field] for field in NEEDED if COLUMNS[field] not in names]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    said = [f"缺少列：{'、'.join(missing)}"] if missing else []
    said += [f"不认识的列：{'、'.join(unknown[:10])}"] if unknown else []
    said += [f"重复的列：{'、'.join(twice)}"] if twice else []
    if said:
        raise Invalid("import_headings", "表头不对", f"{'；'.join(said)}。请用模板的表头。")
    return [by_name.get(name, "") for name in names]


def lines(text: str) -> Iterator[list[Cell]]:
    """Yield the lines of a CSV, the headings first. Raises ``import_broken``."""
    csv.field_size_limit(LONGEST_CELL)
    sample = text[:4096].split("\n", 1)[0]
    delimiter = max(",;\t", key=sample.count)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [Cell(value, IS_FORMULA if value.lstrip().startswith("=") else "") for value in line]
    except csv.Error as error:
        raise Invalid(
            "import_broken", "这个表格读不下去", "可能有没有闭合的引号，或一格内容太长。"
        ) from error


def read(table: Iterable[list[Cell]], names: Names) -> Iterator[Row]:
    """Yield the rows below the headings; empty ones are passed over."""
    cells = iter(table)
    fields = headings(next(cells, []))
    for number, values in enumerate(cells, start=2):
        if any(value.text.strip() or value.wrong for value in values):
            wide = any(value.text.strip() for value in values[len(fields) :])
            yield _row(number, dict(zip(fields, values, strict=False)), wide, names)


def _row(number: int, cells: Mapping[str, Cell], too_wide: bool, names: Names) -> Row:
    errors: list[CellError] = []
    if too_wide:
        message = "这一行的格子比表头多，可能有没加引号的逗号"
        return Row(number, "", "", Body(), (CellError(number, COLUMNS["key"], message),))

    def wrong(field: str, message: str) -> None:
        errors.append(CellError(number, COLUMNS[field], message))

    found = {field: _plain(cells.get(field, EMPTY).text) for field in COLUMNS}
    for field, cell in cells.items():
        if cell.wrong and field:
            wrong(field, cell.wrong)
    category = _named(found["category"], names.categories)
    if category is None:
        wrong(
            "category",
            f"没有类目“{found['category']}”" if found["category"] else "没有填（合并的单元格请拆开）",
        )
    states = [_named(one, names.order_states) for one in _split(found["order_states"])]
    if None in states:
        wrong("order_states", "有不认识的订单状态")
    tool = _named(found["tool"], names.tools) if found["tool"] else None
    if found["tool"] and tool is None:
        wrong("tool", f"没有工具“{found['tool']}”")
    dates: dict[str, date | None] = {}
    for field in ("valid_from", "valid_to"):
        try:
            dates[field] = _date(found[field])
        except ValueError:
            wrong(field, "日期请写成 2026-01-31")
    body = Body(
        question=found["question"], similar=found["similar"].splitlines(), answer=found["answer"],
        related=_split(found["related"]), order_states=[one for one in states if one], tool=tool, **dates,
    ).tidied()  # fmt: skip
    return Row(number, found["key"], category or "", body, tuple(errors))


def _plain(value: str) -> str:
    value = value.strip()
    return value[1:] if value.startswith("'") and value[1:2] in FORMULA else value


def _named(value: str, names: Mapping[str, str]) -> str | None:
    if value in names:
        return value
    return next((key for key, label in names.items() if label == value), None)


def _split(value: str) -> list[str]:
    for sign in "，、；;\n":
        value = value.replace(sign, ",")
    return [one.strip() for one in value.split(",") if one.strip()]


def _date(value: str) -> date | None:
    parts = value.replace("/", "-").replace(".", "-")
    if not parts:
        return None
    year, month, day = parts.split("-")
    return date(int(year), int(month), int(day))


def write(rows: Iterable[tuple[str, str, Body]], names: Names) -> Iterator[str]:
    """Yield the lines of a CSV of (key, category, body); cells that a spreadsheet would compute are quoted."""
    yield "\ufeff" + _line(COLUMNS.values())
    for key, category, body in rows:
        yield _line(_safe(cell) for cell in cells_of(key, category, body, names))


def cells_of(key: str, category: str, body: Body, names: Names) -> list[str]:
    """Return the cells of one article, in the order of ``COLUMNS``."""
    return [
        key,
        names.categories.get(category, category),
        body.question,
        "\n".join(body.similar),
        body.answer,
        "、".join(body.related),
        "、".join(names.order_states.get(state, state) for state in body.order_states),
        names.tools.get(body.tool, body.tool) if body.tool else "",
        str(body.valid_from or ""),
        str(body.valid_to or ""),
    ]


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
