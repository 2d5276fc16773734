"""Suggestions while a customer types: words, parts of words, pinyin, initials, mixtures of these, and slips.

Every Chinese text is kept in a form that spells each character and then its sound, "退tui款kuan", so that one regular
expression per query matches 退款, tuikuan, tk, tuik, 退k and tui款 alike.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pypinyin import Style, lazy_pinyin
from rapidfuzz import fuzz, process

from kb_index.documents import Document
from kb_index.features import Floats
from kb_index.text import normalise, pinyin_forms, tokens

_LONGEST_QUERY = 24
_FEWEST_USES = 2
"""A word of fewer questions is no word to suggest by."""
_REST = "[a-z]*"
_FUZZY_FROM = 60.0
_WEAK = 0.3
"""Below this no article really continues what was typed: shared words count as well."""
_LEAD_IN = re.compile("^(?:怎么|如何|咋|想|我要|我想|能|可以|在哪)+")
"""What says that something is asked, not what."""
_SIGNS = re.compile(r"[^\w]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")

# What a match is worth. A title says what an article is about; the share of an article's questions that use the words
# says how central they are to it; popularity only breaks ties.
_IN_TITLE, _TITLE_START, _IN_QUESTIONS, _BY_WORD, _POPULARITY = 0.5, 0.2, 1.0, 1.0, 0.1


@dataclass(frozen=True)
class Suggestion:
    """`text` is the wording that matched, the title where that did; `score` orders suggestions of one query.

    `match` is the part of the title (from, to) that was typed, be it by its sound; None where it stands elsewhere.
    """

    key: str
    title: str
    text: str
    score: float
    match: tuple[int, int] | None = None


class Suggester:
    """Suggests articles for what was typed so far. Immutable and thread-safe."""

    def __init__(self, documents: Sequence[Document], popularity: Mapping[str, float] | None = None) -> None:
        self._documents = tuple(documents)
        self._titles = [_plain(document.title) for document in documents]
        self._title_lines, self._title_starts = _lines(self._titles)
        self._texts = [question for document in documents for question in document.questions]
        self._questions = [_read(question)[0] for question in self._texts]
        self._labels = np.array(
            [at for at, document in enumerate(documents) for _ in document.questions], dtype=int
        )
        self._counts = np.maximum(np.bincount(self._labels, minlength=len(documents)), 1)
        self._shares, words = self._count_words()
        self._words = {word: at for at, word in enumerate(words)}
        self._word_lines, self._word_starts = _lines(words)
        self._sounds = ["".join(lazy_pinyin(title, style=Style.NORMAL)) for title in self._titles]
        weights = np.array([(popularity or {}).get(document.key, 0.0) for document in documents])
        self._popular = _POPULARITY * weights / max(1e-9, float(weights.max(initial=0.0)))

    def _count_words(self) -> tuple[Floats, list[str]]:
        """(words, keys) share of each key's questions that use a word, and the words."""
        used = [_read(question)[1] for question in self._texts]
        uses = Counter(word for words in used for word in words if len(word) > 1 or _HAN.match(word))
        words = sorted(word for word, count in uses.items() if count >= _FEWEST_USES)
        row = {word: at for at, word in enumerate(words)}
        shares = np.zeros((len(words), len(self._documents)), dtype=np.float32)
        for label, found in zip(self._labels.tolist(), used, strict=True):
            for word in found & row.keys():
                shares[row[word], label] += 1.0
        return (shares / self._counts).astype(np.float32), words

    def suggest(self, prefix: str, limit: int = 5) -> list[Suggestion]:
        """The `limit` articles that most likely are meant by `prefix`, best first; [] when nothing is typed."""
        typed = {_plain(prefix)[:_LONGEST_QUERY], _bare(prefix)[:_LONGEST_QUERY]} - {""}
        if not typed or not self._documents:
            return []
        scores = np.max([self._match(query) for query in typed], axis=0)
        query = _plain(prefix)[:_LONGEST_QUERY] or next(iter(typed))
        asked = _LEAD_IN.sub("", query)
        if scores.max() < _WEAK and asked and asked != query:
            scores = np.maximum(scores, self._match(asked))
        if scores.max() < _WEAK:
            scores = scores + self._overlap(query)
        if not scores.any():
            scores = self._resemblance(query)
        found = np.flatnonzero(scores)
        scores = scores + self._popular
        order = found[np.argsort(-scores[found], kind="stable")][:limit]
        return [self._suggestion(at, query, float(scores[at])) for at in order.tolist()]

    def _match(self, query: str) -> NDArray[np.float64]:
        """(keys,) how well what was typed continues to titles, questions and words; 0 where it does not."""
        scores = np.zeros(len(self._documents))
        pattern = _pattern(query)
        for found in pattern.finditer(self._title_lines):
            at = bisect_right(self._title_starts, found.start()) - 1
            start = found.start() == self._title_starts[at]
            scores[at] = max(scores[at], _IN_TITLE + _TITLE_START * start)
        holding = np.array([query in question for question in self._questions], dtype=bool)
        scores += _IN_QUESTIONS * np.bincount(self._labels[holding], minlength=len(scores)) / self._counts
        for found in re.finditer(f"^(?:{pattern.pattern})", self._word_lines, re.MULTILINE):
            at = bisect_right(self._word_starts, found.start()) - 1
            end = self._word_starts[at + 1] - 1 if at + 1 < len(self._word_starts) else len(self._word_lines)
            covered = (found.end() - found.start()) / (end - found.start())
            scores += _BY_WORD * covered**2 * self._shares[at]
        return scores

    def _overlap(self, query: str) -> NDArray[np.float64]:
        """(keys,) shared words, for longer text that stands in no question as it is."""
        known = [word for word in tokens(query) if word in self._words]
        rows = [self._words[word] for word in known if len(word) > 1] or [self._words[word] for word in known]
        if not rows:
            return np.zeros(len(self._documents))
        shares = self._shares[rows]
        rarity = 1.0 / (1e-3 + shares.mean(axis=1, keepdims=True))
        overlap: NDArray[np.float64] = (shares * np.log1p(rarity)).mean(axis=0).astype(np.float64)
        return overlap

    def _resemblance(self, query: str) -> NDArray[np.float64]:
        """(keys,) likeness of sound with the titles, for slips that nothing else explains."""
        sound = pinyin_forms(query)[0] or query
        ratios = process.cdist([sound], self._sounds, scorer=fuzz.partial_ratio, score_cutoff=_FUZZY_FROM)[0]
        likeness: NDArray[np.float64] = ratios.astype(np.float64) / 100.0
        return likeness

    def _suggestion(self, at: int, query: str, score: float) -> Suggestion:
        document = self._documents[at]
        text = document.title
        if query not in self._titles[at]:
            own = np.flatnonzero(self._labels == at)
            holding = [
                document.questions[nth] for nth, row in enumerate(own) if query in self._questions[row]
            ]
            text = min(holding, key=len, default=document.title)
        return Suggestion(document.key, document.title, text, score, _typed_part(document.title, query))


