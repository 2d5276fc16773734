"""Fuses the parts into one ranking and turns it into honest probabilities.

`parts` is (n, keys, len(PARTS)) everywhere. All three models are small and linear, fitted on out-of-fold scores, and
stored as plain arrays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from kb_index.artefact import Arrays
from kb_index.features import Floats

Real = TypeVar("Real", np.float32, np.float64)

PARTS = ("classifier", "asking", "vector", "vector_mean", "words", "characters")
"""The classifier on the whole text, and on its vector with the characters of its asking clauses; the nearest question's
cosine and the mean of the two nearest; BM25; the nearest question's character cosine."""
SCORED = 30
"""Held-out questions below which nothing can be learned from them."""
CONFIDENCE_POOL = 5
"""Candidates a query contributes to the fit of `confidence`: those that a customer would ever be shown."""


@dataclass(frozen=True)
class Scores:
    """Scores of n texts before fusion.

    `parts` (n, keys, len(PARTS)); `outside` (n,) the classifier's log-odds of out of scope; `stranger` (n,)
    cosine of the nearest out-of-scope example; `length` (n,) characters of the prepared text.
    """

    parts: Floats
    outside: Floats
    stranger: Floats
    length: Floats


@dataclass(frozen=True)
class Linear:
    """Standardise, weigh, add: `(features - mean) / scale @ weights + bias`."""

    mean: Floats
    scale: Floats
    weights: Floats
    bias: float

    def score(self, features: Floats) -> Floats:
        """(..., f) -> (...)."""
        standard: Floats = ((features - self.mean) / self.scale).astype(np.float32)
        result: Floats = (standard @ self.weights + np.float32(self.bias)).astype(np.float32)
        return result

    def arrays(self, prefix: str) -> Arrays:
        """Arrays for storing, each name starting with `prefix`."""
        return {
            f"{prefix}.mean": self.mean,
            f"{prefix}.scale": self.scale,
            f"{prefix}.weights": self.weights,
            f"{prefix}.bias": np.float32(self.bias).reshape(1),
        }

    @classmethod
    def restore(cls, prefix: str, arrays: Mapping[str, NDArray[np.generic]]) -> "Linear":
        """The inverse of `arrays`."""
        mean, scale, weights = (
            np.asarray(arrays[f"{prefix}.{name}"], np.float32) for name in ("mean", "scale", "weights")
        )
        return cls(mean, scale, weights, float(np.asarray(arrays[f"{prefix}.bias"])[0]))


