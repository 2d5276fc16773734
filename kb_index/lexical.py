"""Word and character overlap with every stored question: BM25 over jieba tokens, cosine of character TF-IDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
from scipy import sparse

from kb_index.features import CharRow, Floats
from kb_index.text import tokens


@dataclass(frozen=True)
class LexicalIndex:
    """BM25 and TF-IDF over n questions; `by_gram` is (n, vocabulary), stored by column."""

    bm25: bm25s.BM25
    by_gram: sparse.csc_matrix

    @classmethod
    def build(
        cls, texts: Sequence[str], chars: sparse.csr_matrix, words: Sequence[Sequence[str]] | None = None
    ) -> "LexicalIndex":
        """From n prepared questions and their (n, vocabulary) TF-IDF rows; `words` are theirs where known."""
        bm25 = bm25s.BM25()
        known = [tokens(text) for text in texts] if words is None else words
        bm25.index([list(one) or [""] for one in known], show_progress=False)
        return cls(bm25, sparse.csc_matrix(chars))

    @classmethod
    def load(cls, folder: Path, chars: sparse.csr_matrix) -> "LexicalIndex":
        """Reads what `save` wrote; `chars` as for `build`."""
        return cls(bm25s.BM25.load(str(folder), show_progress=False), sparse.csc_matrix(chars))

    def save(self, folder: Path) -> None:
        """Writes the word statistics to the directory `folder`."""
        self.bm25.save(str(folder), show_progress=False)

    def words(self, text: str) -> Floats:
        """(n,) BM25 score of every question for a prepared `text`."""
        known = [token for token in tokens(text) if token in self.bm25.vocab_dict]
        if not known:
            return np.zeros(self.by_gram.shape[0], dtype=np.float32)
        scores: Floats = self.bm25.get_scores(known)
        return scores

    def characters(self, row: CharRow) -> Floats:
        """(n,) cosine of a TF-IDF row with every question."""
        columns, values = row
        ends = self.by_gram.indptr
        spans = [slice(ends[column], ends[column + 1]) for column in columns]
        if not spans:
            return np.zeros(self.by_gram.shape[0], dtype=np.float32)
        questions = np.concatenate([self.by_gram.indices[span] for span in spans])
        products = [self.by_gram.data[span] * value for span, value in zip(spans, values, strict=True)]
        scores = np.bincount(questions, np.concatenate(products), minlength=self.by_gram.shape[0])
        return scores.astype(np.float32)
