"""Builds an index from documents: embed, adapt, train, learn the fusion from out-of-fold scores, write."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import faiss
import numpy as np

from kb_index import adapt as adaptation
from kb_index import evaluate
from kb_index.artefact import FORMAT, IndexFault, Manifest, replacing, write_documents
from kb_index.classifier import Classifier
from kb_index.corpus import Corpus, assemble
from kb_index.documents import Document
from kb_index.encoders import Encoder
from kb_index.features import CharFeatures, VectorSpace
from kb_index.folds import FOLDS, HeldOut, held_out, neighbours_right, space_of
from kb_index.fusion import Fusion
from kb_index.lexical import LexicalIndex
from kb_index.neighbours import neighbours

OUT_OF_SCOPE_SHARE = 0.15
"""How common out-of-scope messages are taken to be when probabilities are fitted."""
SMALLEST_GAIN = 0.002
"""Adaptation must raise the vectors' cross-validated share of right first answers by this much to be kept."""

Progress = Callable[[str, float], None]


class EmptyKnowledge(IndexFault):
    """There is nothing to build an index from."""

    code = "knowledge_empty"


class _Clock:
    """Seconds per phase, and the caller's progress."""

    def __init__(self, progress: Progress | None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress or (lambda phase, share: None)

    @contextmanager
    def phase(self, name: str) -> Iterator[Callable[[float], None]]:
        started = time.perf_counter()
        self._progress(name, 0.0)
        yield lambda share: self._progress(name, share)
        self.seconds[name] = round(time.perf_counter() - started, 2)
        self._progress(name, 1.0)


def build(
    documents: Sequence[Document],
    negatives: Sequence[str],
    encoder: Encoder,
    out: Path,
    *,
    adapt: bool = True,
    seed: int = 7,
    progress: Progress | None = None,
    folds: int = FOLDS,
) -> Manifest:
    """Writes the index of `documents` to the directory `out`, replacing what is there at once, and describes it.

    `negatives` are texts that the knowledge does not cover; the more like customers' they are, the more honest the
    probabilities. Vectors are kept in `out.parent` for the next build. `progress` gets (phase, share done 0..1). With
    fewer `folds` the probabilities are learned from a part of the questions, in less time.

    Raises:
        EmptyKnowledge: no document has a question.
    """
    documents = [document for document in documents if document.questions]
    if not documents:
        raise EmptyKnowledge("no document with a question")
    clock = _Clock(progress)
    with clock.phase("embed") as done:
        corpus, chars = assemble(documents, negatives, encoder, out.parent, done)
        lexical = LexicalIndex.build(corpus.texts[: corpus.questions], corpus.chars[: corpus.questions])
    with clock.phase("cross_validate") as done:
        held, adapted, reason = _cross_validate(
            corpus, lexical, adapt=adapt, seed=seed, progress=done, folds=folds
        )
    with clock.phase("train"):
        fusion = Fusion.fit(held.scores, held.gold(corpus), OUT_OF_SCOPE_SHARE)
        inside = slice(0, corpus.questions)
        space = space_of(corpus.raw[inside], corpus.labels[inside], adapted=adapted, seed=seed)
        placed = space.apply(corpus.raw)
        classifier = Classifier.fit(space.both(corpus.raw, placed), corpus.chars, corpus.labels, corpus.keys)
    manifest = Manifest(
        version=_version(documents, negatives, encoder, adapted=adapted, seed=seed),
        encoder=encoder.name,
        dimensions=encoder.dimensions,
        keys=corpus.keys,
        questions=corpus.questions,
        negatives=len(corpus.texts) - corpus.questions,
        adapted=adapted,
        adaptation=reason,
        figures=evaluate.figures(held.judged(corpus, fusion, [document.key for document in documents])),
        seconds=clock.seconds,
    )
    with replacing(out) as folder:
        faiss.write_index(neighbours(placed[inside]), str(folder / "questions.faiss"))
        _write_arrays(folder, chars, corpus, space, classifier, fusion)
        lexical.save(folder / "bm25")
        write_documents(folder, documents)
        manifest.write(folder)
    return manifest


def _cross_validate(
    corpus: Corpus,
    lexical: LexicalIndex,
    *,
    adapt: bool,
    seed: int,
    progress: Callable[[float], None],
    folds: int,
) -> tuple[HeldOut, bool, str]:
    """Held-out scores, with adaptation if it pays, and why it was or was not taken."""
    refused = "" if adaptation.available() else "torch or sentence-transformers is not installed"
    if adapt and not refused:
        held = held_out(corpus, lexical, adapted=True, seed=seed, progress=progress, scored=folds)
        plain, reached = neighbours_right(corpus, seed), held.right_by(corpus, "vector")
        refused = f"vectors alone right at once: {plain:.3f} plain, {reached:.3f} adapted"
        if reached - plain >= SMALLEST_GAIN:
            return held, True, refused
    held = held_out(corpus, lexical, adapted=False, seed=seed, progress=progress, scored=folds)
    return held, False, refused if adapt else "not asked for"


def _write_arrays(
    folder: Path,
    chars: CharFeatures,
    corpus: Corpus,
    space: VectorSpace,
    classifier: Classifier,
    fusion: Fusion,
) -> None:
    stored = corpus.chars[: corpus.questions]
    np.savez(
        folder / "arrays.npz",
        allow_pickle=False,
        **chars.arrays(),
        **fusion.arrays(),
        **{f"chars.{part}": getattr(stored, part) for part in ("data", "indices", "indptr")},
        **{"space.mean": space.mean, "space.matrix": space.matrix},
        **{"classifier.vector": classifier.on_vector, "classifier.chars": classifier.on_chars},
        **{"classifier.bias": classifier.bias, "strangers": space.apply(corpus.raw[corpus.questions :])},
    )


def _version(
    documents: Sequence[Document], negatives: Sequence[str], encoder: Encoder, *, adapted: bool, seed: int
) -> str:
    content = [
        FORMAT,
        encoder.name,
        [asdict(document) for document in documents],
        list(negatives),
        adapted,
        seed,
    ]
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
    ).hexdigest()
