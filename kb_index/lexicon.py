"""The shop's words and the spellings customers use for them, read from the data files beside this module.

`lexicon.txt` holds the domain words; `variants.txt` holds typos, dialect words, Latin abbreviations and a few
everyday words that only serve to read pinyin. Imports nothing that the Rasa environment lacks.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import rjieba


@dataclass(frozen=True)
class Variants:
    """Spellings to restore: `typos` need token boundaries around them, `dialect` does not, `latin` is a whole word."""

    typos: dict[str, str]
    dialect: dict[str, str]
    latin: dict[str, str]
    everyday: tuple[str, ...]


def _lines(name: str) -> list[str]:
    text = files("kb_index").joinpath(name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


@cache
def domain_words() -> tuple[str, ...]:
    """Every word of `lexicon.txt`, in file order."""
    return tuple(word for line in _lines("lexicon.txt") for word in line.split())


@cache
def variants() -> Variants:
    """The parsed `variants.txt`."""
    sections: dict[str, list[str]] = {}
    for line in _lines("variants.txt"):
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        else:
            current.append(line)

    def pairs(section: str) -> dict[str, str]:
        split = (line.split(maxsplit=1) for line in sections[section])
        return {line[0]: line[1] for line in split}

    everyday = tuple(word for line in sections["words"] for word in line.split())
    return Variants(pairs("typos"), pairs("dialect"), pairs("latin"), everyday)


@cache
def plain_jieba() -> rjieba.Jieba:
    """A tokenizer with the general dictionary only: what it knows as a word is not a typo."""
    return rjieba.Jieba()


@cache
def domain_jieba() -> rjieba.Jieba:
    """A tokenizer of our own (never the process-wide one) that also knows the domain words."""
    tokenizer = rjieba.Jieba()
    for word in domain_words():
        tokenizer.add_word(word, None, None)
    return tokenizer
