"""Changed articles in a built index: found at once, embedding nothing but what is new."""

from pathlib import Path

import numpy as np

from kb_index.documents import Document
from kb_index.encoders import Encoder
from kb_index.features import Floats, prepare
from kb_index.search import KnowledgeIndex

NEW = Document(
    "service.gift",
    "可以包装成礼物吗？",
    "service",
    ("可以包装成礼物吗？", "礼品包装怎么选", "能写贺卡吗", "送人的帮我包好看点"),
)


class Counting:
    """An encoder that remembers what it was asked."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.dimensions = encoder.name, encoder.dimensions
        self.asked: list[str] = []

    def queries(self, texts: list[str]) -> Floats:
        self.asked += texts
        return self._encoder.queries(texts)


def test_a_new_article_is_found_and_others_stay(
    built: Path, documents: list[Document], encoder: Encoder, tmp_path: Path
) -> None:
    counting = Counting(encoder)
    index = KnowledgeIndex.load(built, counting)
    new = index.revised([*documents, NEW], tmp_path / "delta.npz")
    assert counting.asked == [prepare(question) for question in NEW.questions]
    assert (new.changed, index.changed, new.version == index.version) == (("service.gift",), (), False)
    best = new.search("送人的礼物帮我包装一下").candidates[0]
    assert best.key == "service.gift"
    for text, key in (("快递走到哪里了呀", "shipping.track"), ("我想退货怎么弄", "refund.apply_return")):
        assert new.search(text).candidates[0].key == key
        assert key in index.keys


def test_a_question_moves_from_one_article_to_another(
    index: KnowledgeIndex, documents: list[Document], tmp_path: Path
) -> None:
    text = "退款几天能到"
    assert index.search(text).candidates[0].key == "refund.arrival_time"
    moved = [
        Document(one.key, one.title, one.category, tuple(q for q in one.questions if q != text))
        if one.key == "refund.arrival_time"
        else Document(one.key, one.title, one.category, (*one.questions, text))
        if one.key == "invoice.apply"
        else one
        for one in documents
    ]
    new = index.revised(moved, tmp_path / "delta.npz")
    assert new.search(text).candidates[0].key == "invoice.apply"
    assert new.changed == ("invoice.apply", "refund.arrival_time")


def test_a_withdrawn_article_is_gone_and_the_cache_serves_the_next_start(
    built: Path, documents: list[Document], encoder: Encoder, tmp_path: Path
) -> None:
    cache = tmp_path / "delta.npz"
    first = KnowledgeIndex.load(built, encoder).revised([*documents[1:], NEW], cache)
    assert "shipping.track" not in {one.key for one in first.search("快递走到哪里了呀").candidates}
    counting = Counting(encoder)
    second = KnowledgeIndex.load(built, counting).revised([*documents[1:], NEW], cache)
    assert counting.asked == []
    assert second.version == first.version
    np.testing.assert_allclose(second.encode_all(["礼品包装"]), first.encode_all(["礼品包装"]), atol=1e-6)
