"""Questions to the knowledge base, alone and in the context of the last answer."""

from actions.base import Decider, DecidingAction, deciding


def actions(decider: Decider) -> list[DecidingAction]:
    """Return this topic's actions."""
    return deciding(("action_answer_knowledge", "action_follow_up", "action_decline"), decider)
