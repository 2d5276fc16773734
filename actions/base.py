"""What every action does: read the tracker, call the domain's one decision, tell Rasa what to remember.

The decision is kept with the turn and written by the service; nothing is uttered through Rasa.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from kefu.dialogue.decision import Decision
from kefu.dialogue.ports import BotReading, Intent


class Decider(Protocol):
    """The turns under way (:class:`kefu.dialogue.turn.Turns`)."""

    async def callback(self, turn_id: str, action: str, reading: BotReading) -> Decision:
        """Decide for a turn. Raises ``turn_ended`` for one that is not under way."""
        ...


def reading_of(tracker: Tracker) -> BotReading:
    """Return what Rasa found in the newest message."""
    latest = tracker.latest_message
    return BotReading(
        intent=_intent(latest.get("intent") or {}),
        ranking=tuple(map(_intent, latest.get("intent_ranking") or ())),
        entities=tuple(
            {"entity": one.get("entity"), "value": one.get("value")} for one in latest.get("entities") or ()
        ),
    )


def _intent(found: dict[str, Any]) -> Intent:
    return Intent(str(found.get("name") or ""), float(found.get("confidence") or 0.0))


class DecidingAction(Action):  # type: ignore[misc]
    """An action of Rasa's that the decision function carries out."""

    def __init__(self, action_name: str, decider: Decider) -> None:
        self._name, self._decider = action_name, decider

    def name(self) -> str:
        """The name under which Rasa calls it."""
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Decide; return what Rasa should remember within this turn."""
        decision = await self._decider.callback(tracker.sender_id, self._name, reading_of(tracker))
        return self.events(decision)

    def events(self, decision: Decision) -> list[EventType]:
        """Return nothing: the service remembers, and tells Rasa anew at every turn."""
        return []


class FormAction(DecidingAction):
    """The one step of a form: the service fills, checks and shows it, and says here whether it goes on."""

    def __init__(self, form_id: str, decider: Decider) -> None:
        super().__init__(f"validate_{form_id}_form", decider)
        self._form_id = form_id

    def events(self, decision: Decision) -> list[EventType]:
        """Return the form's end when the service has closed it."""
        form = decision.memory.form
        if form is not None and form.form_id == self._form_id:
            return [SlotSet("form_complete", None)]
        return [SlotSet("form_complete", value=True), SlotSet("requested_slot", None), ActiveLoop(None)]


def deciding(names: Iterable[str], decider: Decider) -> list[DecidingAction]:
    """Return one deciding action per name."""
    return [DecidingAction(name, decider) for name in names]
