"""The deterministic path for a message that is nothing but a topic word: 快递, 问下物流, 发票呢."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from kb_index.text import TopicWords, letters

INTENT_NAME = "vague_topic"
ENTITY = "topic"
_WORDS_FILE = "topic_words.json"
_OPEN_INTENTS = {INTENT_NAME, "ask_knowledge"}
"""Intents of which a bare topic word may well be an example: it is narrowed all the same."""


def read_topic_words(content: Path) -> dict[str, str]:
    """Return word -> topic from `topics.yml` of a content directory, or from the brief where that is missing.

    Raises FileNotFoundError when the directory has neither.
    """
    topics = content / "topics.yml"
    if topics.is_file():
        loaded = yaml.safe_load(topics.read_text(encoding="utf-8"))
        return {word: topic for topic, entry in loaded.items() for word in [topic, *entry["words"]]}
    brief = yaml.safe_load((content / "brief.yml").read_text(encoding="utf-8"))
    return {word: word for word in brief["vague"]}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class BareTopicClassifier(IntentClassifier, GraphComponent):
    """Overrules the statistical classifier for bare topic words, which it is known to misread.

    Stands last in the pipeline. Sets the intent `vague_topic` with confidence 1 and an entity `topic`. A text
    that editors gave as an example of another intent keeps it: 不对 may be a topic word of the content, but after
    a question it is an answer.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; `content` is the content directory, relative to the project (the working directory)."""
        return {"content": "content"}

    def __init__(
        self,
        model_storage: ModelStorage,
        resource: Resource,
        words: Mapping[str, str],
        labelled: Collection[str] = (),
    ) -> None:
        """`words` maps each word to its topic; `labelled` are normalised texts that have another intent."""
        self._model_storage = model_storage
        self._resource = resource
        self._words = words
        self._topics = TopicWords(words)
        self._labelled = frozenset(labelled)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> BareTopicClassifier:
        """Classifier with the words of the project's content."""
        words = read_topic_words(Path(config["content"]))
        return cls(model_storage, resource, words)

    def train(self, training_data: TrainingData) -> Resource:
        """Put words and labelled texts into the model: a swapped or rolled back model keeps its own."""
        self._labelled = frozenset(
            letters(example.get(TEXT))
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT) not in _OPEN_INTENTS
        )
        with self._model_storage.write_to(self._resource) as directory:
            stored = {"words": self._words, "labelled": sorted(self._labelled)}
            (directory / _WORDS_FILE).write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> BareTopicClassifier:
        """Classifier with the words that the model was trained with."""
        with model_storage.read_from(resource) as directory:
            stored = json.loads((directory / _WORDS_FILE).read_text(encoding="utf-8"))
        return cls(model_storage, resource, stored["words"], stored["labelled"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Overrule the intent of bare topic words."""
        for message in messages:
            text = message.get(TEXT) or ""
            topic = self._topics.bare(text)
            if topic is not None and letters(text) not in self._labelled:
                self._set(message, topic)
        return messages

    def _set(self, message: Message, topic: str) -> None:
        intent = {"name": INTENT_NAME, "confidence": 1.0}
        ranking = message.get(INTENT_RANKING_KEY, [])
        others = [{**other, "confidence": 0.0} for other in ranking if other["name"] != INTENT_NAME]
        message.set(INTENT, intent, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [intent, *others], add_to_output=True)
        text = message.get(TEXT)
        entity = {
            "entity": ENTITY,
            "value": topic,
            "start": 0,
            "end": len(text),
            "confidence_entity": 1.0,
            "extractor": type(self).__name__,
        }
        kept = [e for e in message.get(ENTITIES, []) if e["entity"] != ENTITY]
        message.set(ENTITIES, [*kept, entity], add_to_output=True)
