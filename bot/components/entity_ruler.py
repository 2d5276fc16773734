"""Entities by rule: spaCy's entity ruler for words, expressions for numbers; both over the same text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc

from bot.components.bare_topic import read_topic_words
from bot.components.number_entities import Entity, number_entities
from bot.components.word_patterns import word_patterns

_WORDS_FILE = "topic_words.json"
_INTEGERS = {"ordinal"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SpacyEntityRuler(GraphComponent, EntityExtractorMixin):
    """order_no, tracking_no, phone, amount, ordinal, date, courier and topic, without a statistical model.

    spaCy's ruler runs over the tokenizer's own words: 快递 in 快递单号 is no topic, because jieba keeps the
    longer word whole.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Name what stands before it: a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Name what must be installed."""
        return ["spacy", "cn2an"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; `content` is the content directory, relative to the project (the working directory)."""
        return {"content": "content"}

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, topic_words: Mapping[str, str]
    ) -> None:
        """`topic_words` maps each word to its topic."""
        self._model_storage = model_storage
        self._resource = resource
        self._topic_words = topic_words
        pipeline = spacy.blank("zh")
        self._vocab = pipeline.vocab
        # A pattern's phrase is one word of the tokenizer.
        pipeline.tokenizer = lambda word: Doc(pipeline.vocab, words=[word])
        self._ruler = pipeline.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
        self._ruler.add_patterns(word_patterns(topic_words))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpacyEntityRuler:
        """Ruler with the topic words of the project's content."""
        return cls(model_storage, resource, read_topic_words(Path(config["content"])))

    def train(self, training_data: TrainingData) -> Resource:
        """Put the topic words into the model."""
        with self._model_storage.write_to(self._resource) as directory:
            text = json.dumps(self._topic_words, ensure_ascii=False, indent=1)
            (directory / _WORDS_FILE).write_text(text, encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpacyEntityRuler:
        """Ruler with the topic words that the model was trained with."""
        with model_storage.read_from(resource) as directory:
            words = json.loads((directory / _WORDS_FILE).read_text(encoding="utf-8"))
        return cls(model_storage, resource, words)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities of each message."""
        for message in messages:
            found = self.entities(message.get(TEXT) or "", message.get(TOKENS_NAMES[TEXT]) or [])
            entities = [
                {
                    "entity": entity.name,
                    "start": entity.start,
                    "end": entity.end,
                    "value": entity.value,
                    "confidence_entity": 1.0,
                }
                for entity in found
            ]
            entities = self.add_extractor_name(entities)
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def entities(self, text: str, tokens: list[Token]) -> list[Entity]:
        """Return the entities in order; where numbers and words claim the same text, numbers win."""
        kept = list(number_entities(text))
        for entity in self._word_entities(text, tokens):
            if all(entity.end <= other.start or other.end <= entity.start for other in kept):
                kept.append(entity)
        return sorted(kept, key=lambda entity: entity.start)

    def _word_entities(self, text: str, tokens: list[Token]) -> Iterator[Entity]:
        spaces = [
            token.end < (tokens[i + 1].start if i + 1 < len(tokens) else len(text))
            for i, token in enumerate(tokens)
        ]
        doc = self._ruler(Doc(self._vocab, words=[t.text for t in tokens], spaces=spaces))
        for span in doc.ents:
            start, end = tokens[span.start].start, tokens[span.end - 1].end
            value: str | int = span.ent_id_ or text[start:end]
            yield Entity(span.label_, int(value) if span.label_ in _INTEGERS else value, start, end)
