"""The nearest stored questions: exactly while they are few, by a graph once they are many.

An exact search reads every vector: 0.4 ms at 5,000 questions, half a second at a million. The graph (HNSW) reads a few
thousand of them wherever it starts, and misses about one of a hundred neighbours (`kefu bench-index`).
"""

from typing import Any

import faiss

from kb_index.features import Floats

EXACT_UP_TO = 20_000
"""Questions up to which all are compared: then that takes a millisecond, and no graph is faster by much."""
LINKS, BUILT_WITH, SEARCHED_WITH = 32, 60, 256
"""Neighbours that a point keeps, and how many are held in view while building and while searching."""


def neighbours(vectors: Floats) -> faiss.Index:
    """An index of (n, d) vectors of length 1, by inner product; of either kind, as their number asks."""
    if len(vectors) <= EXACT_UP_TO:
        index: Any = faiss.IndexFlatIP(vectors.shape[1])
    else:
        # Half precision: half the memory to read, and no neighbour lost by it.
        index = faiss.index_factory(vectors.shape[1], f"HNSW{LINKS}_SQfp16", faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction, index.hnsw.efSearch = BUILT_WITH, SEARCHED_WITH
        index.train(vectors[:EXACT_UP_TO])
    index.add(vectors)
    made: faiss.Index = index
    return made


def is_exact(index: faiss.Index) -> bool:
    """Whether an index compares all vectors."""
    return isinstance(index, faiss.IndexFlat)
