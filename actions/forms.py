"""The forms' steps; their ids are the API's."""

from actions.base import Decider, FormAction
from kefu.dialogue.tools import FORMS


def actions(decider: Decider) -> list[FormAction]:
    """Return this topic's actions."""
    return [FormAction(form_id, decider) for form_id in FORMS]
