"""Chinese text as customers type it: normal form, tokens, n-grams, clauses, bare topics, pinyin.

Imports only what both the service's and Rasa's environment have.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

import opencc
from pypinyin import Style, lazy_pinyin

from kb_index.lexicon import domain_jieba
from kb_index.spelling import RESTORING, SPELLINGS

_PASSES = 8
LONGEST_BARE, LONGEST_NAMING = 40, 12  # characters of a message that is, or that names, a topic
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u20e3\U000e0000-\U000e007f]+")
_STICKER = re.compile(r"\[[\u4e00-\u9fff]{1,3}\]")
_SPACE = re.compile(r"\s+")
_REPEATED_HAN = re.compile(r"([\u4e00-\u9fff])\1{2,}")
_REPEATED_SIGN = re.compile(r"([^\w\s])\1+")
_NUMBER = re.compile(r"[a-z]{0,4}\d{6,}")
_HAN_OR_ONE = re.compile(r"[\u4e00-\u9fff]+|.", re.DOTALL)
_SIGNS = re.compile(r"[^\w]+")
_BREAK = re.compile(
    r"[,。.!?;:、~…\n]+|\s+"
    r"|(?<=[\u4e00-\u9fff]{4})(?=但是|可是|然后|结果|所以|不过|请问|就是想问|我想问|想问|我就想|能不能|怎么办)"
)
_ASKING = re.compile(
    r"[?吗呢么]|怎|哪|几|多少|多久|多长|谁|为何|如何|能不能|可不可以|是不是|会不会|要不要|有没有|行不行|能否|可否|是否|"
    r"可以|帮我|给我|我要|我想|想要|需要|咨询|请问|申请|麻烦"
)
_HOW_IT_STANDS = re.compile("怎|咋|啥|什么|多久|几|哪|何|没|不|还|失败|好了")
_FILLERS = (
    "请问 想问 问问 咨询 问 一下 下子 下 那个 这个 那 这 的 事情 事儿 事 儿 问题 方面 相关 有关 关于 呢 啊 呀 哦 噢 嗯 哈 吧 嘛 呗 咯 喽 嘞 噻 哎 诶 喂 额 呃 欸 "
    "你好 您好 亲爱 亲 在吗 在不在 在么 在 客服 小二 帮忙 帮我 帮 麻烦 谢谢 多谢 我 咱 你们 你 您 有个 有点 有 想 个 就是 急 说说 说 聊聊 了解 "
    "知道 看看 就 了 哥 姐 老板 师傅 美女 好 嗨 哈喽 请教 打听 请 来问 是来 来的 我是 为 有些 些 一点 点 这块 那块 块 出了 出现 遇到 遇上"
)
_FILLER = re.compile("|".join(sorted(_FILLERS.split(), key=len, reverse=True)))


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("tw2sp")


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode("utf-8")).lower()


def _all_visible(text: str) -> str:
    return _SPACE.sub(" ", "".join(map(_visible, text)))


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or (category == "Cc" and not character.isspace()):
        return ""
    return character


def _simplified(text: str) -> str:
    plain: str = _simplifier().convert(text)
    # Where 么 is written it is the particle ("能退么"), which a traditional text would write 麼.
    return plain.replace("幺", "么") if "么" in text else plain


def _without_pictures(text: str) -> str:
    return _STICKER.sub("", _EMOJI.sub("", text))


def _squeezed(text: str) -> str:
    return _REPEATED_SIGN.sub(r"\1", _REPEATED_HAN.sub(r"\1", text))


_STEPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("width", _compatible),
    ("invisible", _all_visible),
    ("traditional", _simplified),
    ("picture", _without_pictures),
    ("repetition", _squeezed),
    *RESTORING,
)
"""What normalising does, step by step; the names tell the reason of a change."""
_ABOUT_SIGNS = ("width", "repetition")


@dataclass(frozen=True)
class Change:
    """What a step of normalising replaced: ``kind`` is the step's name, ``after`` is empty for what was left out."""

    kind: str
    before: str
    after: str


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """The canonical spelling of a customer's `text`; idempotent, defined for every `str`.

    Full width becomes half width, Traditional becomes Simplified, letters lower case; control and zero-width
    characters, emoji and stickers ([微笑]) go; repetition is squeezed; typos, dialect words and pinyin of the domain
    are restored (see `kb_index.spelling`). Order numbers and foreign words stay.
    """
    for _ in range(_PASSES):
        before = text
        for _, step in _STEPS:
            text = step(text)
        text = _SPACE.sub(" ", text).strip()
        if text == before:
            break
    return text


def changes(text: str) -> list[Change]:
    """What `normalise` changes in `text` and by which step, in the order of the steps; spaces and ordinary signs are not told."""
    found: list[Change] = []
    for _ in range(_PASSES):
        began = text
        for kind, step in _STEPS:
            after = step(text)
            found += _replaced(kind, text, after)
            text = after
        text = _SPACE.sub(" ", text).strip()
        if text == began:
            break
    return list(dict.fromkeys(found))


