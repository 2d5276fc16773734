"""What each package adds: `python -m bot.compare WHAT` prints a table of the documentation.

`features` and `entities` are in docs/understanding.md, `classifiers` in docs/decisions/0003-classifier.md. The
texts are data/nlu and a sample of the knowledge articles, split by stratified cross-validation; `--cache FILE`
keeps their vectors between runs.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from kb_index.features import prepare

FOLDS = 3
SEED = 7
EVERY_NTH_QUESTION = 6
"""Share of the knowledge articles' questions that is used: all of them would only make it slower."""

Example = tuple[str, str]
"""A text and its intent."""
Ranking = dict[str, float]
"""Probabilities of intents; those that are not ranked are left out."""
Predictor = Callable[[Sequence[Example], Sequence[str]], list[Ranking]]
"""Trains on the examples and ranks the intents of the texts."""
Component = tuple[str, dict[str, Any]]
"""Class of a Rasa component and its options."""
TOKENS: Component = ("bot.components.jieba_tokenizer.DomainJiebaTokenizer", {})
VECTORS: Component = ("bot.components.sentence_embedding.SentenceEmbeddingFeaturizer", {})
WORDS: Component = (
    "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer.CountVectorsFeaturizer",
    {},
)
CHARACTERS: Component = (WORDS[0], {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4})
RASA: Component = ("rasa.nlu.classifiers.logistic_regression_classifier.LogisticRegressionClassifier", {})
DIET: Component = (
    "rasa.nlu.classifiers.diet_classifier.DIETClassifier",
    {"epochs": 100, "entity_recognition": False, "random_seed": SEED, "constrain_similarities": True},
)
OURS: Component = ("bot.components.intent_classifier.SentenceIntentClassifier", {})
CLASSIFIERS: dict[str, tuple[Component, ...]] = {
    "SentenceIntentClassifier": (TOKENS, VECTORS, OURS),
    "LogisticRegressionClassifier": (TOKENS, VECTORS, WORDS, CHARACTERS, RASA),
    "DIETClassifier": (TOKENS, WORDS, CHARACTERS, DIET),
}
FAMILIES: dict[str, frozenset[str]] = {
    "jieba 词": frozenset({"words"}),
    "字符 1–4": frozenset({"characters"}),
    "句向量（e5）": frozenset({"vectors"}),
    "jieba 词 + 字符": frozenset({"words", "characters"}),
    "句向量 + jieba 词": frozenset({"vectors", "words"}),
    "句向量 + 字符（在用）": frozenset({"vectors", "characters"}),
    "句向量 + 字符 + jieba 词": frozenset({"vectors", "characters", "words"}),
}


def examples(root: Path) -> list[Example]:
    """Return the examples of data/nlu and a sample of content/articles."""
    from rasa.shared.importers.utils import training_data_from_paths

    nlu = training_data_from_paths([str(p) for p in sorted((root / "data/nlu").glob("*.yml"))], "zh")
    found = [(example.get("text"), example.get("intent")) for example in nlu.intent_examples]
    questions = [
        question
        for path in sorted((root / "content/articles").glob("*.yml"))
        for article in yaml.safe_load(path.read_text(encoding="utf-8"))
        for question in (article["question"], *article["similar"])
    ]
    return found + [(question, "ask_knowledge") for question in questions[::EVERY_NTH_QUESTION]]


def by_components(
    pipeline: Sequence[Component], training: Sequence[Example], texts: Sequence[str]
) -> list[Ranking]:
    """Train Rasa components in this order and run them."""
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.shared.utils.common import class_from_module_path

    data = TrainingData([Message.build(text=text, intent=intent) for text, intent in training])
    messages = TrainingData([Message.build(text=text) for text in texts])
    with tempfile.TemporaryDirectory() as directory:
        storage = LocalModelStorage(Path(directory))
        for position, (name, options) in enumerate(pipeline):
            component_class: Any = class_from_module_path(name)
            node = f"node{position}"
            component = component_class.create(
                {**component_class.get_default_config(), **options},
                storage,
                Resource(node),
                ExecutionContext(GraphSchema({}), node_name=node),
            )
            if hasattr(component, "train"):
                component.train(data)
            if hasattr(component, "process_training_data") and position + 1 < len(pipeline):
                data = component.process_training_data(data)
                messages = component.process_training_data(messages)
            else:
                component.process(messages.training_examples)
    found = {
        message.get("text"): {
            ranked["name"]: ranked["confidence"] for ranked in message.get("intent_ranking")
        }
        for message in messages.training_examples
    }
    return [found[text] for text in texts]


