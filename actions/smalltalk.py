"""Greetings, thanks and the like."""

from actions.base import Decider, DecidingAction, deciding


def actions(decider: Decider) -> list[DecidingAction]:
    """Return this topic's actions."""
    return deciding(("action_smalltalk",), decider)
