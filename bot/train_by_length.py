"""`python -m bot.train_by_length ARGUMENTS` is `rasa train ARGUMENTS` with sentences of like length in one batch.

A batch is padded to its longest sentence. Our training data has 8 tokens in a sentence and now and then a story of
50, so that in batches of mixed lengths three quarters of what DIET computes is padding. What is trained is unchanged:
the same network, the same examples equally often, Adam with the same formula (fused into one operation). Only
``kefu bench`` needs it, whose plain Rasa has DIET with 100 epochs.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from rasa.__main__ import main
from rasa.shared.nlu.constants import TEXT
from rasa.utils.tensorflow.constants import SEQUENCE_LENGTH
from rasa.utils.tensorflow.data_generator import RasaBatchDataGenerator
from rasa.utils.tensorflow.model_data import Data

WINDOW_BATCHES = 16
"""Examples of so many batches are sorted together: enough for even lengths, few enough to stay mixed."""

_shuffle_and_balance = RasaBatchDataGenerator._shuffle_and_balance


def _like_lengths(self: RasaBatchDataGenerator, batch_size: int) -> Data:
    data = _shuffle_and_balance(self, batch_size)
    lengths = data.get(TEXT, {}).get(SEQUENCE_LENGTH)
    if not lengths or np.ndim(lengths[0]) != 1:  # a dialogue's turns, not one sentence's words
        return data
    order = by_length(np.asarray(lengths[0]), batch_size, np.random.default_rng(self._current_epoch))
    return self.model_data._data_for_ids(data, order)


def by_length(
    lengths: np.ndarray[tuple[int], np.dtype[np.int64]], batch_size: int, random: np.random.Generator
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the order of the examples (a permutation), batches of like length one after the other in random order."""
    window = WINDOW_BATCHES * batch_size
    windows = [
        np.arange(start, min(len(lengths), start + window)) for start in range(0, len(lengths), window)
    ]
    order = np.concatenate([ids[np.argsort(lengths[ids], kind="stable")] for ids in windows])
    whole = len(order) // batch_size * batch_size
    batches = order[:whole].reshape(-1, batch_size)
    return np.concatenate([random.permutation(batches).ravel(), order[whole:]])


if __name__ == "__main__":
    RasaBatchDataGenerator._shuffle_and_balance = _like_lengths
    tf.keras.optimizers.Adam = tf.keras.optimizers.legacy.Adam
    main()
