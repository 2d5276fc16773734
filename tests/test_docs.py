"""The reference pages say what the code says."""

from pathlib import Path

from kefu.cli.docs import error_codes, errors_page, settings_page
from kefu.core.settings import Settings

DOCS = Path(__file__).resolve().parents[1] / "docs"
STALE = "docs/ 与代码不一致，请运行 make docs"


def test_every_setting_is_documented() -> None:
    assert (DOCS / "settings.md").read_text(encoding="utf-8") == settings_page(), STALE
    assert all(field.description for field in Settings.model_fields.values())


def test_every_error_code_is_documented() -> None:
    assert (DOCS / "errors.md").read_text(encoding="utf-8") == errors_page(), STALE


def test_codes_are_found_however_the_error_is_made(tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "errors.py").write_text(
        "class Late(Conflict):\n"
        "    def __init__(self):\n"
        "        super().__init__('too_late', '太晚了')\n"
        "raise NotFound('no_such_order', '没有这个订单')\n"
        "raise DomainError(code='odd', title='奇怪', status=418)\n"
        "return problem(410, 'cursor_gone', '游标已过期')\n"
        "raise ValueError('not_ours')\n",
        encoding="utf-8",
    )
    found = {(error.code, error.status, error.title) for error in error_codes(package)}
    assert found == {
        ("too_late", 409, "太晚了"),
        ("no_such_order", 404, "没有这个订单"),
        ("odd", 418, "奇怪"),
        ("cursor_gone", 410, "游标已过期"),
    }
