"""Serves the made model: ONNX Runtime on the processor, no torch."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from kb_index.e5.vocabulary import BEGIN, END, Tokens
from kb_index.encoders import Cached, Vectors

_WINDOW = 510
"""Tokens of the text in one pass; the model has 512 positions."""
_FEW = 8
"""So many texts are encoded one after the other: threads would not pay."""


class E5(Cached):
    """multilingual-e5-small at 8 bits: 384 dimensions.

    Each text goes through the model alone: its vector does not depend on others (8-bit activations share a scale within
    one pass), nothing is spent on padding, and several threads, which the runtime lets run side by side, take the
    place of batches. A text beyond 510 tokens is cut into windows of that many, whose means are averaged by length.
    """

    def __init__(self, name: str, folder: Path, cache_size: int, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # The graph is as it should run; the fusions of higher levels would undo that (see graph.normed).
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        # An arena would keep the memory of the longest text ever seen, for nothing in return.
        options.enable_cpu_mem_arena = False
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokens = Tokens(folder)
        (output,) = self._session.get_outputs()
        super().__init__(name, output.shape[1], cache_size)

    def _encode(self, texts: list[str], *, query: bool) -> Vectors:
        prefix = "query: " if query else "passage: "
        prefixed = [prefix + text for text in texts]
        workers = len(os.sched_getaffinity(0))
        if len(texts) < _FEW or workers == 1:
            rows = [self._vector(text) for text in prefixed]
        else:
            with ThreadPoolExecutor(workers) as pool:
                rows = list(pool.map(self._vector, prefixed))
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dimensions)

    def _vector(self, text: str) -> Vectors:
        ids = self._tokens.of(text)
        windows = [ids[start : start + _WINDOW] for start in range(0, len(ids), _WINDOW)]
        means = np.array([self._mean(window) for window in windows])
        mean = np.array([len(window) for window in windows], dtype=np.float32) @ means
        vector: Vectors = mean / np.linalg.norm(mean)
        return vector

    def _mean(self, window: Sequence[int]) -> Vectors:
        given = np.array([[BEGIN, *window, END]], dtype=np.int64)
        mean: Vectors = self._session.run(None, {"ids": given})[0][0]
        return mean
