"""Searching an index: candidates with honest confidences, and whether the knowledge covers the message at all."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kb_index import delta, vectors
from kb_index.artefact import IndexMismatch, IndexMissing, Manifest, read_arrays, read_documents
from kb_index.classifier import Classifier
from kb_index.documents import Document
from kb_index.encoders import Encoder
from kb_index.features import CharFeatures, Floats, VectorSpace, asking_part, gist, prepare
from kb_index.fusion import PARTS, Fusion, Scores
from kb_index.groups import Groups
from kb_index.lexical import LexicalIndex
from kb_index.neighbours import neighbours
from kb_index.scores import combine
from kb_index.text import clauses

NEIGHBOURS = 128
"""Questions that FAISS returns; those beyond share the last one's cosine, which no candidate worth showing needs."""


@dataclass(frozen=True)
class Candidate:
    """One key that may answer.

    `score` orders candidates within one query. `confidence` is P(this key is the right answer), comparable across
    queries. `lexical`, `vector` and `classifier` are the parts before fusion: BM25 (log), cosine, log-probability.
    `matched` is the key's stored question nearest to the message.
    """

    key: str
    title: str
    score: float
    confidence: float
    lexical: float
    vector: float
    classifier: float
    matched: str


@dataclass(frozen=True)
class SearchResult:
    """`in_domain` is P(the knowledge covers the message); an empty message has no candidates and 0."""

    text: str
    normalised: str
    clauses: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    in_domain: float


@dataclass(frozen=True)
class Nearest:
    """The stored question nearest to a text; `cosine` is centred and adapted: 0 is unrelated, 1 the same."""

    key: str
    question: str
    cosine: float


