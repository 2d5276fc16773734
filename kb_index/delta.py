"""An index with changed articles: only the changed questions are embedded; everything learned stays until the next build.

The classifier knows the questions of its build. Each new question moves it just as far as needed to put that question
first (a passive-aggressive step), so that a new article is found at once and nothing else changes much.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kb_index.classifier import Classifier
from kb_index.documents import Document
from kb_index.features import CharFeatures, Floats, VectorSpace, prepare
from kb_index.text import tokens

MARGIN = 3.0
"""Log-odds by which a new question's own key must lead, and by which it must be inside the shop's business."""
_FEATURES = 2.0
"""The squared length of a question's features: one for the vectors, one for the characters."""


@dataclass(frozen=True)
class NewQuestion:
    """A question that the build did not know: its key, prepared text and raw vector (d,)."""

    key: str
    text: str
    raw: Floats


@lru_cache(maxsize=1 << 16)
def stored(question: str) -> tuple[str, tuple[str, ...]]:
    """A stored question's prepared text and its words; kept, because every change needs those of all questions."""
    text = prepare(question)
    return text, tuple(tokens(text))


def new_texts(known: Mapping[str, set[str]], documents: Sequence[Document]) -> list[tuple[str, str]]:
    """(key, prepared text) of every question that `known` (texts by key) does not hold under that key."""
    asked = ((document.key, stored(question)[0]) for document in documents for question in document.questions)
    return list(dict.fromkeys(pair for pair in asked if pair[1] not in known.get(pair[0], ())))


def version_of(base: str, documents: Sequence[Document]) -> str:
    """The version of a build `base` that was brought up to `documents`."""
    content = json.dumps([[one.key, one.title, *one.questions] for one in documents], ensure_ascii=False)
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{base[:16]}+{digest[:16]}"


def arranged(classifier: Classifier, before: Sequence[str], keys: Sequence[str]) -> Classifier:
    """The classifier with a column per key of `keys`: known ones moved, others neutral, gone ones dropped."""
    position = {key: at for at, key in enumerate(before)}
    columns = np.array([position.get(key, -1) for key in keys] + [len(before)])
    fresh = columns < 0

    def moved(weights: Floats) -> Floats:
        taken: Floats = weights[..., columns]
        taken[..., fresh] = 0.0
        return taken

    bias = moved(classifier.bias)
    if before and fresh.any():
        bias[fresh] = np.median(classifier.bias[:-1])
    return Classifier(moved(classifier.on_vector), moved(classifier.on_chars), bias)


def learned(
    classifier: Classifier,
    keys: Sequence[str],
    questions: Sequence[NewQuestion],
    space: VectorSpace,
    chars: CharFeatures,
) -> Classifier:
    """The classifier after one passive-aggressive step for each of `questions`; `classifier` is not changed."""
    on_vector, on_chars = classifier.on_vector.copy(), classifier.on_chars.copy()
    place = {key: at for at, key in enumerate(keys)}
    for question in questions:
        raw = question.raw[None]
        vector = space.both(raw, space.apply(raw))[0]
        columns, values = chars.row(question.text)
        logits = vector @ on_vector + values @ on_chars[columns] + classifier.bias
        own = place[question.key]
        rivals = np.delete(logits[:-1], own)
        steps = {own: MARGIN + float(rivals.max()) - float(logits[own])} if len(rivals) else {}
        steps[len(keys)] = -(MARGIN + float(logits[-1]))
        for column, lacking in steps.items():
            towards = 1.0 if column == own else -1.0
            amount = np.float32(towards * max(0.0, lacking * towards) / _FEATURES)
            on_vector[:, column] += amount * vector
            on_chars[columns, column] += amount * values
    return Classifier(on_vector, on_chars, classifier.bias)
