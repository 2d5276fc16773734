"""Training a plain Rasa on batches of like length: every example once, and little padding."""

from __future__ import annotations

import numpy as np
import pytest

from bot.train_by_length import by_length


def padded(lengths: np.ndarray, batch_size: int) -> int:
    """Tokens that a network sees, with what fills each batch up to its longest sentence."""
    batches = [lengths[at : at + batch_size] for at in range(0, len(lengths), batch_size)]
    return sum(len(batch) * int(batch.max()) for batch in batches)


@pytest.mark.parametrize(("examples", "batch_size"), [(1, 64), (63, 64), (64, 64), (1000, 64), (5000, 256)])
def test_every_example_comes_once(examples: int, batch_size: int) -> None:
    random = np.random.default_rng(examples)
    order = by_length(random.integers(1, 60, examples), batch_size, random)
    assert sorted(order) == list(range(examples))


def test_padding_is_a_small_part_and_epochs_differ() -> None:
    random = np.random.default_rng(3)
    lengths = np.minimum(random.geometric(0.12, 4000), 51)
    one, other = (by_length(lengths, 64, random) for _ in range(2))
    assert padded(lengths[one], 64) < 1.25 * lengths.sum() < padded(lengths, 64)
    assert not np.array_equal(one, other)
