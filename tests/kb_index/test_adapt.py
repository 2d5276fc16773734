"""The linear adaptation brings questions of one key together."""

import numpy as np

from kb_index import adapt
from kb_index.features import unit


def test_training_separates_what_a_disturbing_direction_mixes() -> None:
    rng = np.random.default_rng(3)
    labels = np.repeat(np.arange(12), 8)
    centres = rng.normal(size=(12, 16)).astype(np.float32)
    noise = np.zeros((len(labels), 32), np.float32)
    noise[:, 16:] = rng.normal(size=(len(labels), 16)) * 3
    vectors = unit(np.hstack([centres[labels], np.zeros((len(labels), 16), np.float32)]) + noise)

    def right(placed: np.ndarray) -> float:
        cosines = placed @ placed.T
        np.fill_diagonal(cosines, -1)
        return float((labels[cosines.argmax(axis=1)] == labels).mean())

    matrix = adapt.train(vectors, labels, seed=1)
    assert right(unit(vectors @ matrix)) > right(vectors) + 0.2
    np.testing.assert_array_equal(matrix, adapt.train(vectors, labels, seed=1))


def test_one_key_leaves_vectors_as_they_are() -> None:
    vectors = unit(np.ones((3, 4), np.float32))
    np.testing.assert_array_equal(adapt.train(vectors, np.zeros(3, np.int64), seed=1), np.eye(4))
