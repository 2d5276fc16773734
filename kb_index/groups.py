"""From scores of questions to scores of keys."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb_index.features import Floats


@dataclass(frozen=True)
class Groups:
    """Which questions belong to which key. `members` is (keys, widest), padded with the index one past the last."""

    members: NDArray[np.int64]
    questions: int

    @classmethod
    def of(cls, labels: Sequence[int] | NDArray[np.int64], keys: int) -> "Groups":
        """From the key's position of every question; `keys` is how many keys there are."""
        rows = [np.flatnonzero(np.asarray(labels) == key) for key in range(keys)]
        members = np.full((keys, max(map(len, rows), default=1)), len(labels), dtype=np.int64)
        for row, found in zip(members, rows, strict=True):
            row[: len(found)] = found
        return cls(members, len(labels))

    def best(self, scores: Floats, floor: float) -> Floats:
        """(n, keys) highest of (n, questions) `scores` in each key; `floor` for a key without questions."""
        best: Floats = self._grouped(scores, floor).max(axis=2)
        return best

    def best_two(self, scores: Floats, floor: float) -> tuple[Floats, Floats]:
        """The highest score, and the mean of the two highest (of one and `floor` where there is but one)."""
        grouped = self._grouped(scores, floor)
        if grouped.shape[2] == 1:
            return grouped[:, :, 0], grouped[:, :, 0]
        top = np.partition(grouped, -2, axis=2)[:, :, -2:]
        return top[:, :, 1], top.mean(axis=2)

    def _grouped(self, scores: Floats, floor: float) -> Floats:
        """(n, keys, widest)."""
        padding = np.full((len(scores), 1), floor, dtype=np.float32)
        grouped: Floats = np.concatenate([scores, padding], axis=1)[:, self.members]
        return grouped
