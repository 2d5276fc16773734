"""Looking at own orders, parcels and refunds."""

from actions.base import Decider, DecidingAction, deciding


def actions(decider: Decider) -> list[DecidingAction]:
    """Return this topic's actions."""
    return deciding(("action_show_order", "action_show_logistics", "action_show_refund"), decider)
