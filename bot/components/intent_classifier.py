"""The intent classifier as a component of the pipeline; the model itself is `kb_index.intents`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from kb_index.intents import IntentModel

RANKING_LENGTH = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(IntentClassifier, GraphComponent):
    """Logistic regression over the sentence embedding and the characters of the normalised text.

    A message without a vector (an empty text) gets confidence 0, so that the fallback takes it.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Name what stands before it: the featurizer of sentence embeddings."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Name what must be installed."""
        return ["scipy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the values that were best in cross-validation (docs/decisions/0003-classifier.md)."""
        return {"strength": 10.0, "scale": 2.0, "balance": 0.5, "max_iterations": 60}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        """`model` is None before training."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceIntentClassifier:
        """Return an untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples that have an intent, and put the model into the storage."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        self._model = IntentModel.fit(
            [example.get(TEXT) for example in examples],
            np.array([_vector(example) for example in examples]),
            [example.get(INTENT) for example in examples],
            strength=self._config["strength"],
            scale=self._config["scale"],
            balance=self._config["balance"],
            # Stopping early is meant: more iterations only follow the training set more closely.
            max_iterations=self._config["max_iterations"],
        )
        with self._model_storage.write_to(self._resource) as directory:
            self._model.save(directory)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceIntentClassifier:
        """Return the trained classifier."""
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, IntentModel.load(directory))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking of each message."""
        if self._model is None:
            raise RuntimeError("the classifier was not trained")
        for message in messages:
            vector = _vector(message)
            if vector is None:
                probabilities = np.zeros(len(self._model.labels))
            else:
                probabilities = self._model.predict([message.get(TEXT)], vector[None])[0]
            ranking = [
                {"name": self._model.labels[at], "confidence": float(probabilities[at])}
                for at in np.argsort(-probabilities)[:RANKING_LENGTH]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _vector(message: Message) -> NDArray[np.float32] | None:
    """(d,) the sentence embedding, or None when there is none."""
    _, sentence = message.get_dense_features(TEXT)
    return None if sentence is None else sentence.features[0]
