"""The service's own sentences in other languages.

The code says everything in Chinese, and so it is stored; at the edge, what goes to a customer who asked for another
language is looked up here. What has no entry (articles, names, what people wrote) stays as it is.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

CHINESE = "zh-CN"
LOCALES = Path(__file__).parent / "locales"
HOLE = "{}"
LONGEST = 300
"""A longer text is an article, not a sentence of ours."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Customers' and agents' own words, what they asked before and what a form sends back are the same in any language.
_PEOPLE, _OWN = {"customer", "agent"}, {"asked", "context", "id", "key", "name", "value", "values"}


class Catalogue:
    """Sentences by their Chinese wording; ``{}`` stands for what varies, which is looked up as well."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._whole = {key: text for key, text in entries.items() if HOLE not in key}
        holed = sorted((key for key in entries if HOLE in key), key=lambda key: -len(key.replace(HOLE, "")))
        self._holed = [(_pattern(key), entries[key]) for key in holed]
        self.say = lru_cache(maxsize=4096)(self._say)

    def _say(self, text: str) -> str:
        if text in self._whole:
            return self._whole[text]
        if len(text) > LONGEST or not _HAN.search(text):
            return text
        for pattern, said in self._holed:
            if found := pattern.fullmatch(text):
                return said.format(*map(self._say, found.groups()))
        return text


def _pattern(key: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, key.split(HOLE))))


@cache
def catalogue(locale: str) -> Catalogue:
    """Return the sentences of a language."""
    path = LOCALES / f"{locale}.yml"
    return Catalogue(yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {})


def known(wanted: str | None) -> str | None:
    """Return the language that a tag (``en-GB``) stands for, None when we do not speak it."""
    primary = (wanted or "").strip().lower().partition("-")[0]
    if primary == "zh":
        return CHINESE
    return primary if primary in {path.stem for path in LOCALES.glob("*.yml")} else None


def preferred(header: str | None) -> str:
    """Return the language that an ``Accept-Language`` header likes best among ours; Chinese without one."""
    weighed: list[tuple[float, str]] = []
    for part in (header or "").split(","):
        tag, _, rest = part.partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d+)?)\s*", rest)
        if (found := known(tag)) is not None:
            weighed.append((float(weight[1]) if weight else 1.0, found))
    # Of equals the first one counts.
    return max(weighed, key=lambda one: one[0])[1] if weighed else CHINESE


def localise(value: Any, locale: str) -> Any:
    """Return JSON as it is told in a language: every sentence of ours, and nothing that people wrote."""
    return value if locale == CHINESE else _walk(value, catalogue(locale))


def _walk(value: Any, words: Catalogue) -> Any:
    if isinstance(value, str):
        return words.say(value)
    if isinstance(value, list):
        return [_walk(one, words) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("sender") in _PEOPLE and isinstance(value.get("content"), dict):
        return value | {"content": _clicked(value["content"], words)}
    return {name: one if name in _OWN else _walk(one, words) for name, one in value.items()}


def _clicked(content: dict[str, Any], words: Catalogue) -> dict[str, Any]:
    """What a customer chose or submitted is named in our words."""
    return (
        content | {"title": words.say(content["title"])} if isinstance(content.get("title"), str) else content
    )
