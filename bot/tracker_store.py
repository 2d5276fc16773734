"""Rasa's working copy of a conversation, rebuilt for one turn and dropped after it.

The service's database is the memory of record. Every turn brings the little that the dialogue policies
need (`TurnState`); the store builds a tracker from it and hands the finished tracker back to the channel.
Nothing outlives the turn, so trackers stay small, and restarts and model swaps lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, Field
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    REQUESTED_SLOT,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

RECENT_TURNS = 4
"""How many finished turns the policies may look back on (`max_history` in config.yml fits in it)."""

FORM_SLOT = "form_complete"
"""The one slot that every form requires; the service sets it to true when its own form is complete."""

STORY_INTENTS = {
    "action_answer_knowledge": "ask_knowledge",
    "action_clarify_topic": "vague_topic",
    "action_choose_option": "choose_option",
    "action_follow_up": "follow_up",
}
"""The intent under which stories know an action. What was shown makes the context, not the words that led to
it: a question that had to be narrowed reads on like a bare topic word."""


class TurnState(BaseModel):
    """What the service remembers of a conversation, as far as the policies need it."""

    recent: list[tuple[str, str]] = Field(default_factory=list)
    """(intent, action) of the last turns, oldest first; only the last `RECENT_TURNS` are used. The action
    is what was shown in the end: `action_clarify_topic` when a question led to options."""
    slots: dict[str, Any] = Field(default_factory=dict)
    active_form: str | None = None
    """Form id of the API, such as `return_request`; None outside a form."""


@dataclass
class Turn:
    """One turn on its way through Rasa."""

    turn_id: str
    state: TurnState
    tracker: DialogueStateTracker | None = field(default=None)
    """The tracker as Rasa left it; None until the turn has ended."""


_current: ContextVar[Turn | None] = ContextVar("turn", default=None)


@contextmanager
def running(turn: Turn) -> Iterator[Turn]:
    """Make `turn` the one that the store serves inside this block (and this task only)."""
    token = _current.set(turn)
    try:
        yield turn
    finally:
        _current.reset(token)


def form_name(form_id: str) -> str:
    """Name in the domain of the form that the API calls `form_id`."""
    return f"{form_id}_form"


def rebuild(turn_id: str, state: TurnState, domain: Domain) -> DialogueStateTracker:
    """Tracker of a conversation in `state`, listening for the next message.

    Names that the loaded model does not know (a swap can remove some) are left out: the policies could
    not use them, and a turn must not fail for them.
    """
    events: list[Event] = [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]
    for said, action in state.recent[-RECENT_TURNS:]:
        intent = STORY_INTENTS.get(action, said)
        if intent in domain.intents and action in domain.action_names_or_texts:
            events += [
                UserUttered(intent={"name": intent, "confidence": 1.0}),
                ActionExecuted(action),
                ActionExecuted(ACTION_LISTEN_NAME),
            ]
    known = {slot.name for slot in domain.slots} - {FORM_SLOT, REQUESTED_SLOT}
    events += [SlotSet(name, value) for name, value in state.slots.items() if name in known]
    if state.active_form and form_name(state.active_form) in domain.form_names:
        events += [ActiveLoop(form_name(state.active_form)), SlotSet(REQUESTED_SLOT, FORM_SLOT)]
    return DialogueStateTracker.from_events(turn_id, events, domain.slots)


class TurnTrackerStore(TrackerStore):
    """Serves the running turn's tracker and keeps nothing else."""

    def __init__(self, domain: Domain | None, event_broker: EventBroker | None = None, **_: Any) -> None:
        """Rasa creates the store from endpoints.yml, before it has a domain."""
        super().__init__(domain, event_broker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Tracker of the running turn, or None for any other sender."""
        turn = _current.get()
        if turn is None or turn.turn_id != sender_id:
            return None
        return turn.tracker or rebuild(sender_id, turn.state, self.domain)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Leave the tracker with the running turn."""
        turn = _current.get()
        if turn is not None and turn.turn_id == tracker.sender_id:
            turn.tracker = tracker

    async def keys(self) -> Iterable[str]:
        """No conversation is kept."""
        return ()