def log_shares(scores: NDArray[Real]) -> NDArray[Real]:
    """Log-softmax over the last axis; SciPy's takes ten times as long on one row."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    result: NDArray[Real] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def _standard(features: Floats) -> tuple[Floats, Floats]:
    axes = tuple(range(features.ndim - 1))
    return features.mean(axis=axes), features.std(axis=axes) + np.float32(1e-6)


def fit_ranker(parts: Floats, gold: NDArray[np.int64]) -> Linear:
    """A conditional logit: the weights under which softmax over keys gives the gold key the most probability."""
    from scipy.optimize import minimize

    mean, scale = _standard(parts)
    inputs = ((parts - mean) / scale).astype(np.float64)
    rows = np.arange(len(gold))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = inputs @ weights
        logs = log_shares(scores)
        odds = np.exp(logs)
        value = -logs[rows, gold].mean()
        slope = np.einsum("nk,nkp->p", odds, inputs) / len(rows) - inputs[rows, gold].mean(axis=0)
        return float(value) + 1e-4 * float(weights @ weights), slope + 2e-4 * weights

    found = minimize(loss, np.ones(inputs.shape[2]), jac=True, method="L-BFGS-B")
    return Linear(mean, scale, found.x.astype(np.float32), 0.0)


def fit_probability(features: Floats, right: NDArray[np.bool_], weight: NDArray[np.float64]) -> Linear:
    """Platt scaling on several features: a logistic regression whose output is P(right)."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = _standard(features)
    model = LogisticRegression(C=1.0, max_iter=500)
    model.fit((features - mean) / scale, right, sample_weight=weight)
    return Linear(mean, scale, model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def probability(model: Linear, features: Floats) -> Floats:
    """(..., f) -> (...) in 0..1."""
    result: Floats = expit(model.score(features))
    return result


def domain_features(fused: Floats, scores: Scores) -> Floats:
    """(n, 9): what tells a question about the shop from one that is not; `fused` is (n, keys) ranking scores."""
    odds = np.sort(np.exp(log_shares(fused)), axis=1)
    top = odds[:, -1]
    second = odds[:, -2] if odds.shape[1] > 1 else np.zeros_like(top)
    best = {part: scores.parts[:, :, at].max(axis=1) for at, part in enumerate(PARTS)}
    columns = [
        scores.outside,
        best["vector"],
        best["vector"] - scores.stranger,
        best["vector_mean"],
        best["characters"],
        best["words"],
        _logit(top),
        top - second,
        np.log1p(scores.length),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def confidence_features(fused: Floats, parts: Floats, in_domain: Floats) -> Floats:
    """(n, keys, 4): a candidate's share of the ranking, its domain probability, its nearest question and its lead."""
    odds = np.exp(log_shares(fused))
    ordered = np.sort(odds, axis=1)
    rival = np.where(
        odds == ordered[:, -1:], ordered[:, -2:-1] if odds.shape[1] > 1 else 0.0, ordered[:, -1:]
    )
    columns = [
        _logit(odds),
        np.broadcast_to(_logit(in_domain)[:, None], odds.shape),
        parts[:, :, PARTS.index("vector")],
        odds - rival,
    ]
    return np.stack(columns, axis=2).astype(np.float32)


def _logit(share: Floats) -> Floats:
    bounded: Floats = logit(np.clip(share.astype(np.float64), 1e-4, 1 - 1e-4))
    return bounded


@dataclass(frozen=True)
class Fusion:
    """The three fitted models."""

    ranker: Linear
    domain: Linear
    confidence: Linear

    @classmethod
    def fit(cls, scores: Scores, gold: NDArray[np.int64], share: float) -> "Fusion":
        """Fits on out-of-fold scores; `gold` is the key's position, -1 for an out-of-scope text.

        Out-of-scope texts are weighted to be `share` of all queries, whatever their number: probabilities depend on
        how common they are.
        """
        known = gold >= 0
        if known.sum() < SCORED:
            return cls.untrained()
        ranker = fit_ranker(scores.parts[known], gold[known])
        fused = ranker.score(scores.parts)
        weight = _weights(known, share)
        features = domain_features(fused, scores)
        domain = _always(features) if known.all() else fit_probability(features, known, weight)
        in_domain = probability(domain, features)
        pairs = confidence_features(fused, scores.parts, in_domain)
        top = np.argsort(-fused, axis=1)[:, :CONFIDENCE_POOL]
        rows = np.arange(len(gold))[:, None]
        right = (top == gold[:, None]).ravel()
        chosen = pairs[rows, top].reshape(-1, pairs.shape[2])
        if right.all() or not right.any():
            return cls(ranker, domain, _always(chosen))
        return cls(ranker, domain, fit_probability(chosen, right, np.repeat(weight, top.shape[1])))

    @classmethod
    def untrained(cls) -> "Fusion":
        """For knowledge too small to learn from: the classifier and the vectors, believed as they are."""
        ranker = _fixed({PARTS.index("classifier"): 1.0, PARTS.index("vector"): 6.0}, len(PARTS))
        return cls(ranker, _fixed({1: 6.0}, 9), _fixed({0: 1.0, 1: 0.3}, 4))

    def rank(self, parts: Floats) -> Floats:
        """(n, keys) scores, comparable within a query."""
        return self.ranker.score(parts)

    def judge(self, fused: Floats, scores: Scores) -> tuple[Floats, Floats]:
        """P(the knowledge covers it) (n,), P(key is the right answer) (n, keys)."""
        in_domain = probability(self.domain, domain_features(fused, scores))
        return in_domain, probability(self.confidence, confidence_features(fused, scores.parts, in_domain))

    def arrays(self) -> Arrays:
        """Arrays for storing."""
        return {
            **self.ranker.arrays("ranker"),
            **self.domain.arrays("domain"),
            **self.confidence.arrays("confidence"),
        }

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "Fusion":
        """The inverse of `arrays`."""
        return cls(*(Linear.restore(name, arrays) for name in ("ranker", "domain", "confidence")))


def _weights(known: NDArray[np.bool_], share: float) -> NDArray[np.float64]:
    weight = np.ones(len(known))
    if not known.all() and known.any():
        weight[~known] = share / (1 - share) * known.sum() / (~known).sum()
    return weight


def _fixed(weights: Mapping[int, float], width: int) -> Linear:
    vector = np.zeros(width, np.float32)
    vector[list(weights)] = list(weights.values())
    return Linear(np.zeros(width, np.float32), np.ones(width, np.float32), vector, 0.0)


def _always(features: Floats) -> Linear:
    """Without a counter-example there is nothing to learn: everything is taken to be right."""
    width = features.shape[-1]
    return Linear(np.zeros(width, np.float32), np.ones(width, np.float32), np.zeros(width, np.float32), 4.0)
