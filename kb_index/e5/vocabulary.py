"""The part of the vocabulary that Chinese customers need, and text into its tokens."""

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace

from kb_index.e5.packed import Weights

BEGIN, END, UNKNOWN = 0, 1, 2
"""Ids of the special tokens; they stand first and match no text."""
_SPECIAL = ("\0begin", "\0end", "\0unknown")
_SPACE = "▁"
_SPACES = re.compile(" {2,}")
_CJK = (
    (0x2E80, 0x9FFF),  # radicals, punctuation, kana, bopomofo, ideographs and extension A
    (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF),  # compatibility, full width
    (0x20000, 0x3FFFF),  # ideographs of the other planes
)  # fmt: skip
_JOINERS = "\u200d\ufe0f"  # inside emoji
_LAST_LATIN = 0x24F
_LONG_WORD, _RARE_WORD = 4, -13.0
"""Latin words of so many letters with a score (log probability) below this are left out: half of the memory."""


def chosen(weights: Weights) -> NDArray[np.int64]:
    """Rows of the shipped vocabulary that are kept, the special tokens first.

    A kept row's piece consists of Chinese, Japanese, ASCII, signs and emoji only, or is a single Latin letter: Chinese
    text is cut as by the whole vocabulary, rare foreign words are spelled with shorter pieces.
    """
    special = (weights.begin, weights.end, weights.unknown)
    left_out = {*special, weights.padding, weights.pieces.index("<mask>")}
    kept = [
        row
        for row, piece in enumerate(weights.pieces)
        if row not in left_out and _wanted(piece, float(weights.scores[row]))
    ]
    return np.array([*special, *kept], dtype=np.int64)


def _wanted(piece: str, score: float) -> bool:
    word = piece.lstrip(_SPACE)
    if word.isascii() and word.isalpha():
        return len(word) < _LONG_WORD or score >= _RARE_WORD
    return all(map(_is_wanted, word)) or (len(word) == 1 and ord(word) <= _LAST_LATIN)


def _is_wanted(character: str) -> bool:
    point = ord(character)
    return (
        character.isascii()
        or any(first <= point <= last for first, last in _CJK)
        or unicodedata.category(character)[0] in "PS"
        or character in _JOINERS
    )


def write(weights: Weights, rows: NDArray[np.int64], folder: Path) -> None:
    """Writes tokenizer.json and normalisation.json for the kept `rows`."""
    pieces = [(weights.pieces[row], float(weights.scores[row])) for row in rows[len(_SPECIAL) :]]
    model = Unigram([*((name, 0.0) for name in _SPECIAL), *pieces], unk_id=UNKNOWN)
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = Metaspace(_SPACE, prepend_scheme="always")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    normalisation = json.dumps(dict(weights.normalisation), ensure_ascii=False)
    (folder / "normalisation.json").write_text(normalisation, encoding="utf-8")


class Tokens:
    """Text into ids. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        stored: Mapping[str, str] = json.loads((folder / "normalisation.json").read_text(encoding="utf-8"))
        self._normalisation = {int(point): text for point, text in stored.items()}
        # NUL is no text, and a lone surrogate has no UTF-8.
        self._normalisation[0] = " "
        self._normalisation.update(dict.fromkeys(range(0xD800, 0xE000), ""))

    def of(self, text: str) -> list[int]:
        """The ids of any `text`, without the special tokens around it."""
        plain = _SPACES.sub(" ", text.translate(self._normalisation))
        ids: list[int] = self._tokenizer.encode(plain, add_special_tokens=False).ids
        return ids
