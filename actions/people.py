"""Handing over to people, and what leads to it."""

from actions.base import Decider, DecidingAction, deciding


def actions(decider: Decider) -> list[DecidingAction]:
    """Return this topic's actions."""
    names = ("action_handoff", "action_abuse", "action_leave_queue", "action_not_solved", "action_solved")
    return deciding(names, decider)
