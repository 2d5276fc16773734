"""A linear adaptation of sentence vectors to the shop's own distinctions, trained on pairs of similar questions.

The only module that imports torch and sentence-transformers, and only when called: the matrix is served with NumPy.
"""

from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from kb_index.features import Floats

STEPS = 120
LEARNING_RATE = 1e-3
SCALE = 12.0
"""Inverse temperature of the ranking loss."""
NEIGHBOURS = 8
"""Hard negatives are drawn from this many nearest questions of other keys."""


def available() -> bool:
    """Whether torch and sentence-transformers are installed."""
    return find_spec("torch") is not None and find_spec("sentence_transformers") is not None


def train(vectors: Floats, labels: NDArray[np.int64], seed: int) -> Floats:
    """The (d, d) matrix M for which `unit(vectors @ M)` ranks questions of the same key first.

    `vectors` is (n, d), centred and of length 1; `labels` (n,) holds the key of each. Every step takes one anchor,
    one other question of its key and one hard negative for each key, so that no batch holds a false negative.
    """
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.modules import Dense

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    groups = [np.flatnonzero(labels == key) for key in np.unique(labels)]
    groups = [group for group in groups if len(group) > 1]
    dimensions = vectors.shape[1]
    dense = Dense(dimensions, dimensions, bias=False, activation_function=torch.nn.Identity())
    with torch.no_grad():
        dense.linear.weight.copy_(torch.eye(dimensions))
    if len(groups) < 2:
        return np.eye(dimensions, dtype=np.float32)
    loss = MultipleNegativesRankingLoss(dense, scale=SCALE)
    optimiser = torch.optim.AdamW(dense.parameters(), lr=LEARNING_RATE, weight_decay=0.0)
    hard = _neighbours(vectors, labels)
    source = torch.from_numpy(vectors)
    for _ in range(STEPS):
        rows = _batch(groups, hard, rng)
        features = [{"sentence_embedding": source[torch.from_numpy(column)]} for column in rows]
        optimiser.zero_grad()
        loss(features, None).backward()
        optimiser.step()
    matrix: Floats = dense.linear.weight.detach().numpy().T.copy()
    return matrix


def _batch(
    groups: Sequence[NDArray[np.int64]], hard: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], ...]:
    pairs = np.array([rng.choice(group, 2, replace=False) for group in groups])
    negatives = hard[pairs[:, 0], rng.integers(0, hard.shape[1], len(pairs))]
    return pairs[:, 0], pairs[:, 1], negatives


def _neighbours(vectors: Floats, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n, NEIGHBOURS) nearest questions of other keys."""
    cosines = vectors @ vectors.T
    cosines[labels[:, None] == labels[None, :]] = -np.inf
    nearest: NDArray[np.int64] = np.argsort(-cosines, axis=1)[:, :NEIGHBOURS]
    return nearest
