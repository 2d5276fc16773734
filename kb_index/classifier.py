"""Multinomial logistic regression over keys on [vector ; character TF-IDF], fitted in its dual form.

With n questions and many more features the weights lie in the span of the questions, so the fit needs only their
Gram matrix: an exact L2 logistic regression in seconds where a primal solver takes minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cholesky, solve_triangular

from kb_index.features import CharRow, Floats

STRENGTH = 4.0
"""Inverse L2 penalty (scikit-learn's C); flat between 2 and 10 in cross-validation."""
ITERATIONS = 12
"""More fit the training questions better and held-out ones worse."""
EVENNESS = 0.5
"""From 0, all questions count alike and an article with many wordings draws messages away from its neighbours, to 1,
all keys count alike. On eval/dev 89.0, 90.0 and 90.3 % right at once at 0, 0.5 and 1; vague ones guessed 2.6, 2.4, 2.8 %."""


def gram(vectors: Floats, chars: sparse.csr_matrix) -> Floats:
    """(n, n) inner products of the joined features."""
    product: Floats = (chars @ chars.T).toarray().astype(np.float32)
    product += vectors @ vectors.T
    return product


def _weights(labels: NDArray[np.int64], evenness: float) -> Floats:
    """(n,) how much each question counts, 1 on average: the fewer its key has, the more."""
    counts = np.bincount(labels).astype(np.float32)
    weights: Floats = counts[labels] ** -evenness
    weights /= weights.mean()
    return weights


def fit_dual(
    kernel: Floats, labels: NDArray[np.int64], classes: int, evenness: float
) -> tuple[Floats, Floats]:
    """Dual coefficients (n, classes) and bias (classes,): logits of x are kernel(x, questions) @ coefficients + bias.

    `evenness` is as for `EVENNESS`.
    """
    from scipy.optimize import minimize

    n = len(labels)
    # The features' orthogonal coordinates: same geometry as the primal problem, n columns instead of 100,000.
    basis = cholesky(kernel + 1e-3 * np.eye(n, dtype=np.float32), lower=True, check_finite=False)
    rows = np.arange(n)
    each = _weights(labels, evenness)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(n + 1, classes).astype(np.float32)
        scores = basis @ weights[:-1] + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        total = odds.sum(axis=1, keepdims=True)
        value = float(each @ (np.log(total[:, 0]) - scores[rows, labels]))
        odds /= total
        odds[rows, labels] -= 1.0
        odds *= each[:, None]
        slope = np.empty_like(weights)
        slope[:-1] = basis.T @ odds + weights[:-1] / STRENGTH
        slope[-1] = odds.sum(axis=0)
        return value + float(np.square(weights[:-1]).sum()) / (2 * STRENGTH), slope.ravel().astype(np.float64)

    start = np.zeros((n + 1) * classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS, "maxcor": 6})
    weights = found.x.reshape(n + 1, classes).astype(np.float32)
    coefficients = solve_triangular(basis, weights[:-1], lower=True, trans=1, check_finite=False)
    return coefficients.astype(np.float32), weights[-1]


@dataclass(frozen=True)
class Dual:
    """Two regressions on the same features: which key, and whether any (the log-odds of being out of scope).

    They are apart because a large out-of-scope class in one regression costs the keys accuracy. Coefficients are
    (n, keys + 1) for the n training texts, `bias` is (keys + 1,); the last column is the log-odds.
    """

    coefficients: Floats
    bias: Floats

    @classmethod
    def fit(cls, kernel: Floats, labels: NDArray[np.int64], keys: int) -> "Dual":
        """From the (n, n) Gram matrix and (n,) labels, `keys` being the label of an out-of-scope text."""
        inside = np.flatnonzero(labels < keys)
        coefficients = np.zeros((len(labels), keys + 1), dtype=np.float32)
        bias = np.zeros(keys + 1, dtype=np.float32)
        coefficients[inside, :keys], bias[:keys] = fit_dual(
            kernel[np.ix_(inside, inside)], labels[inside], keys, EVENNESS
        )
        if len(inside) < len(labels):
            sides, offsets = fit_dual(kernel, (labels == keys).astype(np.int64), 2, evenness=0.0)
            coefficients[:, keys], bias[keys] = sides[:, 1] - sides[:, 0], offsets[1] - offsets[0]
        return cls(coefficients, bias)


@dataclass(frozen=True)
class Classifier:
    """The same in primal form, for serving.

    `on_vector` is (d, keys + 1), `on_chars` (vocabulary, keys + 1), `bias` (keys + 1,).
    """

    on_vector: Floats
    on_chars: Floats
    bias: Floats

    @classmethod
    def fit(
        cls, vectors: Floats, chars: sparse.csr_matrix, labels: NDArray[np.int64], keys: int
    ) -> "Classifier":
        """Trains on n texts: `vectors` (n, d), `chars` (n, vocabulary), `labels` as for `Dual.fit`."""
        dual = Dual.fit(gram(vectors, chars), labels, keys)
        on_chars = np.asarray(chars.T @ dual.coefficients, dtype=np.float32)
        return cls(vectors.T @ dual.coefficients, on_chars, dual.bias)

    def logits(self, vector: Floats, rows: Sequence[CharRow]) -> Floats:
        """(n, keys + 1) for one (d,) `vector` with each of n rows of characters."""
        by_vector = vector @ self.on_vector + self.bias
        scores: Floats = np.array([by_vector + values @ self.on_chars[columns] for columns, values in rows])
        return scores
