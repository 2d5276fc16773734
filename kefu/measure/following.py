"""Fitting what weighs in context: a conditional logit over the articles that a message in a dialogue may mean.

The choice model of McFadden, "Conditional logit analysis of qualitative choice behavior" (1974), with the weights
in use as its prior; :data:`kefu.dialogue.context.WEIGHTS` are what it gave.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kefu.dialogue import context
from kefu.dialogue.decide import with_intent
from kefu.measure.cases import ANONYMOUS, Click, Dialogue, KnowledgeCase, read
from kefu.measure.dialogues import act
from kefu.measure.rehearsing import Rehearsal, RehearsedVisitor
from kefu.measure.visitor import Json

NAMES = tuple(context.WEIGHTS)
PRIOR = 2e-3
"""How much a weight's squared distance from the one in use costs, beside the mean log loss."""
FOLDS, SEED = 5, 7
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class FollowUp:
    """A message in a dialogue (or a question after an answer): the evidence for each candidate (n, ``NAMES``), and which of them (n,) are right."""

    dialogue: str
    evidence: NDArray[np.float64]
    right: NDArray[np.bool_]

    def likelihoods(self, weights: Weights) -> NDArray[np.float64]:
        """Return how likely each candidate is (n,)."""
        scores = self.evidence @ weights
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum())


@dataclass(frozen=True)
class Quality:
    """How good weights are: the share of follow-ups whose likeliest candidate is right, and the mean log loss."""

    first_right: float
    loss: float


async def follow_ups(rehearsal: Rehearsal, directory: Path) -> list[FollowUp]:
    """Return the messages of a directory's dialogues that are read in context, and of which an article is the answer."""
    return [
        one
        for dialogue in read(directory, "dialogues", Dialogue)
        for one in await _in_dialogue(rehearsal, dialogue)
    ]


async def changes_of_subject(rehearsal: Rehearsal, directory: Path) -> list[FollowUp]:
    """Return the short questions of a directory, each asked after an answer about something else; half of them near."""
    articles = rehearsal.brain.knowledge.articles
    rng = random.Random(SEED)
    found: list[FollowUp] = []
    for number, case in enumerate(read(directory, "knowledge", KnowledgeCase)):
        near = number % 2 == 0
        category = case.key.partition(".")[0]
        others = [
            key for key in articles if key not in case.keys and (articles[key].category == category) is near
        ]
        visitor = rehearsal.after(rng.choice(others))
        await visitor.say(case.text)
        found += _follow_up(f"knowledge:{number}", visitor, case.keys)
    return found


async def _in_dialogue(rehearsal: Rehearsal, dialogue: Dialogue) -> list[FollowUp]:
    known = dialogue.customer != ANONYMOUS
    visitor = await rehearsal.open(f"demo-{dialogue.customer}" if known else None)
    found: list[FollowUp] = []
    shown: list[Json] = []
    for turn in dialogue.turns:
        seen = await act(visitor, turn, shown)
        if seen is None:
            continue
        shown = [*seen.options(), *shown]
        if not isinstance(turn.user, Click):
            found += _follow_up(dialogue.id, visitor, frozenset(turn.expect.key))
    return found


def _follow_up(name: str, visitor: RehearsedVisitor, keys: frozenset[str]) -> list[FollowUp]:
    """Return the visitor's newest message, if it is read in context and one of ``keys`` is what it may mean."""
    features = context.evidence(with_intent(visitor.last.case)) if visitor.last else {}
    right = np.array([key in keys for key in features], dtype=np.bool_)
    if not right.any():
        return []
    rows = [[one.get(feature, 0.0) for feature in NAMES] for one in features.values()]
    return [FollowUp(name, np.array(rows), right)]


def in_use() -> Weights:
    """Return the weights that serve."""
    return np.array(list(context.WEIGHTS.values()))


def fit(seen: Sequence[FollowUp]) -> Weights:
    """Return the weights under which what was right is likeliest."""
    prior = in_use()

    def cost(weights: Weights) -> tuple[float, Weights]:
        distance = weights - prior
        total, slope = 0.0, np.zeros_like(weights)
        for one in seen:
            odds = one.likelihoods(weights)
            right = odds[one.right].sum()
            total -= float(np.log(right))
            slope -= one.evidence.T @ (np.where(one.right, odds / right, 0.0) - odds)
        pull = PRIOR * float(distance @ distance)
        return total / len(seen) + pull, slope / len(seen) + 2 * PRIOR * distance

    return np.asarray(minimize(cost, prior, jac=True, method="L-BFGS-B").x)


def quality(weights: Weights, seen: Sequence[FollowUp]) -> Quality:
    """Return how good ``weights`` are on ``seen``."""
    odds = [one.likelihoods(weights) for one in seen]
    first = [bool(one.right[mine.argmax()]) for one, mine in zip(seen, odds, strict=True)]
    losses = [-np.log(mine[one.right].sum()) for one, mine in zip(seen, odds, strict=True)]
    return Quality(float(np.mean(first)), float(np.mean(losses)))


def cross_validated(seen: Sequence[FollowUp]) -> Quality:
    """Return how good fitted weights are on dialogues that they were not fitted on."""
    names = sorted({one.dialogue for one in seen})
    random.Random(SEED).shuffle(names)
    fold = {name: at % FOLDS for at, name in enumerate(names)}
    parts: list[tuple[int, Quality]] = []
    for number in range(FOLDS):
        apart = [one for one in seen if fold[one.dialogue] == number]
        weights = fit([one for one in seen if fold[one.dialogue] != number])
        if apart:
            parts.append((len(apart), quality(weights, apart)))
    total = sum(count for count, _ in parts)
    return Quality(
        sum(count * one.first_right for count, one in parts) / total,
        sum(count * one.loss for count, one in parts) / total,
    )
