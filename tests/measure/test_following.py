"""Fitting what weighs in context: what was right in the dialogues becomes likelier, on others as well."""

import numpy as np

from kefu.measure import following
from kefu.measure.following import NAMES, FollowUp


def asked(dialogue: str, rng: np.random.Generator) -> FollowUp:
    """A message of five candidates, of which the one that was answered last is right."""
    evidence = rng.normal(size=(5, len(NAMES))) * 0.1
    evidence[:, NAMES.index("last")] = 0.0
    evidence[2, NAMES.index("last")] = 1.0
    evidence[2, NAMES.index("alone")] = -4.0  # its words speak against it
    return FollowUp(dialogue, evidence, np.arange(5) == 2)


def test_what_was_right_becomes_likelier_in_other_dialogues_too() -> None:
    rng = np.random.default_rng(7)
    seen = [asked(f"d{number}", rng) for number in range(40)]
    used, fitted = following.in_use(), following.fit(seen)
    assert fitted[NAMES.index("last")] > used[NAMES.index("last")]
    assert following.quality(fitted, seen).loss < following.quality(used, seen).loss
    assert following.cross_validated(seen).loss < following.quality(used, seen).loss
