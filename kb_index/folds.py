"""Out-of-fold scores: every similar question asked against a model that has not seen it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb_index import adapt
from kb_index.classifier import Dual
from kb_index.corpus import Corpus
from kb_index.evaluate import Row
from kb_index.features import Floats, VectorSpace
from kb_index.fusion import PARTS, Fusion, Scores
from kb_index.groups import Groups
from kb_index.lexical import LexicalIndex
from kb_index.scores import combine

FOLDS = 4


@dataclass(frozen=True)
class HeldOut:
    """Scores of `rows` of the corpus, each by a model trained without it."""

    rows: NDArray[np.int64]
    scores: Scores

    def gold(self, corpus: Corpus) -> NDArray[np.int64]:
        """(n,) position of the right key, -1 for an out-of-scope text."""
        labels = corpus.labels[self.rows]
        return np.where(labels < corpus.keys, labels, -1)

    def right_by(self, corpus: Corpus, part: str) -> float:
        """Share of questions that one part alone ranks right."""
        gold = self.gold(corpus)
        found = self.scores.parts[:, :, PARTS.index(part)].argmax(axis=1)
        return float((found == gold)[gold >= 0].mean()) if (gold >= 0).any() else 0.0

    def judged(self, corpus: Corpus, fusion: Fusion, keys: Sequence[str]) -> list[Row]:
        """What `fusion` says about every held-out text, for the figures."""
        fused = fusion.rank(self.scores.parts)
        in_domain, confidence = fusion.judge(fused, self.scores)
        order = np.argsort(-fused, axis=1, kind="stable")[:, :10]
        return [
            Row(
                frozenset((keys[gold],) if gold >= 0 else ()),
                tuple(keys[at] for at in ranked),
                float(confidence[row, ranked[0]]),
                float(in_domain[row]),
            )
            for row, (gold, ranked) in enumerate(zip(self.gold(corpus).tolist(), order.tolist(), strict=True))
        ]


def space_of(raw: Floats, labels: NDArray[np.int64], *, adapted: bool, seed: int) -> VectorSpace:
    """The vector space fitted on questions: centred, and adapted where wanted."""
    plain = VectorSpace(raw.mean(axis=0), np.eye(raw.shape[1], dtype=np.float32))
    if not adapted:
        return plain
    return VectorSpace(plain.mean, adapt.train(plain.apply(raw), labels, seed))


def assign(corpus: Corpus, seed: int) -> NDArray[np.int64]:
    """(n,) fold of every text, dealt out within each label; -1 for canonical questions."""
    rng = np.random.default_rng(seed)
    folds = np.full(len(corpus.texts), -1, dtype=np.int64)
    for label in range(corpus.keys + 1):
        rows = rng.permutation(np.flatnonzero((corpus.labels == label) & ~corpus.canonical))
        folds[rows] = (np.arange(len(rows)) + label) % FOLDS
    return folds


def held_out(
    corpus: Corpus,
    lexical: LexicalIndex,
    *,
    adapted: bool,
    seed: int,
    progress: Callable[[float], None],
    scored: int = FOLDS,
) -> HeldOut:
    """Scores of the similar questions and out-of-scope texts in the first `scored` of `FOLDS` folds: all of them."""
    folds = assign(corpus, seed)
    chars_gram = np.asarray((corpus.chars @ corpus.chars.T).toarray(), dtype=np.float32)
    rows, scores = [], []
    for fold in range(scored):
        test = np.flatnonzero(folds == fold)
        rows.append(test)
        scores.append(_fold(corpus, lexical, chars_gram, test, adapted=adapted, seed=seed))
        progress((fold + 1) / scored)
    joined = (
        np.concatenate(columns) for columns in zip(*(vars(part).values() for part in scores), strict=True)
    )
    return HeldOut(np.concatenate(rows), Scores(*joined))


def _fold(
    corpus: Corpus,
    lexical: LexicalIndex,
    chars_gram: Floats,
    test: NDArray[np.int64],
    *,
    adapted: bool,
    seed: int,
) -> Scores:
    train = np.setdiff1d(np.arange(len(corpus.texts)), test)
    inside = train[corpus.labels[train] < corpus.keys]
    strangers = train[corpus.labels[train] == corpus.keys]
    space = space_of(corpus.raw[inside], corpus.labels[inside], adapted=adapted, seed=seed)
    vectors = space.apply(corpus.raw)
    both = space.both(corpus.raw, vectors)
    kernel = chars_gram[np.ix_(train, train)] + both[train] @ both[train].T
    dual = Dual.fit(kernel, corpus.labels[train], corpus.keys)
    by_vector = (both[test] @ both[train].T) @ dual.coefficients + dual.bias
    return combine(
        Groups.of(corpus.labels[inside], corpus.keys),
        by_vector + chars_gram[np.ix_(test, train)] @ dual.coefficients,
        by_vector + (corpus.asking[test] @ corpus.chars[train].T).toarray() @ dual.coefficients,
        vectors[test] @ vectors[inside].T,
        np.array([lexical.words(corpus.texts[row])[inside] for row in test]).reshape(len(test), len(inside)),
        chars_gram[np.ix_(test, inside)],
        vectors[test] @ vectors[strangers].T,
        [corpus.texts[row] for row in test],
    )


def neighbours_right(corpus: Corpus, seed: int) -> float:
    """Share of held-out questions whose nearest other question, by plain centred vectors, has the same key."""
    folds = assign(corpus, seed)
    inside = corpus.labels < corpus.keys
    right = []
    for fold in range(FOLDS):
        test, train = np.flatnonzero(inside & (folds == fold)), np.flatnonzero(inside & (folds != fold))
        vectors = space_of(corpus.raw[train], corpus.labels[train], adapted=False, seed=seed).apply(
            corpus.raw
        )
        nearest = train[np.argmax(vectors[test] @ vectors[train].T, axis=1)]
        right.append(corpus.labels[nearest] == corpus.labels[test])
    joined = np.concatenate(right)
    return float(joined.mean()) if len(joined) else 0.0