def by_features(families: frozenset[str], training: Sequence[Example], texts: Sequence[str]) -> list[Ranking]:
    """Train the regression of `kb_index.intents`, with its settings, on some families of features."""
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    from bot.components.intent_classifier import SentenceIntentClassifier
    from kb_index.features import CharFeatures
    from kb_index.text import tokens

    settings = SentenceIntentClassifier.get_default_config()
    known = [prepare(text) for text, _ in training]
    asked = [prepare(text) for text in texts]
    blocks: list[tuple[Any, Any]] = []
    if "vectors" in families:
        vectors = vectors_of([*known, *asked])
        vectors = (vectors - vectors[: len(known)].mean(axis=0)) * settings["scale"]
        blocks.append(tuple(sparse.csr_matrix(v) for v in np.split(vectors, [len(known)])))
    if "characters" in families:
        characters = CharFeatures.fit(known)
        blocks.append((characters.transform(known), characters.transform(asked)))
    if "words" in families:
        words = TfidfVectorizer(analyzer=tokens, sublinear_tf=True)
        blocks.append((words.fit_transform(known), words.transform(asked)))
    train, test = (sparse.hstack(side, format="csr") for side in zip(*blocks, strict=True))
    labels = [intent for _, intent in training]
    even = len(labels) / len(set(labels))
    weights = {label: (even / count) ** settings["balance"] for label, count in Counter(labels).items()}
    model = LogisticRegression(
        C=settings["strength"], max_iter=settings["max_iterations"], class_weight=weights
    ).fit(train, labels)
    return [dict(zip(model.classes_, row, strict=True)) for row in model.predict_proba(test)]


def vectors_of(texts: Sequence[str]) -> NDArray[np.float32]:
    """(n, d) vectors of prepared texts, from the cache as far as it goes."""
    from kb_index.encoders import create_encoder
    from kb_index.vectors import embed

    vectors, _ = embed(texts, create_encoder("e5"), Path(os.environ["KEFU_VECTOR_CACHE"]), lambda _: None)
    return vectors


def figures(truth: Sequence[str], predictions: Sequence[Ranking]) -> Ranking:
    """Accuracy, macro-F1, and how well `out_of_scope` is told from the rest (AUROC)."""
    from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

    best = [max(one, key=one.__getitem__) for one in predictions]
    strange = [one.get("out_of_scope", 0.0) for one in predictions]
    return {
        "accuracy": accuracy_score(truth, best),
        "macro_f1": f1_score(truth, best, average="macro"),
        "oos_auroc": roc_auc_score([label == "out_of_scope" for label in truth], strange),
    }


def cross_validate(predictor: Predictor, data: Sequence[Example], folds: int) -> dict[str, float]:
    """Return the figures over the first `folds` stratified folds, with seconds a fold."""
    from sklearn.model_selection import StratifiedKFold

    labels = np.array([intent for _, intent in data])
    truth: list[str] = []
    predictions: list[Ranking] = []
    started = time.monotonic()
    split = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(labels, labels)
    for _, (train, test) in zip(range(folds), split, strict=False):
        predictions += predictor(_pick(data, train), [text for text, _ in _pick(data, test)])
        truth += labels[test].tolist()
    seconds = (time.monotonic() - started) / folds
    return figures(truth, predictions) | {"seconds": seconds}


def _pick(data: Sequence[Example], rows: NDArray[np.int64]) -> list[Example]:
    return [data[row] for row in rows]


