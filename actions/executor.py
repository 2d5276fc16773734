"""Rasa's action executor with all actions of this package registered."""

from rasa_sdk.executor import ActionExecutor

from actions import clarify, forms, knowledge, orders, people, smalltalk
from actions.base import Decider


def make_executor(decider: Decider) -> ActionExecutor:
    """Return an executor whose actions decide through ``decider``."""
    executor = ActionExecutor()
    for module in (knowledge, clarify, orders, forms, people, smalltalk):
        for action in module.actions(decider):
            executor.register_action(action)
    return executor
