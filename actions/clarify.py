"""Vague topics, and choosing among what was offered."""

from actions.base import Decider, DecidingAction, deciding


def actions(decider: Decider) -> list[DecidingAction]:
    """Return this topic's actions."""
    names = (
        "action_clarify_topic",
        "action_choose_option",
        "action_none_of_these",
        "action_affirm",
        "action_deny",
    )
    return deciding(names, decider)