@lru_cache(maxsize=1 << 16)
def _read(question: str) -> tuple[str, frozenset[str]]:
    """A question without signs, and its words; kept, because every change of an article needs those of all."""
    plain = _plain(question)
    return plain, frozenset(tokens(plain))


def _plain(text: str) -> str:
    return _bare(normalise(text))


def _bare(text: str) -> str:
    """Letters, digits and characters only, lower case: what is typed before the input method is done."""
    return _SIGNS.sub("", text).lower()


def _lines(texts: Sequence[str]) -> tuple[str, list[int]]:
    """The texts with their sounds, one a line, and where each line starts."""
    spelled = ["".join(map(_spelled, text)) for text in texts]
    starts = np.cumsum([0, *(len(line) + 1 for line in spelled)])[:-1].tolist()
    return "\n".join(spelled), starts


@lru_cache(maxsize=1 << 15)
def _spelled(character: str) -> str:
    if _HAN.match(character):
        return character + lazy_pinyin(character, style=Style.NORMAL)[0]
    return character.upper()


def _typed_part(title: str, query: str) -> tuple[int, int] | None:
    """Where in a title stands what was typed, in characters, sounds or initials."""
    spelled = [_spelled(character) if _SIGNS.sub("", character) else "" for character in title]
    ends = np.cumsum([len(one) for one in spelled])
    found = _pattern(query).search("".join(spelled))
    if found is None or found.end() == found.start():
        return None
    start, end = (int(np.searchsorted(ends, at, side="right")) for at in (found.start(), found.end() - 1))
    return start, end + 1


@lru_cache(maxsize=256)
def _pattern(query: str) -> re.Pattern[str]:
    """Matches the spelled form of every text that `query` is a beginning or a shortening of."""
    parts: list[str] = []
    previous = ""
    for character in query:
        latin = character.isascii() and character.isalpha()
        if not latin:
            parts.append((_REST if previous else "") + re.escape(character.upper()))
        elif previous.isascii() and previous.isalpha():
            # The letter goes on in the syllable, or begins the next character.
            parts.append(f"(?:{character}|{_REST}[^a-z\\n]{character})")
        else:
            parts.append((_REST if previous else "") + f"[^a-z\\n]{character}")
        previous = character
    return re.compile("".join(parts) + _REST)
