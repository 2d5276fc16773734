"""The intent classifier itself, free of Rasa: one logistic regression over a sentence's vector and its characters."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from kb_index.features import CharFeatures, Floats, prepare

_ARRAYS_FILE = "intents.npz"
_LABELS_FILE = "intents.json"


@dataclass(frozen=True)
class IntentModel:
    """Probabilities of intents for short texts.

    Embeddings know meaning and characters know wording; together in one regression they are clearly better
    than either (docs/decisions/0003-classifier.md). Vectors are centred, because those of e5 all point the
    same way, and then stretched, so that the regularisation weighs both families alike.
    """

    labels: tuple[str, ...]
    characters: CharFeatures
    centre: Floats
    scale: float
    weights: Floats
    """(labels, dimensions + n-grams)"""
    bias: Floats

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        vectors: Floats,
        labels: Sequence[str],
        *,
        strength: float,
        scale: float,
        balance: float,
        max_iterations: int,
    ) -> IntentModel:
        """Train on `texts` with their `vectors` (n, d).

        `strength` is scikit-learn's C; `balance` is between 0 (an intent weighs as much as it has examples) and
        1 (all intents weigh the same).
        """
        plain = [prepare(text) for text in texts]
        characters = CharFeatures.fit(plain)
        centre = vectors.mean(axis=0)
        features = _features(characters.transform(plain), (vectors - centre) * scale)
        counts = Counter(labels)
        even = len(labels) / len(counts)
        model = LogisticRegression(
            C=strength,
            max_iter=max_iterations,
            class_weight={label: (even / count) ** balance for label, count in counts.items()},
        ).fit(features, labels)
        return cls(
            tuple(model.classes_.tolist()),
            characters,
            centre,
            scale,
            model.coef_.astype(np.float32),
            model.intercept_.astype(np.float32),
        )

    def predict(self, texts: Sequence[str], vectors: Floats) -> NDArray[np.float64]:
        """(n, labels) probabilities; `vectors` (n, d) come from the encoder that the model was trained with."""
        plain = [prepare(text) for text in texts]
        features = _features(self.characters.transform(plain), (vectors - self.centre) * self.scale)
        logits = np.asarray(features @ self.weights.T, dtype=np.float64) + self.bias
        odds: NDArray[np.float64] = np.exp(logits - logits.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        return odds

    def save(self, directory: Path) -> None:
        """Write arrays and labels, without pickle."""
        np.savez(
            directory / _ARRAYS_FILE,
            centre=self.centre,
            scale=self.scale,
            weights=self.weights,
            bias=self.bias,
            **self.characters.arrays(),
        )
        (directory / _LABELS_FILE).write_text(json.dumps(self.labels), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> IntentModel:
        """Read what `save` wrote."""
        labels = json.loads((directory / _LABELS_FILE).read_text(encoding="utf-8"))
        with np.load(directory / _ARRAYS_FILE) as stored:
            arrays = dict(stored)
        return cls(
            tuple(labels),
            CharFeatures.restore(arrays),
            arrays["centre"],
            float(arrays["scale"]),
            arrays["weights"],
            arrays["bias"],
        )


def _features(characters: sparse.csr_matrix, vectors: Floats) -> sparse.csr_matrix:
    return sparse.hstack([sparse.csr_matrix(vectors), characters], format="csr")
