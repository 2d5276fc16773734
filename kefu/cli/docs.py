"""``kefu docs``: the reference pages that are made from the code."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer

from kefu.cli.console import command, console
from kefu.core.settings import ROOT, Settings

app = typer.Typer()

SETTINGS_HEAD = """# 设置

全部设置取自环境变量，都有默认值。本页由 `make docs` 从 `kefu/core/settings.py` 生成，请勿手改。
`list`、`dict` 类型写成 JSON，例如 `KEFU_ALLOWED_ORIGINS='{"web": ["https://shop.example"]}'`。

| 环境变量 | 默认值 | 含义 |
|---|---|---|
"""
ERRORS_HEAD = """# 错误码

接口出错时返回 `application/problem+json`：`{type, title, status, code, detail, errors?}`，`code` 不会改变。
本页由 `make docs` 从代码生成，请勿手改。

| code | HTTP | 标题 | 出处 |
|---|---|---|---|
"""

CODE = re.compile("[a-z][a-z0-9_]+")
STATUS = {
    "NotFound": 404,
    "Conflict": 409,
    "Unauthorised": 401,
    "Forbidden": 403,
    "Invalid": 422,
    "DomainError": 400,
}
"""What the classes of :mod:`kefu.core.errors` say to HTTP."""


@dataclass(frozen=True)
class ErrorCode:
    """One place where a coded error is made; what is computed there is empty here."""

    code: str
    status: int
    title: str
    module: str


@app.command()
@command
def docs(directory: Path = ROOT / "docs") -> None:
    """重新生成 docs/settings.md 与 docs/errors.md。"""
    (directory / "settings.md").write_text(settings_page(), encoding="utf-8")
    (directory / "errors.md").write_text(errors_page(), encoding="utf-8")
    console.print(f"[green]✓[/green] 已写入 {directory}")


def settings_page() -> str:
    """Return the reference of all settings."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if isinstance(default, Path):
            default = default.relative_to(ROOT)
        rows.append(f"| `KEFU_{name.upper()}` | `{default}` | {field.description} |\n".replace("``", "空"))
    return SETTINGS_HEAD + "".join(rows)


def errors_page() -> str:
    """Return the reference of all error codes."""
    by_code: dict[str, list[ErrorCode]] = defaultdict(list)
    for found in (*error_codes(ROOT / "kefu"), *_of_http()):
        by_code[found.code].append(found)
    rows = []
    for code, places in sorted(by_code.items()):
        statuses = "、".join(str(status) for status in sorted({place.status for place in places}))
        titles = "；".join(dict.fromkeys(place.title for place in places if place.title))
        modules = "、".join(f"`{module}`" for module in dict.fromkeys(place.module for place in places))
        rows.append(f"| `{code}` | {statuses} | {titles} | {modules} |\n")
    return ERRORS_HEAD + "".join(rows)


def error_codes(package: Path) -> Iterator[ErrorCode]:
    """Find every coded error that a package's source makes."""
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(package.rglob("*.py"))}
    classes = _error_classes(modules)
    for path, tree in modules.items():
        module = ".".join(path.relative_to(package.parent).with_suffix("").parts)
        for owner, call in _calls(tree):
            name = owner if _is_super_init(call) else _name(call.func)
            if name == "problem" and CODE.fullmatch(code := _text(call, 1, "code")):
                yield ErrorCode(code, _number(call.args[0]), _text(call, 2, "title"), module)
            elif name in classes and CODE.fullmatch(code := _text(call, 0, "code")):
                given = [_number(one.value) for one in call.keywords if one.arg == "status"]
                yield ErrorCode(code, given[0] if given else classes[name], _text(call, 1, "title"), module)


def _of_http() -> Iterator[ErrorCode]:
    """Errors that the framework raises and the gateway gives a code."""
    from kefu.gateway import problems

    for status, (code, title) in problems.TITLES.items():
        yield ErrorCode(code, status, title, problems.__name__)


def _error_classes(modules: dict[Path, ast.Module]) -> dict[str, int]:
    """Every class that descends from DomainError, with the status it says by default."""
    classes = dict(STATUS)
    definitions = [
        node for tree in modules.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    ]
    while True:
        new = {
            node.name: classes[base]
            for node in definitions
            for base in map(_name, node.bases)
            if base in classes and node.name not in classes
        }
        if not new:
            return classes
        classes |= new


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the class it stands in (empty outside)."""
    inside = {
        id(call): node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield inside.get(id(node), ""), node


def _is_super_init(call: ast.Call) -> bool:
    return ast.unparse(call.func) == "super().__init__"


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _text(call: ast.Call, position: int, keyword: str) -> str:
    given = call.args[position : position + 1] + [one.value for one in call.keywords if one.arg == keyword]
    return next(
        (node.value for node in given if isinstance(node, ast.Constant) and isinstance(node.value, str)), ""
    )


def _number(node: ast.expr) -> int:
    return int(ast.literal_eval(node))