def print_intents(predictors: Mapping[str, Predictor], data: Sequence[Example], folds: int) -> None:
    """Print one Markdown row a predictor, as soon as it is known."""
    print("| | 准确率 | 宏平均 F1 | 范围外 AUROC | 每折秒数 |", "|---|---|---|---|---|", sep="\n", flush=True)
    for name, predictor in predictors.items():
        row = cross_validate(predictor, data, folds)
        cells = "{accuracy:.3f} | {macro_f1:.3f} | {oos_auroc:.3f} | {seconds:.0f}".format(**row)
        print(f"| {name} | {cells} |", flush=True)


def print_entities(root: Path) -> None:
    """Print precision and recall on the annotated examples of data/nlu: without spaCy, without the words, with."""
    import jieba
    from rasa.nlu.tokenizers.tokenizer import Token
    from rasa.shared.importers.utils import training_data_from_paths

    from bot.components.bare_topic import read_topic_words
    from bot.components.entity_ruler import SpacyEntityRuler
    from bot.components.jieba_tokenizer import DomainJiebaTokenizer

    nlu = training_data_from_paths([str(p) for p in sorted((root / "data/nlu").glob("*.yml"))], "zh")
    ruler: Any = SpacyEntityRuler(None, None, read_topic_words(root / "content"))
    own: Any = DomainJiebaTokenizer.create(DomainJiebaTokenizer.get_default_config(), None, None, None)
    plain = jieba.Tokenizer()
    setups: dict[str, Callable[[Any], list[Token]]] = {
        "只有表达式": lambda _: [],
        "+ spaCy 规则，jieba 不带领域词": lambda message: [
            Token(word, start, end) for word, start, end in plain.tokenize(message.get("text"), HMM=False)
        ],
        "+ spaCy 规则，jieba 带领域词（在用）": lambda message: own.tokenize(message, "text"),
    }
    print("| | 查准 | 查全 |", "|---|---|---|", sep="\n")
    for name, tokenize in setups.items():
        right = found = wanted = 0
        for message in nlu.entity_examples:
            gold = {(e["entity"], e["start"], e["end"]) for e in message.get("entities")}
            entities = ruler.entities(message.get("text"), tokenize(message))
            # Topics are annotated only where they are all that is said.
            vague = message.get("intent") == "vague_topic"
            seen = {(e.name, e.start, e.end) for e in entities if vague or e.name != "topic"}
            right, found, wanted = right + len(gold & seen), found + len(seen), wanted + len(gold)
        print(f"| {name} | {right / found:.3f} | {right / wanted:.3f} |")
    print(f"\n{len(nlu.entity_examples)} 句，{wanted} 个实体")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.compare", description=__doc__)
    parser.add_argument("what", choices=["features", "classifiers", "entities"])
    parser.add_argument("--project", type=Path, default=Path.cwd())
    parser.add_argument("--cache", type=Path, default=Path("var/compare-vectors.npz"))
    parser.add_argument("--only", help="run just this row")
    parser.add_argument("--folds", type=int, default=FOLDS, help="how many of the folds to run")
    parser.add_argument(
        "--every", type=int, default=1, help="take every nth example: DIET needs hours for all"
    )
    arguments = parser.parse_args()
    os.environ |= {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "KEFU_VECTOR_CACHE": str(arguments.cache),
    }
    warnings.simplefilter("ignore")
    if arguments.what == "entities":
        print_entities(arguments.project)
        return
    data = sorted(examples(arguments.project), key=itemgetter(1))[:: arguments.every]
    vectors_of([prepare(text) for text, _ in data])  # all at once: a fold is then a part of the cache
    print(f"{len(data)} 句，{len({intent for _, intent in data})} 个意图\n", flush=True)
    if arguments.what == "features":
        chosen: dict[str, Predictor] = {name: partial(by_features, one) for name, one in FAMILIES.items()}
    else:
        chosen = {name: partial(by_components, one) for name, one in CLASSIFIERS.items()}
    if arguments.only:
        chosen = {arguments.only: chosen[arguments.only]}
    print_intents(chosen, data, arguments.folds)


if __name__ == "__main__":
    main()
