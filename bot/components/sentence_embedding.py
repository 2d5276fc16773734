"""Sentence embeddings as dense features, from the same encoder as the knowledge index."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from kb_index.encoders import Encoder, create_encoder
from kb_index.features import prepare
from kb_index.vectors import embed

logger = logging.getLogger(__name__)

VECTOR_KEY = "vector"
"""Key of a message's metadata under which a caller hands over the vector it has already computed."""

CACHE_VARIABLE = "KEFU_VECTOR_CACHE"
"""Environment variable: a file that keeps the training texts' vectors, so that only new texts are encoded."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEmbeddingFeaturizer(DenseFeaturizer, GraphComponent):
    """One vector a message: `encoder.queries([prepare(text)])`, as in the knowledge index.

    A turn's text is encoded once, by the service, which needs the vector anyway and sends it along; the
    encoder is loaded here only when a message comes without one (training, `rasa shell`, tests).
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Name what stands before it: a tokenizer, as for all of Rasa's featurizers."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; `encoder` is a specification of `kb_index.encoders.create_encoder`."""
        return {**DenseFeaturizer.get_default_config(), "encoder": "e5"}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any encoder: opening one is costly, so that a wrong one shows when it is used."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEmbeddingFeaturizer:
        """Return the featurizer of the configured encoder.

        Raises InvalidConfigException when `KEFU_ENCODER`, the service's choice, is another one: its vectors would
        mean nothing to this model.
        """
        wanted = os.environ.get("KEFU_ENCODER", config["encoder"])
        if wanted != config["encoder"]:
            raise InvalidConfigException(
                f"the model was trained with the encoder {config['encoder']!r}, the service uses {wanted!r}"
            )
        return cls(execution_context.node_name, config)

    @cached_property
    def _encoder(self) -> Encoder:
        return create_encoder(self._config["encoder"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector of each message."""
        for message in messages:
            # Taken out: the metadata goes on to the action server, which has the vector already.
            vector = (message.get("metadata") or {}).pop(VECTOR_KEY, None)
            text = message.get(TEXT)
            if vector is None and text:
                vector = self._encoder.queries([prepare(text)])[0]
            if vector is not None:
                self._add(message, vector)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors of all examples, encoded in one go."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        if examples:
            for example, vector in zip(examples, self._encode_all(examples), strict=True):
                self._add(example, vector)
        return training_data

    def _encode_all(self, examples: Sequence[Message]) -> NDArray[np.float32]:
        texts = [prepare(example.get(TEXT)) for example in examples]
        with TemporaryDirectory() as scratch:
            cache = Path(os.environ.get(CACHE_VARIABLE) or Path(scratch) / "vectors.npz")
            vectors, _ = embed(texts, self._encoder, cache, _report)
        return vectors

    def _add(self, message: Message, vector: NDArray[np.float32]) -> None:
        for kind in (FEATURE_TYPE_SEQUENCE, FEATURE_TYPE_SENTENCE):
            message.add_features(Features(vector[None, :], kind, TEXT, self._config[FEATURIZER_CLASS_ALIAS]))


def _report(share: float) -> None:
    logger.info("embedded %.0f %%", 100 * share, extra={"embedded": share})
