"""Scores of every kind brought into one shape: build and search both go through here."""

from collections.abc import Sequence

import numpy as np

from kb_index.features import Floats
from kb_index.fusion import PARTS, Scores, log_shares
from kb_index.groups import Groups


def combine(
    groups: Groups,
    logits: Floats,
    asking: Floats,
    cosines: Floats,
    words: Floats,
    characters: Floats,
    strangers: Floats,
    texts: Sequence[str],
) -> Scores:
    """Scores of n texts.

    Args:
        groups: which of the stored questions belong to which key.
        logits: (n, keys + 1) of the classifier; the last column is the log-odds of out of scope.
        asking: the same with the characters of the asking clauses only.
        cosines: (n, questions) of the vectors.
        words: (n, questions) BM25.
        characters: (n, questions) cosines of character TF-IDF.
        strangers: (n, negatives) cosines with the out-of-scope examples; no columns when there are none.
        texts: the n prepared texts.
    """
    vector, vector_mean = groups.best_two(cosines, -1.0)
    by_part = {
        "classifier": log_shares(logits[:, :-1]),
        "asking": log_shares(asking[:, :-1]),
        "vector": vector,
        "vector_mean": vector_mean,
        "words": np.log1p(groups.best(words, 0.0)),
        "characters": groups.best(characters, 0.0),
    }
    parts = np.stack([by_part[part] for part in PARTS], axis=2).astype(np.float32)
    stranger = strangers.max(axis=1, initial=-1.0)
    length = np.array([len(text) for text in texts], dtype=np.float32)
    return Scores(parts, logits[:, -1], stranger.astype(np.float32), length)
