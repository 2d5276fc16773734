"""Many questions: exact while they are few, a graph beyond; invented wordings and their cached vectors."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from kb_index import neighbours as module
from kb_index.encoders import Encoder
from kb_index.features import unit
from kb_index.neighbours import is_exact, neighbours
from kb_index.scale import NEAREST, Wordings, measure
from kb_index.wordings import wordings

QUESTIONS = ["快递到哪里了", "怎么申请退货", "什么时候发货", "发票在哪里下载", "优惠券用不了怎么办"]


def test_wordings_are_distinct_and_the_same_every_time() -> None:
    stream = list(islice(wordings(QUESTIONS), 400))
    assert [text for _, text in stream[:5]] == QUESTIONS
    assert len({text for _, text in stream}) == 400
    assert stream[:100] == list(islice(wordings(QUESTIONS), 100))
    assert {at for at, _ in stream} == set(range(5))


def test_the_index_becomes_a_graph_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = unit(np.random.default_rng(3).normal(size=(600, 16)).astype(np.float32))
    exact = neighbours(vectors)
    monkeypatch.setattr(module, "EXACT_UP_TO", 500)
    graph = neighbours(vectors)
    assert is_exact(exact)
    assert not is_exact(graph)
    found, right = graph.search(vectors[:50], 10)[1], exact.search(vectors[:50], 10)[1]
    shared = [len(set(one) & set(two)) / 10 for one, two in zip(found, right, strict=True)]
    assert np.mean(shared) > 0.95
    assert np.allclose(graph.reconstruct_n(0, 600), vectors, atol=1e-2)


def test_vectors_are_kept_and_taken_up_again(tmp_path: Path, encoder: Encoder) -> None:
    told: list[float] = []
    kept = Wordings(tmp_path, QUESTIONS, encoder)
    kept.embed(700, told.append)
    again = Wordings(tmp_path, ["别的问题"], encoder)
    assert again.questions == QUESTIONS
    assert again.embedded() == 700
    again.embed(900, told.append)
    again.embed(100, lambda share: pytest.fail("nothing is left to do"))
    texts = [text for _, text in islice(wordings(QUESTIONS), 900)]
    assert np.allclose(again.vectors(900)[[0, 699, 899]], encoder.queries([texts[0], texts[699], texts[899]]))
    mixed = again.mixed(again.vectors(900), 50)
    assert np.allclose(np.linalg.norm(mixed, axis=1), 1.0, atol=1e-5)


def test_a_size_is_measured(tmp_path: Path, encoder: Encoder) -> None:
    kept = Wordings(tmp_path, QUESTIONS, encoder)
    kept.embed(600, lambda share: None)
    level = measure(kept.vectors(600), kept.queries()[:20], unit, 600)
    assert (level.questions, level.exact) == (600, True)
    assert level.recall > 0.6, f"ties among near wordings may swap some of the first {NEAREST}"