def _replaced(kind: str, before: str, after: str) -> Iterator[Change]:
    if before == after:
        return
    for tag, start, end, other, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        touched = before[start:end] + after[other:last]
        trivial = kind in _ABOUT_SIGNS and _SIGNS.fullmatch(touched)
        if tag != "equal" and touched.strip() and not trivial:
            # One character more on the left, so that "宽 -> 款" reads 退宽 -> 退款.
            shared = _SIGNS.sub("", before[start - 1 : start]) if kind in SPELLINGS and start else ""
            yield Change(kind, shared + before[start:end], shared + after[other:last])


def without_numbers(text: str) -> str:
    """`text` without order, tracking and phone numbers: they say nothing about what is asked."""
    return _SPACE.sub(" ", _NUMBER.sub(" ", text)).strip()


def tokens(text: str) -> list[str]:
    """Words of the normalised `text` by jieba with the domain lexicon; punctuation and spaces are left out."""
    return [token for token in domain_jieba().cut(normalise(text)) if _SIGNS.fullmatch(token) is None]


def char_ngrams(text: str, lo: int = 1, hi: int = 4) -> list[str]:
    """Character n-grams of `lo` to `hi` characters of the normalised `text`, punctuation taken out."""
    plain = letters(text)
    return [plain[at : at + n] for n in range(lo, hi + 1) for at in range(len(plain) - n + 1)]


def clauses(text: str) -> list[str]:
    """The clauses of the normalised `text` in order, at least two characters each; [] for an empty text."""
    parts = [part.strip() for part in _BREAK.split(normalise(text))]
    return [part for part in parts if len(part) > 1]


def is_asking(clause: str) -> bool:
    """Whether a clause asks or demands something, as opposed to telling what happened."""
    return _ASKING.search(clause) is not None


@dataclass(frozen=True)
class _TopicWord:
    """A word, its topic, whether it tells more than a particle does, and whether it names what is meant."""

    word: str
    topic: str
    telling: bool
    subject: bool


class TopicWords:
    """The words that name vague topics ({"快递": "快递", "包裹": "快递"}), and where a message holds one.

    The words are spelled out once: a turn asks of every message, and there are thousands.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        """`words` maps each word to its topic."""
        spelled = {letters(word): topic for word, topic in words.items()}
        longest = sorted(filter(None, spelled), key=len, reverse=True)
        self._words = {
            word: _TopicWord(
                word, spelled[word], bool(_FILLER.sub("", word)), _HOW_IT_STANDS.search(word) is None
            )
            for word in longest
        }
        self._rank = {word: at for at, word in enumerate(longest)}
        self._longest = len(longest[0]) if longest else 0

    def _found(self, plain: str) -> list[_TopicWord]:
        """The words that are in `plain`, the longest first: each of its parts is looked up, not each word in it."""
        ends = range(1, self._longest + 1)
        parts = {plain[at : at + length] for at in range(len(plain)) for length in ends}
        return [self._words[word] for word in sorted(parts & self._words.keys(), key=self._rank.__getitem__)]

    def bare(self, text: str) -> str | None:
        """The topic when `text` is one topic word and nothing else but particles, politeness and punctuation.

        Two words of different topics, or anything that narrows the request ("快递到哪了"), give None. A word that is
        a particle as well ("问题", "老板") names its topic only where no other does.
        """
        rest = letters(text)
        if not rest or len(rest) > LONGEST_BARE:
            return None
        found: list[_TopicWord] = []
        for one in self._found(rest):
            if one.word in rest:
                rest = rest.replace(one.word, "\0")
                found.append(one)
        topics = {one.topic for one in found if one.telling} or {one.topic for one in found}
        if len(topics) != 1 or _FILLER.sub("", rest).strip("\0"):
            return None
        return topics.pop()

    def is_word(self, text: str) -> bool:
        """Whether `text` is one of the words as it stands, with nothing around it."""
        return letters(text) in self._words

    def within(self, text: str) -> str | None:
        """The topic of the longest word, of two characters at least, in a short message.

        A word that asks or tells how it stands ("怎么没了", "咋整") counts only where none names what is meant ("红包怎么没了").
        """
        plain = letters(text)
        if len(plain) > LONGEST_NAMING:
            return None
        found = [one for one in self._found(plain) if len(one.word) > 1]
        return next((one.topic for one in found if one.subject), found[0].topic if found else None)


def letters(text: str) -> str:
    """The normalised `text` without spaces and punctuation."""
    return _SIGNS.sub("", normalise(text))


def pinyin_forms(text: str) -> tuple[str, str]:
    """Full pinyin and initials of the normalised `text`, without spaces: 退款 -> ("tuikuan", "tk")."""
    return pinyin_of_normal(normalise(text))


def pinyin_of_normal(normal: str) -> tuple[str, str]:
    """`pinyin_forms` of a text that is normalised already."""
    sounds: list[str] = []
    for part in _HAN_OR_ONE.findall(_SIGNS.sub("", normal)):
        sounds += lazy_pinyin(part, style=Style.NORMAL)
    return "".join(sounds), "".join(sound[0] for sound in sounds)
