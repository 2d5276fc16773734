"""Questions of one kind found among many by their vectors, and names for the kinds from their typical words."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from kb_index.text import tokens

Floats = NDArray[np.float32]

DIMENSIONS = 48
"""Density means little in hundreds of dimensions; the main ones keep what tells the kinds apart."""
MOST, GROUPS = 6000, 3000
"""HDBSCAN compares all with all: more than ``MOST`` questions are first gathered into ``GROUPS`` small groups."""
ROUNDS = 8
FEW, TOGETHER = 50, 0.35
"""Of fewer questions no density can be told: they are joined while their mean cosine is at least ``TOGETHER``."""
ALIKE = 0.65
"""Cosine with the middle of a kind from which a question is of that kind: nine of ten questions are less like any other article's."""
WORDS = 3


def cluster(vectors: Floats, smallest: int) -> NDArray[np.int64]:
    """(n,) labels from 0 for (n, d) unit vectors; -1 for a question that is like no others.

    ``smallest`` is how many questions make a kind.
    """
    count = len(vectors)
    if count < 2:
        return np.full(count, -1, dtype=np.int64)
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.decomposition import PCA

    if count < FEW:
        tree = AgglomerativeClustering(
            None, metric="cosine", linkage="average", distance_threshold=1 - TOGETHER
        )
        found: NDArray[np.int64] = tree.fit_predict(vectors).astype(np.int64)
        return found
    kept = min(DIMENSIONS, count, vectors.shape[1])
    flat = PCA(kept, random_state=7).fit_transform(vectors).astype(np.float32)
    if count <= MOST:
        return _dense(flat, smallest)
    means = faiss.Kmeans(
        kept, GROUPS, niter=ROUNDS, seed=7, min_points_per_centroid=1, max_points_per_centroid=64
    )
    means.train(flat)
    _, group = means.index.search(flat, 1)
    centroids = np.asarray(means.centroids, dtype=np.float32)
    used, inverse = np.unique(group[:, 0], return_inverse=True)
    labels = _dense(centroids[used], 2)
    # A small group that is like no other is a kind of its own when it is large enough.
    alone = np.flatnonzero(labels < 0)
    sizes = np.bincount(inverse, minlength=len(used))
    large = alone[sizes[alone] >= smallest]
    labels[large] = labels.max(initial=-1) + 1 + np.arange(len(large))
    by_question: NDArray[np.int64] = labels[inverse]
    return by_question


def _dense(flat: Floats, smallest: int) -> NDArray[np.int64]:
    if len(flat) <= smallest:
        return np.full(len(flat), -1, dtype=np.int64)
    from sklearn.cluster import HDBSCAN

    model = HDBSCAN(min_cluster_size=max(2, smallest), min_samples=1, copy=True)
    found: NDArray[np.int64] = model.fit_predict(flat).astype(np.int64)
    return found


def names(texts: Sequence[str], labels: NDArray[np.int64]) -> dict[int, str]:
    """A name for every label: the words that its questions use often and others seldom."""
    uses: dict[int, Counter[str]] = defaultdict(Counter)
    for text, label in zip(texts, labels.tolist(), strict=True):
        if label >= 0:
            uses[label].update({word for word in tokens(text) if len(word) > 1})
    spread = Counter(word for words in uses.values() for word in words)
    found = {}
    for label, words in uses.items():
        weight = {word: n * math.log(1 + len(uses) / spread[word]) for word, n in words.items()}
        best = sorted(weight, key=lambda word: (-weight[word], word))[:WORDS]
        found[label] = " · ".join(best)
    return found
