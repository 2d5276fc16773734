"""What a question is made of for the models: prepared text, character TF-IDF and centred (adapted) vectors."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kb_index.artefact import Arrays
from kb_index.text import char_ngrams, clauses, is_asking, normalise, without_numbers

Floats = NDArray[np.float32]
CharRow = tuple[NDArray[np.int64], Floats]
"""Columns and values of the n-grams of one text."""

LONGEST_GRAM = 4
EDGE = 150
"""Characters at either end of a very long text that are encoded."""
RARE_GRAM, FEW_TEXTS = 2, 200
"""An n-gram of fewer questions is left out: it costs memory in every class and changes no figure. Not so when there
are few texts."""


def prepare(text: str) -> str:
    """The text that every model sees: normalised, without order and phone numbers (unless nothing else is left)."""
    plain = normalise(text)
    return without_numbers(plain) or plain


def gist(text: str) -> str:
    """What is encoded of a prepared `text`: of a very long one the beginning and the end, where people ask.

    Encoding grows with the length: 2,000 characters would hold up everybody else's turn for half a second.
    """
    return text if len(text) <= 2 * EDGE else f"{text[:EDGE]} {text[-EDGE:]}"


def asking_part(text: str) -> str:
    """The asking clauses of a prepared `text`; the whole when there are none or nothing but those."""
    return " ".join(clause for clause in clauses(text) if is_asking(clause)) or text


@dataclass(frozen=True)
class CharFeatures:
    """Sublinear TF-IDF of character 1-4-grams; rows have length 1 (or 0 when no n-gram is known).

    Written out because a serving process asks for one row at a time, where scikit-learn's vectorizer spends ten times
    as long on checks as on work.
    """

    columns: Mapping[str, int]
    idf: Floats

    @classmethod
    def fit(cls, texts: Sequence[str]) -> "CharFeatures":
        """Learns vocabulary and weights from prepared texts."""
        uses = Counter(gram for text in texts for gram in set(_grams(text)))
        fewest = RARE_GRAM if len(texts) > FEW_TEXTS else 1
        kept = sorted(gram for gram, count in uses.items() if count >= fewest)
        counts = np.array([uses[gram] for gram in kept], dtype=np.float64)
        idf = np.log((1 + len(texts)) / (1 + counts)) + 1
        return cls({gram: at for at, gram in enumerate(kept)}, idf.astype(np.float32))

    def row(self, text: str) -> CharRow:
        """Columns and values of one prepared text."""
        found = Counter(self.columns[gram] for gram in _grams(text) if gram in self.columns)
        columns = np.fromiter(found, dtype=np.int64, count=len(found))
        counts = np.fromiter(found.values(), dtype=np.float32, count=len(found))
        values = (1 + np.log(counts)) * self.idf[columns]
        return columns, (values / max(float(np.sqrt(values @ values)), 1e-12)).astype(np.float32)

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """(n, vocabulary) float32."""
        rows = [self.row(text) for text in texts]
        ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.concatenate([np.zeros(0, np.int64), *(columns for columns, _ in rows)])
        values = np.concatenate([np.zeros(0, np.float32), *(values for _, values in rows)])
        return sparse.csr_matrix((values, columns, ends), shape=(len(texts), len(self.columns)))

    def arrays(self) -> Arrays:
        """What `restore` needs, without pickle."""
        return {"grams": np.array(list(self.columns), dtype=np.str_), "idf": self.idf}

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "CharFeatures":
        """The inverse of `arrays`."""
        columns = {str(gram): at for at, gram in enumerate(arrays["grams"].tolist())}
        return cls(columns, np.asarray(arrays["idf"], np.float32))


def _grams(text: str) -> list[str]:
    return char_ngrams(text, 1, LONGEST_GRAM)


@dataclass(frozen=True)
class VectorSpace:
    """Where vectors are compared: encoder output, centred (e5 cosines are squeezed) and linearly adapted.

    `mean` is (d,), `matrix` (d, d); the identity when no adaptation was trained or kept.
    """

    mean: Floats
    matrix: Floats

    def apply(self, raw: Floats) -> Floats:
        """(n, d) rows of the encoder -> (n, d) rows of length 1."""
        return unit(((raw - self.mean) @ self.matrix).astype(np.float32))

    def both(self, raw: Floats, placed: Floats) -> Floats:
        """(n, 2d) rows of length 1: adapted (`placed`) and merely centred; a classifier profits from either."""
        centred = unit((raw - self.mean).astype(np.float32))
        joined: Floats = np.hstack([placed, centred]) * np.float32(0.5**0.5)
        return joined


def unit(vectors: Floats) -> Floats:
    """Rows scaled to length 1; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled
