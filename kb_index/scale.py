"""How the index of questions behaves at a size: building, searching, and what it misses (`kefu bench-index`)."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from kb_index.encoders import Encoder
from kb_index.features import Floats, unit
from kb_index.neighbours import is_exact, neighbours
from kb_index.wordings import wordings

LONGEST = 20
"""Characters of the questions that wordings are made of: stored questions are short."""
QUERIES, NEAREST = 1000, 10
COMPARED = 200
"""Queries that are also answered by comparing all vectors with NumPy."""
_BATCH = 512

Progress = Callable[[float], None]
Place = Callable[[Floats], Floats]
"""From the encoder's vectors to those that are searched."""


@dataclass(frozen=True)
class Level:
    """Figures of one size. Seconds and milliseconds by the clock, and of processor time (``_cpu``).

    ``embedded`` of the questions were really encoded, the rest are mixtures. ``numpy`` compares all vectors.
    """

    questions: int
    embedded: int
    exact: bool
    build: float
    build_cpu: float
    p50: float
    p99: float
    p50_cpu: float
    p99_cpu: float
    recall: float
    numpy: float
    megabytes: float


class Wordings:
    """Invented wordings and their vectors, kept in a folder: begun once, made longer whenever more are wanted."""

    def __init__(self, folder: Path, questions: Sequence[str], encoder: Encoder) -> None:
        """`questions` count only for a new folder: in an old one it stays with those that it began with."""
        self._folder, self._encoder = folder, encoder
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / "questions.txt"
        if not kept.exists():
            short = dict.fromkeys(text for text in questions if 0 < len(text) <= LONGEST)
            kept.write_text("\n".join(short), encoding="utf-8")
        self.questions = kept.read_text(encoding="utf-8").split("\n")
        self._vectors = folder / f"vectors-{encoder.name}.f32"

    def embedded(self) -> int:
        """How many wordings have been encoded so far."""
        width = 4 * self._encoder.dimensions
        return self._vectors.stat().st_size // width if self._vectors.exists() else 0

    def embed(self, count: int, progress: Progress) -> None:
        """Encode the first `count` wordings; what an earlier run has done is kept."""
        done = self.embedded()
        if done >= count:
            return
        stream = (text for _, text in islice(wordings(self.questions), done, count))
        with self._vectors.open("ab") as file:
            file.truncate(done * 4 * self._encoder.dimensions)
            while batch := list(islice(stream, _BATCH)):
                file.write(self._encoder.queries(batch).astype("<f4").tobytes())
                file.flush()
                done += len(batch)
                progress(done / count)

    def vectors(self, count: int) -> Floats:
        """(n, d) vectors of the first wordings, as far as they are encoded."""
        stored = np.fromfile(self._vectors, dtype="<f4", count=count * self._encoder.dimensions)
        return stored.reshape(-1, self._encoder.dimensions)

    def mixed(self, known: Floats, count: int, seed: int = 11) -> Floats:
        """(count, d) stand-ins for wordings that were not encoded: mixtures of two wordings of one question."""
        rng = np.random.default_rng(seed)
        origin = np.fromiter(
            (at for at, _ in islice(wordings(self.questions), len(known))), dtype=np.int64, count=len(known)
        )
        order = np.argsort(origin, kind="stable")
        starts = np.searchsorted(origin[order], np.arange(len(self.questions) + 1))
        first = rng.integers(0, len(known), count)
        low, high = starts[origin[first]], starts[origin[first] + 1]
        second = order[low + (rng.random(count) * (high - low)).astype(np.int64)]
        share = rng.uniform(0.3, 0.7, (count, 1)).astype(np.float32)
        found = np.empty((count, known.shape[1]), dtype=np.float32)
        for rows in _chunks(count):
            found[rows] = unit(share[rows] * known[first[rows]] + (1 - share[rows]) * known[second[rows]])
        return found

    def queries(self) -> Floats:
        """(QUERIES, d) vectors of wordings that are not among the stored ones."""
        skip = len(self.questions)
        texts = [text for _, text in islice(wordings(self.questions, seed=8), skip, skip + QUERIES)]
        return self._encoder.queries(texts)


def measure(raw: Floats, queries: Floats, place: Place, embedded: int) -> Level:
    """Build an index of `raw` vectors and ask it; exact neighbours are those of the whole comparison."""
    vectors = np.empty_like(raw)
    for rows in _chunks(len(raw)):
        vectors[rows] = place(raw[rows])
    asked = place(queries)
    clock, processor = time.perf_counter(), time.process_time()
    index = neighbours(vectors)
    build, build_cpu = time.perf_counter() - clock, time.process_time() - processor
    took, worked, found = _asked(index, asked)
    by_numpy, truth = _by_numpy(vectors, asked[:COMPARED])
    hits = [len(set(got) & set(want)) / NEAREST for got, want in zip(found, truth, strict=False)]
    return Level(
        questions=len(raw), embedded=embedded, exact=is_exact(index), build=build, build_cpu=build_cpu,
        p50=_percentile(took, 50), p99=_percentile(took, 99), p50_cpu=_percentile(worked, 50),
        p99_cpu=_percentile(worked, 99), recall=float(np.mean(hits)), numpy=by_numpy,
        megabytes=_size(index) / 1e6,
    )  # fmt: skip


def _asked(index: faiss.Index, queries: Floats) -> tuple[list[float], list[float], list[list[int]]]:
    """Milliseconds by the clock and of the processor, and what was found, one query at a time on one thread."""
    took, worked, found = [], [], []
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        for query in queries:
            clock, processor = time.perf_counter(), time.thread_time()
            rows = index.search(query[None], NEAREST)[1]
            worked.append(1000 * (time.thread_time() - processor))
            took.append(1000 * (time.perf_counter() - clock))
            found.append(rows[0].tolist())
    finally:
        faiss.omp_set_num_threads(before)
    return took, worked, found


def _by_numpy(vectors: Floats, queries: Floats) -> tuple[float, list[list[int]]]:
    """The median milliseconds of comparing all vectors with NumPy, and the neighbours found."""
    took, found = [], []
    for query in queries:
        processor = time.process_time()
        cosines = vectors @ query
        nearest = np.argpartition(-cosines, NEAREST)[:NEAREST]
        took.append(1000 * (time.process_time() - processor))
        found.append(nearest.tolist())
    return _percentile(took, 50), found


def _percentile(values: Sequence[float], share: int) -> float:
    return float(np.percentile(values, share))


def _size(index: faiss.Index) -> float:
    written: NDArray[np.uint8] = faiss.serialize_index(index)
    return float(written.nbytes)


def _chunks(count: int, size: int = 50_000) -> Iterator[slice]:
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
