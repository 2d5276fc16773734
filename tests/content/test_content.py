"""What the content promises: every key of the brief answered, in customers' words, none of them from ``eval/``."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kb_index.text import TopicWords, normalise
from kefu.knowledge.content import ArticleFile, Content, read
from kefu.knowledge.repository import CATEGORIES
from kefu.knowledge.snapshot import fill
from kefu.nlu.examples import by_intent
from tests.content.noise import noise

ROOT = Path(__file__).parents[2]
EVAL = ROOT / "eval"
SIMILAR, STORIES, STORY_LENGTH, NOISY = 20, 5, 25, 4
NEAR = 0.8  # bigram overlap (Jaccard) above which two lines are the same question


@pytest.fixture(scope="module")
def content() -> Content:
    return read(ROOT / "content")


@pytest.fixture(scope="module")
def articles(content: Content) -> list[ArticleFile]:
    return [article for entries in content.articles.values() for article in entries]


def bigrams(text: str) -> frozenset[str]:
    plain = "".join(c for c in normalise(text) if c.isalnum())
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1)) or frozenset({plain})


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def eval_lines() -> Iterator[str]:
    """Everything that a customer says in the evaluation sets."""
    for path in sorted(EVAL.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            yield from [case["text"]] if "text" in case else []
            yield from (turn["user"] for turn in case.get("turns", []) if isinstance(turn["user"], str))


def test_every_key_of_the_brief_has_its_article(articles: list[ArticleFile]) -> None:
    brief = yaml.load((ROOT / "content" / "brief.yml").read_bytes(), Loader=yaml.CSafeLoader)
    asked = {key: text for one in brief["categories"].values() for key, text in one["questions"].items()}
    assert {article.key: article.question for article in articles} == asked


def test_similar_questions_are_many_and_customers_own(articles: list[ArticleFile]) -> None:
    for article in articles:
        assert len(article.similar) >= SIMILAR, article.key
        assert sum(len(text) > STORY_LENGTH for text in article.similar) >= STORIES, article.key
        noisy = [text for text in article.similar if noise(text)]
        assert len(noisy) >= NOISY, (article.key, noisy)
        grams = [bigrams(text) for text in article.similar]
        for at, one in enumerate(grams):
            for later in range(at + 1, len(grams)):
                close = overlap(one, grams[later])
                assert close <= NEAR, (article.key, article.similar[at], article.similar[later])


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("我的快递到哪了？", set()),
        ("怎么申请退货，要自己付运费吗", set()),
        ("app 打不开怎么办", set()),
        ("我要退宽", {"typo"}),
        ("發票開了沒", {"traditional"}),
        ("tuikuan 多久", {"pinyin", "latin"}),
        ("冇收到货", {"dialect"}),
        ("退货😡怎么弄", {"picture"}),
        ("那个那个我想问一下", {"spoken"}),
        ("我昨天买的那个东西到现在还没有发货是怎么回事啊", {"run-on"}),
    ],
)
def test_what_is_noise(text: str, ways: set[str]) -> None:
    assert noise(text) == ways


def test_no_question_stands_under_two_keys(articles: list[ArticleFile]) -> None:
    seen = Counter(normalise(text) for article in articles for text in {article.question, *article.similar})
    assert [text for text, count in seen.items() if count > 1] == []


class HeldOut:
    """What eval/ asks, found by what it shares with a text.

    A bare topic word can be written in one way only, so the topics' words are left out.
    """

    def __init__(self, content: Content) -> None:
        topics = content.topics.items()
        self._words = TopicWords({word: name for name, topic in topics for word in (name, *topic.words)})
        self._lines = [bigrams(text) for text in eval_lines() if not self._bare(text)]
        self._by_gram: dict[str, list[int]] = {}
        for at, grams in enumerate(self._lines):
            for gram in grams:
                self._by_gram.setdefault(gram, []).append(at)

    def near(self, text: str) -> bool:
        """Whether a line is nearly the same as the text."""
        grams = bigrams(text)
        shared = Counter(at for gram in grams for at in self._by_gram.get(gram, ()))
        close = any(overlap(grams, self._lines[at]) > NEAR for at in shared)
        return close and not self._bare(text)

    def _bare(self, text: str) -> bool:
        return self._words.bare(text) is not None


@pytest.fixture(scope="module")
def held_out(content: Content) -> HeldOut:
    return HeldOut(content)


def test_nothing_of_eval_is_in_the_content(articles: list[ArticleFile], held_out: HeldOut) -> None:
    texts = ((article.key, text) for article in articles for text in article.similar)
    assert [(key, text) for key, text in texts if held_out.near(text)] == []


def test_nothing_of_eval_is_in_the_training_data(held_out: HeldOut) -> None:
    """Very short words (好的, 人工) can be said in one way only."""
    examples = (text for texts in by_intent(ROOT / "data" / "nlu").values() for text in texts)
    assert [text for text in examples if len(text) > 4 and held_out.near(text)] == []


def test_answers_cite_the_shops_policies(content: Content, articles: list[ArticleFile]) -> None:
    policies = {name: str(value) for name, value in content.documents["policies"].items()}
    for article in articles:
        answer = fill(article.answer, policies)
        assert "{{" not in answer, article.key
        assert len(answer) >= 60, article.key


def test_topics_offer_what_the_brief_asks(content: Content) -> None:
    brief = yaml.load((ROOT / "content" / "brief.yml").read_bytes(), Loader=yaml.CSafeLoader)
    for name, keys in brief["vague"].items():
        assert set(keys) <= {reading.key for reading in content.topics[name].readings[:5]}, name
    assert len(content.topics) >= 100


def test_every_category_has_a_title(content: Content) -> None:
    assert set(content.articles) == set(CATEGORIES)


def test_eval_is_large_enough() -> None:
    lines = {path.stem: path.read_text(encoding="utf-8").splitlines() for path in EVAL.glob("*.jsonl")}
    per_key = Counter(json.loads(line)["key"] for line in lines["knowledge"])
    assert min(per_key.values()) >= 4
    assert len(per_key) == 168
    least = {"vague": 160, "out_of_scope": 160, "handoff": 120, "dialogues": 40, "typing": 80}
    assert all(len(lines[name]) >= count for name, count in least.items())