class KnowledgeIndex:
    """A loaded index. Immutable and safe to search from several threads."""

    def __init__(
        self,
        manifest: Manifest,
        documents: Sequence[Document],
        encoder: Encoder,
        arrays: Mapping[str, NDArray[np.generic]],
        questions: faiss.Index,
        folder: Path,
    ) -> None:
        self.manifest = manifest
        self.version = manifest.version
        self.changed: tuple[str, ...] = ()
        self._encoder = encoder
        self._questions = questions
        self._arrange(documents)
        self._chars = CharFeatures.restore(arrays)
        self._space = VectorSpace(_floats(arrays["space.mean"]), _floats(arrays["space.matrix"]))
        self._classifier = Classifier(
            *(_floats(arrays[f"classifier.{part}"]) for part in ("vector", "chars", "bias"))
        )
        self._fusion = Fusion.restore(arrays)
        self._strangers = _floats(arrays["strangers"])
        stored_chars = sparse.csr_matrix(
            tuple(arrays[f"chars.{part}"] for part in ("data", "indices", "indptr")),
            shape=(len(self._stored), len(arrays["grams"])),
        )
        self._lexical = LexicalIndex.load(folder / "bm25", stored_chars)

    def _arrange(self, documents: Sequence[Document]) -> None:
        self.keys = tuple(document.key for document in documents)
        self._documents = tuple(documents)
        self._stored = tuple(question for document in documents for question in document.questions)
        self._labels = np.array([at for at, document in enumerate(documents) for _ in document.questions])
        self._own = [np.flatnonzero(self._labels == at) for at in range(len(documents))]
        self._groups = Groups.of(self._labels, len(documents))

    @classmethod
    def load(cls, path: Path, encoder: Encoder) -> "KnowledgeIndex":
        """Reads an artefact directory written by `build`.

        Raises:
            IndexMissing: the directory or a file in it is missing or unreadable.
            IndexMismatch: built with another encoder or format.
        """
        manifest = Manifest.read(path)
        if (manifest.encoder, manifest.dimensions) != (encoder.name, encoder.dimensions):
            raise IndexMismatch(f"index was built with {manifest.encoder}, the encoder is {encoder.name}")
        try:
            questions = faiss.read_index(str(path / "questions.faiss"))
            return cls(manifest, read_documents(path), encoder, read_arrays(path), questions, path)
        except (OSError, RuntimeError, KeyError) as error:
            raise IndexMissing(f"index at {path} is incomplete") from error

    def revised(self, documents: Sequence[Document], cache: Path) -> "KnowledgeIndex":
        """The index brought up to `documents`, embedding only questions that it does not hold under their key.

        Models and probabilities stay those of the build. `cache` is a file that keeps the new vectors, so that the
        next call, or the next start, need not compute them. `changed` of the result names the keys that differ.
        """
        documents = [document for document in documents if document.questions]
        if tuple(documents) == self._documents:
            return self
        known = {one.key: {delta.stored(text)[0] for text in one.questions} for one in self._documents}
        asked = delta.new_texts(known, documents)
        raw, _ = vectors.embed([text for _, text in asked], self._encoder, cache, lambda share: None)
        found = copy.copy(self)
        found._arrange(documents)
        found.version = delta.version_of(self.version, documents)
        before = {document.key: document for document in self._documents}
        after = {document.key: document for document in documents}
        found.changed = tuple(sorted(k for k in before | after if before.get(k) != after.get(k)))
        found._store(self, dict(zip((text for _, text in asked), self._space.apply(raw), strict=True)))
        found._classifier = delta.learned(
            delta.arranged(self._classifier, self.keys, found.keys),
            found.keys,
            [delta.NewQuestion(key, text, row) for (key, text), row in zip(asked, raw, strict=True)],
            self._space,
            self._chars,
        )
        return found

    def _store(self, before: "KnowledgeIndex", placed: Mapping[str, Floats]) -> None:
        """Takes over the vectors and characters that `before` holds; `placed` are those of new texts."""
        rows = {delta.stored(question)[0]: row for row, question in enumerate(before._stored)}
        texts = [delta.stored(question)[0] for question in self._stored]
        old = before._questions.reconstruct_n(0, before._questions.ntotal)
        self._questions = neighbours(
            np.array([old[rows[text]] if text in rows else placed[text] for text in texts], dtype=np.float32)
        )
        new = list(dict.fromkeys(text for text in texts if text not in rows))
        places = rows | {text: len(before._stored) + at for at, text in enumerate(new)}
        chars = sparse.vstack([before._lexical.by_gram.tocsr(), self._chars.transform(new)], format="csr")
        words = [delta.stored(question)[1] for question in self._stored]
        self._lexical = LexicalIndex.build(texts, chars[[places[text] for text in texts]], words)

    def encode(self, text: str) -> Floats:
        """(dimensions,) the encoder's vector of the prepared `text`; pass it to `search` to encode only once."""
        vector: Floats = self._encoder.queries([gist(prepare(text))])[0]
        return vector

    def search(self, text: str, *, limit: int = 10, vector: Floats | None = None) -> SearchResult:
        """The `limit` best keys for a customer's `text`; `vector` is what `encode` gave for the same text."""
        plain = prepare(text)
        if not plain:
            return SearchResult(text, plain, (), (), 0.0)
        scores, cosines = self._scores(plain, self.encode(text) if vector is None else vector)
        fused = self._fusion.rank(scores.parts)
        in_domain, confidence = self._fusion.judge(fused, scores)
        order = np.argsort(-fused[0], kind="stable")[:limit]
        candidates = tuple(
            self._candidate(at, fused[0, at], confidence[0, at], scores.parts[0, at], cosines)
            for at in order.tolist()
        )
        return SearchResult(text, plain, tuple(clauses(text)), candidates, float(in_domain[0]))

    def scores(self, text: str) -> Scores:
        """The parts of every key before fusion (n = 1), for evaluation."""
        return self._scores(prepare(text), self.encode(text))[0]

    def nearest(self, query: str | Floats) -> Nearest:
        """The stored question nearest to a text, or to a vector that `encode` gave."""
        vector = self.encode(query) if isinstance(query, str) else query
        return self.neighbours(vector[None], 1)[0][0]

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self.manifest.dimensions

    def encode_all(self, texts: Sequence[str]) -> Floats:
        """(n, dimensions) what `encode` gives for each of n texts."""
        found: Floats = self._encoder.queries([gist(prepare(text)) for text in texts])
        return found

    def place(self, raw: Floats) -> Floats:
        """(n, dimensions) vectors of `encode_all` -> the same where cosines mean likeness, of length 1."""
        return self._space.apply(raw)

    def neighbours(self, raw: Floats, limit: int) -> list[list[Nearest]]:
        """For each row of `encode_all`, the `limit` nearest stored questions, nearest first."""
        cosines, rows = self._questions.search(self._space.apply(raw), min(limit, len(self._stored)))
        return [
            [
                Nearest(self.keys[self._labels[row]], self._stored[row], float(cosine))
                for cosine, row in zip(near, at, strict=True)
            ]
            for near, at in zip(cosines.tolist(), rows.tolist(), strict=True)
        ]

    def _scores(self, plain: str, vector: Floats) -> tuple[Scores, Floats]:
        raw = vector[None]
        placed = self._space.apply(raw)
        chars, asking = self._chars.row(plain), self._chars.row(asking_part(plain))
        logits = self._classifier.logits(self._space.both(raw, placed)[0], (chars, asking))
        cosines = self._cosines(placed)
        scores = combine(
            self._groups,
            logits[:1],
            logits[1:],
            cosines[None],
            self._lexical.words(plain)[None],
            self._lexical.characters(chars)[None],
            placed @ self._strangers.T,
            [plain],
        )
        return scores, cosines

    def _cosines(self, placed: Floats) -> Floats:
        """(questions,) cosines; beyond the `NEIGHBOURS` nearest, an upper bound."""
        found, rows = self._questions.search(placed, min(NEIGHBOURS, len(self._stored)))
        cosines = np.full(len(self._stored), found[0, -1], dtype=np.float32)
        cosines[rows[0]] = found[0]
        return cosines

    def _candidate(
        self, at: int, score: float, confidence: float, parts: Floats, cosines: Floats
    ) -> Candidate:
        document = self._documents[at]
        own = self._own[at]
        return Candidate(
            key=document.key,
            title=document.title,
            score=float(score),
            confidence=float(confidence),
            lexical=float(parts[PARTS.index("words")]),
            vector=float(parts[PARTS.index("vector")]),
            classifier=float(parts[PARTS.index("classifier")]),
            matched=self._stored[own[np.argmax(cosines[own])]],
        )


def _floats(array: NDArray[np.generic]) -> Floats:
    return np.asarray(array, dtype=np.float32)
