"""One turn through Rasa's model, without what Rasa 3.6 does for conversations that it keeps itself.

Rasa's own processor copies the tracker, asks the policies a second time to hear that it should listen, plans its
graph anew for every call, and formats debug messages that nobody reads. Here a turn is one reading and one action
(docs/decisions/0008-turn-processor.md); graph, components, policies, forms and actions are Rasa's.
"""

from __future__ import annotations

import logging
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from cachetools import LRUCache
from rasa.core.actions.action import Action, action_for_index
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.components.sentence_embedding import VECTOR_KEY

logger = logging.getLogger(__name__)

REMEMBERED_TEXTS = 4096
"""Readings kept by text, some 2 KB each: customers repeat themselves and each other."""


class Plan:
    """The nodes that lead to one target of a loaded graph, in an order in which they can run."""

    def __init__(self, runner: DaskGraphRunner, target: str) -> None:
        schema = runner._graph_schema.minimal_graph_schema([target])
        needs = {name: tuple(node.needs.values()) for name, node in schema.nodes.items()}
        nodes = runner._instantiated_nodes
        self._target = target
        # What is needed and no node is an input.
        self._steps = [
            (name, nodes[name], needs[name])
            for name in TopologicalSorter(needs).static_order()
            if name in needs
        ]

    def run(self, inputs: dict[str, Any]) -> Any:
        """Return what the target gives for `inputs` (by placeholder)."""
        results: dict[str, Any] = {name: (name, value) for name, value in inputs.items()}
        for name, node, needs in self._steps:
            results[name] = node(*(results[need] for need in needs))
        return results[self._target][1]


class TurnProcessor(MessageProcessor):
    """Reads one message and runs the one action that the policies choose for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reading = Plan(self.graph_runner, self.model_metadata.nlu_target)
        self._policies = Plan(self.graph_runner, self.model_metadata.core_target)
        self._read: LRUCache[tuple[str, int], dict[str, Any]] = LRUCache(REMEMBERED_TEXTS)

    async def handle_message(self, message: UserMessage) -> None:
        """Leave the turn's tracker, with what was read and done, in the tracker store."""
        tracker = await self.get_tracker(message.sender_id)
        found = self._reading_of(message, tracker)
        tracker.update(
            UserUttered(
                message.text,
                found["intent"],
                found["entities"],
                found,
                input_channel=message.input_channel,
                message_id=message.message_id,
            ),
            self.domain,
        )
        await self.run_action_extract_slots(message.output_channel, tracker)
        prediction = self._predict_next_with_tracker(tracker)
        action = action_for_index(prediction.max_confidence_index, self.domain, self.action_endpoint)
        await self._act(action, tracker, message, prediction)
        await self.save_tracker(tracker)

    def _reading_of(self, message: UserMessage, tracker: DialogueStateTracker) -> dict[str, Any]:
        """Intent and entities of a text with its embedding."""
        vector = message.metadata.get(VECTOR_KEY)
        key = message.text, 0 if vector is None else hash(vector.tobytes())
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = self._parse_message_with_graph(message, tracker)
        return found

    def _parse_message_with_graph(
        self, message: UserMessage, tracker: DialogueStateTracker, only_output_properties: bool = True
    ) -> dict[str, Any]:
        parsed = self._reading.run({PLACEHOLDER_MESSAGE: [message], PLACEHOLDER_TRACKER: tracker})[0]
        nothing = {"text": "", "intent": {"name": None, "confidence": 0.0}, "entities": []}
        return nothing | parsed.as_dict(only_output_properties=only_output_properties)

    def _predict_next_with_tracker(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        return self._policies.run({PLACEHOLDER_TRACKER: tracker})

    async def _act(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        message: UserMessage,
        prediction: PolicyPrediction,
    ) -> None:
        tracker.update_with_events(prediction.events, self.domain)
        try:
            events = await action.run(message.output_channel, self.nlg, tracker, self.domain)
        except Exception:  # the service decides without us; which action it was is still told
            logger.exception("action %s failed", action.name())
            events = []
        tracker.update(action.event_for_successful_execution(prediction), self.domain)
        tracker.update_with_events(events, self.domain)


class TurnAgent(Agent):
    """An agent whose messages are turns of the service."""

    def load_model(self, model_path: str | Path, fingerprint: str | None = None) -> None:
        """Load the model that lies at `model_path`."""
        self.processor = TurnProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self.tracker_store.domain = self.domain
        self._set_fingerprint(fingerprint)

    async def handle_message(self, message: UserMessage) -> None:
        """Run one turn; the service sees to it that a conversation has one at a time."""
        if self.processor is not None:
            await self.processor.handle_message(message)
