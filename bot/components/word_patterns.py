"""Token patterns of spaCy's entity ruler; a pattern's `id` is the value where that is not the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Pattern = dict[str, Any]

COURIERS: Mapping[str, tuple[str, ...]] = {
    "顺丰": ("顺丰", "顺丰速运", "顺丰快递", "顺风", "顺风快递", "sf"),
    "中通": ("中通", "中通快递", "zto"),
    "圆通": ("圆通", "圆通速递", "圆通快递", "yto"),
    "申通": ("申通", "申通快递", "sto"),
    "韵达": ("韵达", "韵达快递"),
    "极兔": ("极兔", "极兔速递"),
    "德邦": ("德邦", "德邦快递"),
    "京东物流": ("京东", "京东物流", "京东快递", "jd"),
    "EMS": ("ems", "邮政", "邮政快递", "中国邮政"),
    "百世": ("百世", "百世快递"),
    "菜鸟": ("菜鸟速递", "丹鸟"),
}

_DAYS = [
    "今天",
    "今儿",
    "今日",
    "今早",
    "今晚",
    "昨天",
    "昨儿",
    "昨日",
    "昨晚",
    "昨夜",
    "前天",
    "前日",
    "前晚",
    "大前天",
    "明天",
    "明儿",
    "明日",
    "后天",
    "大后天",
    "上周",
    "这周",
    "本周",
    "下周",
    "上个月",
    "上月",
    "这个月",
    "本月",
    "下个月",
    "下月",
    "月初",
    "月底",
    "前几天",
    "前两天",
    "去年",
    "今年",
    "年初",
    "年底",
]
_NUMBER = {"TEXT": {"REGEX": r"^(\d{1,2}|[一二两三四五六七八九十]{1,3}|[几半])$"}}
_MONTH = {"TEXT": {"REGEX": r"^([一二三四五六七八九十]{1,2}|\d{1,2})月$"}}
_DAY = {"TEXT": {"REGEX": r"^([一二三四五六七八九十]{1,3}|\d{1,2})[号日]$"}}
_MARK = {"TEXT": {"IN": ["号", "日"]}}
_WEEK = {"TEXT": {"REGEX": r"^(周|星期|礼拜)[一二三四五六日天]?$"}}
_WEEKDAY = {"TEXT": {"REGEX": r"^[一二三四五六日天]$"}}
_DATES: tuple[list[dict[str, Any]], ...] = (
    [{"TEXT": {"IN": _DAYS}}],
    [{"TEXT": {"REGEX": r"^(上上?|这|本|下)个?(周|星期|礼拜)[一二三四五六日天]$"}}],
    [{"TEXT": {"IN": ["上", "上个", "这", "这个", "本", "下", "下个"]}}, _WEEK],
    [{"TEXT": {"IN": ["上", "上个", "这", "这个", "本", "下", "下个"]}}, _WEEK, _WEEKDAY],
    [{"TEXT": {"IN": ["上", "这", "下"]}}, {"TEXT": "个"}, _WEEK],
    [{"TEXT": {"IN": ["上周", "这周", "本周", "下周"]}}, _WEEKDAY],
    [{"TEXT": {"REGEX": r"^(周|星期|礼拜)[一二三四五六日天]$"}}],
    [_NUMBER, {"TEXT": "月"}, _NUMBER, _MARK],
    [_NUMBER, {"TEXT": "月"}, _NUMBER],
    [_NUMBER, {"TEXT": "月份"}],
    [_MONTH, _DAY],
    [_MONTH, _NUMBER, _MARK],
    [_NUMBER, {"TEXT": "月"}, _DAY],
    [_DAY],
    [_NUMBER, _MARK],
    [_NUMBER, {"TEXT": {"IN": ["天", "周", "个月", "年", "星期"]}}, {"TEXT": {"IN": ["前", "之前", "以前"]}}],
    [{"TEXT": {"REGEX": r"^[一二两三四五六七八九十几]天$"}}, {"TEXT": {"IN": ["前", "之前", "以前"]}}],
    [
        {"TEXT": {"REGEX": r"^20\d\d$"}},
        {"TEXT": {"IN": ["-", "/", "."]}},
        _NUMBER,
        {"TEXT": {"IN": ["-", "/", "."]}},
        _NUMBER,
    ],
    [{"TEXT": {"IN": ["双十一", "双十二", "双11", "双12", "618"]}}],
)

_ONE = {"TEXT": {"IN": ["一个", "一条", "一项", "一种", "那个", "那条", "个", "条", "的"]}}
_FIRST = ("上面", "最上面", "上边", "头", "首")
_LAST = ("最后", "下面", "最下面", "下边", "末尾", "最后面")


def word_patterns(topics: Mapping[str, str]) -> list[Pattern]:
    """All patterns; `topics` maps a word to its topic."""
    return [
        *(_word("courier", word, courier) for courier, words in COURIERS.items() for word in words),
        *(_word("topic", word, topic) for word, topic in topics.items()),
        *({"label": "date", "pattern": pattern} for pattern in _DATES),
        *_ordinals(_FIRST, 1),
        *_ordinals(_LAST, -1),
    ]


def _word(label: str, word: str, value: str) -> Pattern:
    """One word as a phrase: a thousand of them are looked up at once, where token patterns are tried one by one."""
    return {"label": label, "pattern": word, "id": value}


def _ordinals(words: tuple[str, ...], position: int) -> list[Pattern]:
    whole = [f"{word}{one}" for word in words for one in ("一个", "一条", "那个")]
    return [
        {"label": "ordinal", "pattern": [{"TEXT": {"IN": list(words)}}, _ONE], "id": str(position)},
        {"label": "ordinal", "pattern": [{"TEXT": {"IN": whole}}], "id": str(position)},
    ]
