"""Whoever does not read Chinese is told everything that the service itself says in English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kefu.core.settings import ROOT
from kefu.core.words import LOCALES, catalogue, known, localise, preferred

HAN = re.compile("[\u4e00-\u9fff]")
# The modules that speak to customers.
SPEAKING = (
    *(f"gateway/{name}" for name in ("app", "deps", "problems", "sockets")),
    *(f"gateway/visitor/{name}" for name in ("api", "privacy", "records", "sessions", "socket", "takeaway", "transcript")),
    *(f"dialogue/{name}" for name in ("answering", "decide", "effects", "forms", "gather", "hall", "intake")),
    *(f"dialogue/{name}" for name in ("options", "showing", "store", "tools", "turn")),
    *(f"conversations/{name}" for name in ("history", "pictures", "schemas", "service")),
    *(f"commerce/{name}" for name in ("cards", "effects", "errors", "orders", "rules", "values")),
    "customers/service", "integrations/shop_http", "routing/timers", "tickets/models", "tickets/service",
)  # fmt: skip
# What they say to staff alone, or do not say at all.
SILENT = {"客户导出个人信息", "客户要求删除个人信息"}
SIGNS = re.compile(r"[\\\[({].*[*?+]|[|].*[)\]]")


def sentences(path: Path) -> Iterator[str]:
    """The Chinese literals of a module, what varies in them as ``{}``; no docstrings and no patterns."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    skipped |= {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    skipped |= {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            found = "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = re.sub(r"\{\w+\}", "{}", node.value)
        else:
            continue
        if HAN.search(found) and not SIGNS.search(found):
            yield found


@pytest.mark.parametrize("module", SPEAKING)
def test_every_sentence_has_its_english(module: str) -> None:
    entries = yaml.safe_load((LOCALES / "en.yml").read_text(encoding="utf-8"))
    missing = [
        one for one in sentences(ROOT / "kefu" / f"{module}.py") if one not in entries and one not in SILENT
    ]
    assert missing == []


def test_the_english_is_english_and_keeps_what_varies() -> None:
    entries: dict[str, str] = yaml.safe_load((LOCALES / "en.yml").read_text(encoding="utf-8"))
    assert not [text for text in entries.values() if HAN.search(text)]
    for key, text in entries.items():
        assert set(re.findall(r"\{(\d)\}", text)) == {str(n) for n in range(key.count("{}"))}, key


def test_what_varies_in_a_sentence_is_told_too() -> None:
    say = catalogue("en").say
    assert say("申请退货成功，编号 TH1。审核通过后原路退回。") == (
        "Return an item: done, No. TH1. Once approved, it goes back the way it was paid."
    )
    assert say("怎么申请退货？") == "怎么申请退货？"


def test_what_people_wrote_stays() -> None:
    customer = {"sender": "customer", "kind": "text", "content": {"text": "其他"}}
    bot = {"sender": "bot", "kind": "text", "content": {"text": "其他"}}
    told = localise({"items": [customer, bot], "asked": ["其他"]}, "en")
    assert [one["content"]["text"] for one in told["items"]] == ["其他", "Other"]
    assert told["asked"] == ["其他"]
    assert localise(bot, "zh-CN") is bot


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en;q=0.2, zh-TW;q=0.9", "zh-CN"),
        ("fr, en;q=0.5", "en"),
        ("fr", "zh-CN"),
        ("*;;q", "zh-CN"),
    ],
)
def test_the_header_chooses_among_our_languages(header: str | None, locale: str) -> None:
    assert preferred(header) == locale
    assert known("en-US") == "en"
