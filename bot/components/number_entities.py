"""Entities known by how they are written: numbers of orders, parcels and phones, sums, ordinals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cn2an

_HAN_DIGITS = "零〇一二两三四五六七八九十百千万"


@dataclass(frozen=True)
class Entity:
    """A piece of the text with its meaning; `start` and `end` are character offsets."""

    name: str
    value: str | int
    start: int
    end: int


def _plain(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def _number(text: str) -> int:
    """Integer from digits or Chinese numerals. Raises ValueError when it is none."""
    return int(text) if text.isdecimal() else int(cn2an.cn2an(text.replace("两", "二"), "smart"))


def _sum(text: str) -> str:
    """Yuan as a decimal number: 38.50元 -> 38.5, 1.2万元 -> 12000, 五十块 -> 50. Raises ValueError when it is none."""
    number = re.sub(f"[^\\d.{_HAN_DIGITS}]", "", text)
    yuan = float(cn2an.cn2an(number.replace("两", "二"), "smart"))
    return f"{yuan:.2f}".rstrip("0").rstrip(".")


_Convert = Callable[[str], str | int]
# In order of priority: a stretch of text belongs to the first expression that claims it. The group
# `value` is the entity, what stands around it is context. Offsets must hold, so the text is only
# mapped character by character (see `_same_length`).
_EXPRESSIONS: tuple[tuple[str, re.Pattern[str], _Convert], ...] = (
    ("order_no", re.compile(r"(?<![a-z0-9])(?P<value>ys[\s-]?\d{12})(?!\d)", re.I), _plain),
    (
        "tracking_no",
        re.compile(
            r"(?<![a-z0-9])(?P<value>(?:sf|yt|zt|zto|sto|jd|jdvb?|jdx|yd|jt|dpk|ems|e[a-z])\d{8,18}"
            r"(?:cn)?)(?![a-z0-9])",
            re.I,
        ),
        _plain,
    ),
    (
        "tracking_no",
        re.compile(r"(?:快递|物流|运单|包裹)(?:单号|号码|号|单)[是为:\s]*(?P<value>\d{8,18})(?!\d)"),
        _plain,
    ),
    ("order_no", re.compile(r"(?<![a-z0-9])(?P<value>\d{12,18})(?!\d)", re.I), _plain),
    ("phone", re.compile(r"(?<!\d)(?P<value>1[3-9]\d[\s-]?\d{4}[\s-]?\d{4})(?!\d)"), _plain),
    ("amount", re.compile(r"(?P<value>[¥￥]\s?\d+(?:\.\d{1,2})?)"), _sum),
    ("amount", re.compile(r"(?<![\d.])(?P<value>\d+(?:\.\d{1,2})?\s?万?\s?(?:元|块钱?|圆|rmb))", re.I), _sum),
    ("amount", re.compile(f"(?P<value>[{_HAN_DIGITS}]+(?:元|块钱))"), _sum),
    (
        "ordinal",
        re.compile(
            rf"(?:第|选择?)\s?(?P<value>\d{{1,2}}|[{_HAN_DIGITS}]{{1,3}})"
            r"(?=(?:个|条|项|种|款|号)?[吧呀啊哦呢的。.!,]*$|(?:个|条|项|种|款)(?!月))"
        ),
        _number,
    ),
    (
        "ordinal",
        re.compile(r"^[\s(就选]*(?P<value>\d{1,2}|[一二两三四五六七八九十])[\s).、。,!吧呀啊哦呢号个]*$"),
        _number,
    ),
)


def _same_length(text: str) -> str:
    """Full-width and circled characters as plain ones, one for one."""
    return "".join(plain if len(plain := unicodedata.normalize("NFKC", char)) == 1 else char for char in text)


def number_entities(text: str) -> Iterator[Entity]:
    """Entities in `text`, no two overlapping, in order of priority."""
    plain = _same_length(text)
    taken: set[int] = set()
    for name, expression, convert in _EXPRESSIONS:
        for match in expression.finditer(plain):
            span = range(*match.span("value"))
            if not taken.isdisjoint(span):
                continue
            try:
                value = convert(match["value"])
            except ValueError:  # 十百, 零十: digits that are no number
                continue
            taken.update(span)
            yield Entity(name, value, span.start, span.stop)
