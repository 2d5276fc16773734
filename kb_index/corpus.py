"""What the models are trained on, in the shape they take it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kb_index import vectors
from kb_index.documents import Document
from kb_index.encoders import Encoder
from kb_index.features import CharFeatures, Floats, asking_part, prepare


@dataclass(frozen=True)
class Corpus:
    """Questions first, then out-of-scope texts, as every model takes them.

    `chars` are the TF-IDF rows of the texts, `asking` those of their asking clauses.
    `labels` is the key's position, or `keys` for an out-of-scope text. `canonical` marks the questions that always
    stay in training: a key must keep its own name.
    """

    texts: tuple[str, ...]
    labels: NDArray[np.int64]
    canonical: NDArray[np.bool_]
    raw: Floats
    chars: sparse.csr_matrix
    asking: sparse.csr_matrix
    keys: int

    @property
    def questions(self) -> int:
        """How many of the texts are questions."""
        return int((self.labels < self.keys).sum())


def assemble(
    documents: Sequence[Document],
    negatives: Sequence[str],
    encoder: Encoder,
    folder: Path,
    progress: Callable[[float], None],
) -> tuple[Corpus, CharFeatures]:
    """The corpus of `documents` and `negatives`, and the features fitted on it; vectors are cached in `folder`."""
    texts = [prepare(question) for document in documents for question in document.questions]
    labels = [at for at, document in enumerate(documents) for _ in document.questions]
    canonical = [at == 0 for document in documents for at in range(len(document.questions))]
    outside = [text for text in dict.fromkeys(map(prepare, negatives)) if text]
    texts += outside
    labels += [len(documents)] * len(outside)
    canonical += [False] * len(outside)
    raw, _ = vectors.embed(texts, encoder, vectors.cache_path(folder, encoder.name), progress)
    chars = CharFeatures.fit(texts)
    rows, asking = chars.transform(texts), chars.transform([asking_part(text) for text in texts])
    return Corpus(
        tuple(texts), np.array(labels), np.array(canonical), raw, rows, asking, len(documents)
    ), chars
