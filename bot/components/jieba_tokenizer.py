"""Words of a message by jieba with the shop's own words."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import jieba
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from kb_index.lexicon import domain_words

_WORDS_FILE = "words.txt"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class DomainJiebaTokenizer(Tokenizer):
    """Splits the text as it stands, so that offsets hold.

    Every component has a `jieba.Tokenizer` of its own, because jieba's default one is shared by the whole
    process and two models' words would mix in it. The words travel with the model. jieba's guessing of
    unknown words is off: the same word is then cut the same way in every sentence, and what it misses the
    character n-grams see.
    """

    @staticmethod
    def supported_languages() -> list[str]:
        """Chinese only."""
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        """Name what must be installed."""
        return ["jieba"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's options of a tokenizer; intents are never split."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        words: Iterable[str],
    ) -> None:
        """`words` are kept whole, besides jieba's general dictionary."""
        super().__init__(config)
        self._model_storage = model_storage
        self._resource = resource
        self._words = tuple(words)
        self._jieba = jieba.Tokenizer()
        self._jieba.initialize()
        for word in self._words:
            self._jieba.add_word(word)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DomainJiebaTokenizer:
        """Tokenizer with the words of the installed version."""
        own = files("bot").joinpath("dictionary.txt").read_text(encoding="utf-8").splitlines()
        words = [word for line in own if not line.startswith("#") for word in line.split()]
        return cls(config, model_storage, resource, [*domain_words(), *words])

    def train(self, training_data: TrainingData) -> Resource:
        """Put the words into the model."""
        with self._model_storage.write_to(self._resource) as directory:
            (directory / _WORDS_FILE).write_text("\n".join(self._words), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DomainJiebaTokenizer:
        """Tokenizer with the words that the model was trained with."""
        with model_storage.read_from(resource) as directory:
            words = (directory / _WORDS_FILE).read_text(encoding="utf-8").splitlines()
        return cls(config, model_storage, resource, words)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of the attribute's text, white space left out."""
        text: str = message.get(attribute)
        return [
            Token(word, start, end)
            for word, start, end in self._jieba.tokenize(text, HMM=False)
            if not word.isspace()
        ]
