"""Restores what a hurried customer meant: listed variants, homophones of domain words, pinyin typed in Latin letters.

A homophone is only replaced where the general dictionary sees no word, the replaced characters are loose ones and
are not grammatical words, so that 克服, 几分, 吃吗 or 退还 stay what they are.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache

from pypinyin import Style, lazy_pinyin

from kb_index.lexicon import domain_words, plain_jieba, variants

_LONGEST = 5
_LATIN_RUN = re.compile(r"(?<![a-z0-9])[a-z]+(?: [a-z]+)*(?![a-z0-9])")
_MIXED = re.compile(
    r"(?<![a-z0-9])(?:[\u4e00-\u9fff]+[a-z]{2,6}|[a-z]{2,6}(?=[\u4e00-\u9fff]))(?:[\u4e00-\u9fff]+|[a-z]{2,6})*(?![a-z0-9])"
)
_UNIT = re.compile(r"[\u4e00-\u9fff]|[a-z]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
# Grammatical and counting characters: alone they are words, not slips of the keyboard.
_FUNCTION = frozenset(
    "的地得了着过吗呢吧啊呀哦嗯嘛哈我你您他她它们这那哪谁几多少怎么什啥为是在有没不别未无都也还就才又再只很太更最"
    "要想能会可以让被把给对从到去来上下里外后前中内和跟与或但而因所如果个件单次天月年日号点分秒钱元块人家大小新旧好坏"
    "一二三四五六七八九十百千万两半每各本该请问说看买卖用拿吃穿开关打算行成做搞弄等叫发收退换付送寄取办"
)
_FUZZY = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"(?<=[ei])ng$"), "n"))


@lru_cache(maxsize=8192)
def syllable(character: str) -> str:
    """Toneless pinyin of one character with the usual slips folded together (zh/z, ch/c, sh/s, -eng/-en, -ing/-in)."""
    sound = _plain(character)
    for pattern, replacement in _FUZZY:
        sound = pattern.sub(replacement, sound)
    return sound


def _mixed(run: str) -> str:
    """Reads syllables typed in Latin letters inside a domain word: kuai递, 打zhe, 优hui券."""
    units = _UNIT.findall(run)
    out: list[str] = []
    at = 0
    while at < len(units):
        for end in range(min(len(units), at + _LONGEST), at + 1, -1):
            meant = _read_mixed(units[at:end])
            if meant is not None:
                out.append(meant)
                at = end
                break
        else:
            out.append(units[at])
            at += 1
    return "".join(out)


def _read_mixed(units: list[str]) -> str | None:
    """The one domain word whose characters are `units`, some of them spelled as toneless syllables."""
    if all(len(unit) == 1 for unit in units) or all(len(unit) > 1 for unit in units):
        return None
    fits = [
        word
        for word in _by_plain_sound().get(" ".join(_plain(unit) for unit in units), ())
        if all(len(unit) > 1 or unit == character for unit, character in zip(units, word, strict=True))
    ]
    return fits[0] if len(fits) == 1 else None


@lru_cache(maxsize=8192)
def _plain(unit: str) -> str:
    """Toneless pinyin of one character; what is spelled already stays."""
    return unit if len(unit) > 1 else lazy_pinyin(unit, style=Style.NORMAL)[0]


def _domain_by(sound: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """Domain words by the sounds of their characters."""
    words: dict[str, list[str]] = {}
    for word in domain_words():
        if 2 <= len(word) <= _LONGEST:
            words.setdefault(" ".join(map(sound, word)), []).append(word)
    return {sounds: tuple(found) for sounds, found in words.items()}


@cache
def _by_plain_sound() -> dict[str, tuple[str, ...]]:
    return _domain_by(_plain)


@cache
def _by_sound() -> dict[str, tuple[str, ...]]:
    return _domain_by(syllable)


@cache
def _by_pinyin() -> dict[str, str]:
    """Full pinyin without spaces -> word; a domain word wins over an everyday word, the earlier over the later."""
    words: dict[str, str] = {}
    for word in (*domain_words(), *variants().everyday):
        if len(word) > 1:
            words.setdefault("".join(lazy_pinyin(word, style=Style.NORMAL)), word)
    return words


@cache
def _dialect() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(variants().dialect, key=len, reverse=True)))


def _pinyin(text: str) -> str:
    return _LATIN_RUN.sub(lambda run: _latin(run.group()), text)


def _half_pinyin(text: str) -> str:
    return _MIXED.sub(lambda run: _mixed(run.group()), text)


def _everyday(text: str) -> str:
    return _dialect().sub(lambda found: variants().dialect[found.group()], text)


def _intended(text: str) -> str:
    return _HAN.sub(lambda run: _han(run.group()), text)


RESTORING: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("pinyin", _pinyin),
    ("half pinyin", _half_pinyin),
    ("dialect", _everyday),
    ("typo", _intended),
)
"""One pass over simplified, lower-case text, step by step; the caller repeats it until nothing changes."""
SPELLINGS = frozenset(name for name, _ in RESTORING)


def _latin(run: str) -> str:
    """Reads a run of Latin words as abbreviations and pinyin ("tui kuan" -> 退款); keeps what is neither."""
    words = run.split(" ")
    out: list[str] = []
    at = 0
    while at < len(words):
        for end in range(len(words), at, -1):
            meant = _read_pinyin("".join(words[at:end]))
            if meant is not None:
                out.append(meant)
                at = end
                break
        else:
            out.append(variants().latin.get(words[at], words[at]))
            at += 1
    return " ".join(out)


@lru_cache(maxsize=4096)
def _read_pinyin(letters: str) -> str | None:
    """`letters` as a sequence of known words, fewest words first; None when some part is no known pinyin."""
    if not 4 <= len(letters) <= 60:
        return None
    best: list[list[str] | None] = [[], *[None] * len(letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 24), end):
            before, word = best[start], _by_pinyin().get(letters[start:end])
            current = best[end]
            if (
                before is not None
                and word is not None
                and (current is None or len(before) + 1 < len(current))
            ):
                best[end] = [*before, word]
    found = best[-1]
    return "".join(found) if found else None


def _han(run: str) -> str:
    tokens = plain_jieba().cut(run, False)
    out: list[str] = []
    at = 0
    while at < len(tokens):
        for end in range(min(len(tokens), at + _LONGEST), at, -1):
            meant = _meant(tokens[at:end])
            if meant is not None:
                out.append(meant)
                at = end
                break
        else:
            if not _stutter(tokens, at):
                out.append(tokens[at])
            at += 1
    return "".join(out)


def _stutter(tokens: list[str], at: int) -> bool:
    """A loose character that repeats the edge of the domain word beside it: 退|退货, 发票|票."""
    token = tokens[at]
    if len(token) != 1:
        return False
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    previous = tokens[at - 1] if at else ""
    return any(
        len(word) > 1 and edge == token and word in _words()
        for word, edge in ((following, following[:1]), (previous, previous[-1:]))
    )


@cache
def _words() -> frozenset[str]:
    return frozenset(domain_words())


def _meant(tokens: list[str]) -> str | None:
    """The domain word these adjacent tokens were meant to be, or None."""
    span = "".join(tokens)
    if not 2 <= len(span) <= _LONGEST:
        return None
    listed = variants().typos.get(span)
    if listed is not None or len(tokens) == 1 or span in _words():
        return listed
    fits = [
        (sum(a == b for a, b in zip(span, word, strict=True)), word)
        for word in _by_sound().get(" ".join(map(syllable, span)), ())
        if _plausible(tokens, word)
    ]
    fits.sort(reverse=True)
    if not fits or (len(fits) > 1 and fits[0][0] == fits[1][0]):
        return None
    return fits[0][1]


def _plausible(tokens: list[str], word: str) -> bool:
    at, shared = 0, False
    for token in tokens:
        target = word[at : at + len(token)]
        at += len(token)
        if token == target:
            shared = True
        elif len(token) > 1 or token in _FUNCTION:
            return False
    return shared
