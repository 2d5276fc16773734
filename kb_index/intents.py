"""The intent classifier itself, free of Rasa: one logistic regression over a sentence's vector and its characters.

Rasa trains and serves it as a component; the service reads it out of the trained model for the turns that Rasa misses.
"""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kb_index.features import CharFeatures, Floats, prepare

Blocks = tuple[Floats, sparse.csr_matrix]
"""The features of n texts: vectors (n, d) and weighted character n-grams (n, vocabulary)."""
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
        counts = Counter(labels)
        names = tuple(sorted(counts))
        gold = np.array([names.index(label) for label in labels])
        even = len(labels) / len(counts)
        importance = np.array([(even / counts[label]) ** balance for label in labels], dtype=np.float32)
        blocks = ((vectors - centre) * scale, characters.transform(plain))
        weights, bias = _regress(blocks, gold, importance, strength, max_iterations)
        return cls(names, characters, centre, scale, weights, bias)

    def predict(self, texts: Sequence[str], vectors: Floats) -> NDArray[np.float64]:
        """(n, labels) probabilities; `vectors` (n, d) come from the encoder that the model was trained with."""
        dense, counted = self._split
        logits = ((vectors - self.centre) * self.scale @ dense + self.bias).astype(np.float64)
        # Row by row: SciPy would copy the weights of every n-gram for the few that a text has.
        for at, text in enumerate(texts):
            columns, values = self.characters.row(prepare(text))
            logits[at] += values @ counted[columns]
        odds: NDArray[np.float64] = np.exp(logits - logits.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        return odds

    @cached_property
    def _split(self) -> tuple[Floats, Floats]:
        """The weights (d, labels) of vectors and (n-grams, labels) of characters."""
        at = len(self.centre)
        return np.ascontiguousarray(self.weights[:, :at].T), np.ascontiguousarray(self.weights[:, at:].T)

    def save(self, directory: Path) -> None:
        """Write arrays and labels, without pickle."""
        np.savez(
            directory / _ARRAYS_FILE,
            centre=self.centre,
            scale=self.scale,
            weights=self.weights,
            bias=self.bias,
            allow_pickle=False,
            **self.characters.arrays(),
        )
        (directory / _LABELS_FILE).write_text(json.dumps(self.labels), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> IntentModel:
        """Read what `save` wrote."""
        return cls._of((directory / _LABELS_FILE).read_bytes(), (directory / _ARRAYS_FILE).read_bytes())

    @classmethod
    def out_of(cls, archive: Path) -> IntentModel | None:
        """Read the classifier inside a model that Rasa trained (.tar.gz); None when there is none in it."""
        found: dict[str, bytes] = {}
        with tarfile.open(archive) as model:
            for member in model:
                name = member.name.rpartition("/")[2]
                content = model.extractfile(member) if name in {_LABELS_FILE, _ARRAYS_FILE} else None
                if content is not None:
                    found[name] = content.read()
        if len(found) < 2:
            return None
        return cls._of(found[_LABELS_FILE], found[_ARRAYS_FILE])

    @classmethod
    def _of(cls, labels: bytes, stored: bytes) -> IntentModel:
        with np.load(BytesIO(stored)) as loaded:
            arrays = dict(loaded)
        return cls(
            tuple(json.loads(labels)),
            CharFeatures.restore(arrays),
            arrays["centre"],
            float(arrays["scale"]),
            arrays["weights"],
            arrays["bias"],
        )


def _scores(blocks: Blocks, weights: Floats, bias: Floats) -> Floats:
    dense, counted = blocks
    at = dense.shape[1]
    scores: Floats = dense @ weights[:, :at].T + counted @ weights[:, at:].T + bias
    return scores


def _regress(
    blocks: Blocks, gold: NDArray[np.int64], importance: Floats, strength: float, max_iterations: int
) -> tuple[Floats, Floats]:
    """Weights (labels, features) and bias (labels,) of scikit-learn's weighted L2 logistic regression.

    Vectors are dense and n-grams sparse: multiplied apart, the same problem takes a tenth of the time that it takes
    as one sparse matrix, which is all that scikit-learn has for it.
    """
    from scipy.optimize import minimize

    dense, counted = blocks
    across = counted.T.tocsr()
    labels, features = int(gold.max()) + 1, dense.shape[1] + counted.shape[1]
    rows = np.arange(len(gold))

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        joined = flat.reshape(labels, features + 1).astype(np.float32)
        weights = joined[:, :-1]
        scores = _scores(blocks, weights, joined[:, -1])
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        total = odds.sum(axis=1)
        value = float((importance * (np.log(total) - scores[rows, gold])).sum())
        odds /= total[:, None]
        odds[rows, gold] -= 1.0
        odds *= importance[:, None]
        slope = np.hstack([odds.T @ dense, (across @ odds).T, odds.sum(axis=0)[:, None]])
        slope[:, :-1] += weights / strength
        penalty = float(np.square(weights, dtype=np.float64).sum()) / (2 * strength)
        return value + penalty, slope.ravel().astype(np.float64)

    found = minimize(
        loss,
        np.zeros(labels * (features + 1)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": max_iterations},
    )
    joined = found.x.reshape(labels, features + 1).astype(np.float32)
    return joined[:, :-1].copy(), joined[:, -1].copy()
