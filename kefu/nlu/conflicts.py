"""Examples that contradict each other: the same words under two intents, and what the model puts elsewhere."""

import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import faiss
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from kb_index.features import Floats
from kb_index.intents import IntentModel

Kind = Literal["same", "near", "article", "model"]
NEAR, WORDED = 0.93, 80.0
"""From which cosine, and which likeness of the letters (0 to 100), two examples of two intents are nearly the same."""
AROUND = 6
FOLDS = 3
SURE = 0.7
"""How sure the model must be of another intent before an editor is asked."""
KNOWLEDGE = "ask_knowledge"
MOST_QUESTIONS = 2000
"""Articles' questions stand for the intent that articles answer; so many show what it looks like."""


@dataclass(frozen=True)
class Conflict:
    """One example and what speaks against where it stands.

    ``other`` is the other intent, or the key of an article (``article``); ``text`` what is (nearly) the same there;
    ``share`` 0 to 1: the likeness, or how sure the model is of the other intent.
    """

    kind: Kind
    intent: str
    example: str
    other: str
    text: str
    share: float


def same(said: Mapping[str, Sequence[tuple[str, str]]]) -> list[Conflict]:
    """Return examples that stand under two intents; ``said`` is (example, normal form) by intent."""
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for intent, examples in said.items():
        for example, normal in examples:
            places[normal].append((intent, example))
    found = []
    for here in places.values():
        first_intent, first = here[0]
        others = {intent: example for intent, example in here[1:] if intent != first_intent}
        found += [Conflict("same", first_intent, first, intent, text, 1.0) for intent, text in others.items()]
    return found


def near(
    intents: Sequence[str], examples: Sequence[str], texts: Sequence[str], placed: Floats
) -> list[Conflict]:
    """Return pairs of two intents that are nearly the same in meaning and in letters; ``placed`` (n, d) unit rows."""
    index = faiss.IndexFlatIP(placed.shape[1])
    index.add(placed)
    cosines, rows = index.search(placed, min(AROUND, len(placed)))
    found = {}
    for at in range(len(placed)):
        for cosine, other in zip(cosines[at].tolist(), rows[at].tolist(), strict=True):
            one, two = sorted((at, other))
            if intents[at] == intents[other] or cosine < NEAR or texts[at] == texts[other]:
                continue
            if fuzz.ratio(texts[at], texts[other]) >= WORDED:
                found[(one, two)] = Conflict(
                    "near", intents[one], examples[one], intents[two], examples[two], round(cosine, 3)
                )
    return list(found.values())


def elsewhere(
    intents: Sequence[str],
    examples: Sequence[str],
    raw: Floats,
    questions: tuple[Sequence[str], Floats],
    progress: Callable[[float], None],
) -> list[Conflict]:
    """Return examples that the bot's classifier, trained without them, puts under another intent; the surest first.

    ``raw`` (n, d) are the encoder's vectors; ``questions`` the articles' texts with theirs.
    """
    texts, labels = [*examples, *questions[0]], [*intents, *[KNOWLEDGE] * len(questions[0])]
    vectors = np.vstack([raw, questions[1]]) if len(questions[0]) else raw
    names = sorted(set(labels))
    odds = np.zeros((len(labels), len(names)))
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=7)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # an intent of two examples is not in every fold
        splits = list(folds.split(vectors, labels))
    for at, (train, test) in enumerate(splits):
        model = IntentModel.fit(
            [texts[one] for one in train], vectors[train], [labels[one] for one in train],
            strength=10.0, scale=2.0, balance=0.5, max_iterations=60,
        )  # fmt: skip
        columns = [names.index(label) for label in model.labels]
        odds[np.ix_(test, columns)] = model.predict([texts[one] for one in test], vectors[test])
        progress((at + 1) / FOLDS)
    return _disagreements(intents, examples, names, odds)


def _disagreements(
    intents: Sequence[str], examples: Sequence[str], names: Sequence[str], odds: NDArray[np.float64]
) -> list[Conflict]:
    found = []
    for at, (intent, example) in enumerate(zip(intents, examples, strict=True)):
        best = int(odds[at].argmax())
        if names[best] != intent and odds[at, best] >= SURE:
            found.append(Conflict("model", intent, example, names[best], "", round(float(odds[at, best]), 3)))
    return sorted(found, key=lambda one: -one.share)
