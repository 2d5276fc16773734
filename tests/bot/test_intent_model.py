"""The classifier: probabilities, storage, and the deterministic path for bare topic words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.bare_topic import BareTopicClassifier, read_topic_words
from kb_index.encoders import create_encoder
from kb_index.intents import IntentModel

EXAMPLES = {
    "ask_human": ["转人工", "人工客服", "找个真人", "我要人工服务", "叫人工来"],
    "greet": ["你好", "您好", "在吗", "早上好", "你好在吗"],
    "track_parcel": ["我的快递到哪了", "查物流", "包裹到哪里了", "查一下快递", "快递到哪里了"],
}
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
LABELS = [label for label, texts in EXAMPLES.items() for _ in texts]
ENCODER = create_encoder("hash")


@pytest.fixture(scope="module")
def model() -> IntentModel:
    """A model of three intents."""
    return IntentModel.fit(
        TEXTS, ENCODER.queries(TEXTS), LABELS, strength=10, scale=2, balance=0.5, max_iterations=100
    )


def test_probabilities_sum_to_one_and_find_the_intent(model: IntentModel) -> None:
    texts = ["转接人工", "快递走到哪了", "您好啊", "", "😀"]
    probabilities = model.predict(texts, ENCODER.queries(texts))

    assert probabilities.shape == (5, 3)
    assert np.allclose(probabilities.sum(axis=1), 1)
    best = [model.labels[at] for at in probabilities.argmax(axis=1)]
    assert best[:3] == ["ask_human", "track_parcel", "greet"]


def test_loaded_model_is_the_saved_one(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    texts = ["转人工", "快递呢"]
    vectors = ENCODER.queries(texts)

    assert IntentModel.load(tmp_path).labels == model.labels
    assert np.allclose(
        IntentModel.load(tmp_path).predict(texts, vectors), model.predict(texts, vectors), atol=1e-6
    )


def test_spelling_variants_are_the_same_message(model: IntentModel) -> None:
    texts = ["轉人工", "转人工！！！", " 转人工 "]
    # Vectors differ by what the encoder is given; here only the characters are under test.
    vectors = np.repeat(ENCODER.queries(["转人工"]), 3, axis=0)

    assert np.ptp(model.predict(texts, vectors), axis=0).max() < 1e-6


def bare_topic_classifier(tmp_path: Path) -> BareTopicClassifier:
    """A trained and loaded classifier that knows one topic."""
    content = tmp_path / "content"
    content.mkdir()
    (content / "topics.yml").write_text("快递: {words: [包裹, 不对]}\n", encoding="utf-8")
    (tmp_path / "storage").mkdir()
    arguments: Any = (
        {"content": str(content)},
        LocalModelStorage(tmp_path / "storage"),
        Resource("bare"),
        ExecutionContext(GraphSchema({}), node_name="bare"),
    )
    examples = [
        Message.build(text="不对", intent="deny"),
        Message.build(text="包裹", intent="ask_knowledge"),
        Message.build(text="快递", intent="vague_topic"),
    ]
    BareTopicClassifier.create(*arguments).train(TrainingData(examples))
    (content / "topics.yml").unlink()
    return BareTopicClassifier.load(*arguments)


def test_bare_topic_overrules_the_classifier_but_not_a_labelled_example(tmp_path: Path) -> None:
    guess = {"name": "chitchat", "confidence": 0.9}
    texts = ["快递", "包裹呢？", "那个快递的事", "快递到哪了", "不对", "不对！"]
    messages = [Message({"text": text, "intent": guess, "intent_ranking": [guess]}) for text in texts]
    bare_topic_classifier(tmp_path).process(messages)

    assert [message.get("intent")["name"] for message in messages] == ["vague_topic"] * 3 + ["chitchat"] * 3
    assert messages[1].get("intent_ranking")[0] == {"name": "vague_topic", "confidence": 1.0}
    assert [(e["entity"], e["value"]) for e in messages[1].get("entities")] == [("topic", "快递")]
    assert messages[3].get("entities") is None


def test_brief_stands_in_for_missing_topics(tmp_path: Path) -> None:
    (tmp_path / "brief.yml").write_text("vague: {快递: [shipping.track]}\n", encoding="utf-8")

    assert read_topic_words(tmp_path) == {"快递": "快递"}
    with pytest.raises(FileNotFoundError):
        read_topic_words(tmp_path / "nothing")
