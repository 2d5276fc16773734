"""The index on disk: one directory, written whole, read without pickle.

manifest.json    what it is, what it was built from, the figures it reached
documents.json   keys, titles and questions
arrays.npz       every model's weights
questions.faiss  the vectors of the questions
bm25/            word statistics
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb_index.documents import Document

Arrays = dict[str, NDArray[np.generic]]
"""Weights of a model, by name."""
FORMAT = 2


class IndexFault(RuntimeError):
    """An artefact cannot be used; `code` is stable for callers."""

    code = "index_unusable"


class IndexMissing(IndexFault):
    """No artefact stands at the path, or it is incomplete."""

    code = "index_missing"


class IndexMismatch(IndexFault):
    """The artefact was built by another format version or with another encoder."""

    code = "index_mismatch"


@dataclass(frozen=True)
class Manifest:
    """What an index is. `figures` are cross-validated; `seconds` per phase."""

    version: str
    encoder: str
    dimensions: int
    keys: int
    questions: int
    negatives: int
    adapted: bool
    adaptation: str
    figures: Mapping[str, float]
    seconds: Mapping[str, float]
    format: int = FORMAT

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Reads and checks `manifest.json`.

        Raises:
            IndexMissing: there is none.
            IndexMismatch: it was written by another version of this library.
        """
        try:
            fields = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexMissing(f"no index at {folder}") from error
        if fields.get("format") != FORMAT:
            raise IndexMismatch(f"index format {fields.get('format')}, expected {FORMAT}")
        return cls(**fields)

    def write(self, folder: Path) -> None:
        """Writes `manifest.json`."""
        _write_json(folder / "manifest.json", asdict(self))


def usable(folder: Path, encoder: str) -> bool:
    """Whether an index stands in `folder` that this library reads and that was built with this encoder."""
    try:
        return Manifest.read(folder).encoder == encoder
    except (IndexMissing, IndexMismatch):
        return False


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def write_documents(folder: Path, documents: Sequence[Document]) -> None:
    """Writes `documents.json`."""
    _write_json(folder / "documents.json", [asdict(document) for document in documents])


def read_documents(folder: Path) -> tuple[Document, ...]:
    """Reads `documents.json`."""
    rows = json.loads((folder / "documents.json").read_text(encoding="utf-8"))
    return tuple(Document(**{**row, "questions": tuple(row["questions"])}) for row in rows)


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A directory to fill; it takes the place of `out` when the block ends well and vanishes when it does not."""
    fresh = out.with_name(f".{out.name}.new-{os.getpid()}")
    stale = out.with_name(f".{out.name}.old-{os.getpid()}")
    for leftover in (fresh, stale):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        yield fresh
        if out.exists():
            out.rename(stale)
        fresh.rename(out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(stale, ignore_errors=True)


def read_arrays(folder: Path) -> Arrays:
    """Reads `arrays.npz`."""
    with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
        return dict(stored)
