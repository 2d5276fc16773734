"""Vectors of stored texts, kept between builds: after one changed article only that one is embedded again."""

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from kb_index.encoders import Encoder
from kb_index.features import Floats

_BATCH = 64


def cache_path(folder: Path, encoder: str) -> Path:
    """The file in `folder` for vectors of the encoder of that name: those of two encoders never meet."""
    return folder / f"vectors-{re.sub(r'[^A-Za-z0-9]+', '-', encoder).strip('-')}.npz"


def delta_path(folder: Path, encoder: str) -> Path:
    """The file beside it for the questions that came after the last build."""
    return cache_path(folder, encoder).with_suffix(".delta.npz")


def embed(
    texts: Sequence[str], encoder: Encoder, cache: Path, progress: Callable[[float], None]
) -> tuple[Floats, int]:
    """(n, dimensions) query vectors of `texts` and how many had to be computed; the cache then holds just these."""
    digests = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
    known = _read(cache, encoder.dimensions)
    missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
    todo = list(missing.items())
    for start in range(0, len(todo), _BATCH):
        batch = todo[start : start + _BATCH]
        vectors = encoder.queries([text for _, text in batch])
        known.update(zip((digest for digest, _ in batch), vectors, strict=True))
        progress(min(1.0, (start + _BATCH) / len(todo)))
    if todo:
        _write(cache, {digest: known[digest] for digest in digests})
    rows = [known[digest] for digest in digests]
    return np.array(rows, dtype=np.float32).reshape(len(texts), encoder.dimensions), len(todo)


def _read(cache: Path, dimensions: int) -> dict[str, Floats]:
    if not cache.exists():
        return {}
    with np.load(cache) as stored:
        digests, vectors = stored["digests"].tolist(), stored["vectors"]
    if vectors.ndim != 2 or vectors.shape[1] != dimensions:
        return {}
    return dict(zip(digests, vectors, strict=True))


def _write(cache: Path, vectors: dict[str, Floats]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    fresh = cache.with_name(f".{cache.name}.{os.getpid()}.npz")
    np.savez(fresh, digests=np.array(list(vectors)), vectors=np.array(list(vectors.values())))
    fresh.replace(cache)
