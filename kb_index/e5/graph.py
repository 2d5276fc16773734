"""The model as an ONNX graph: ids of one text in, its vector out.

Nodes are written as ONNX Runtime runs them fastest on a CPU (its own operators where they join several), so that it
has nothing left to rewrite.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from kb_index.e5.packed import BLOCK, Floats, Quantised, Weights

INPUT, OUTPUT = "ids", "vector"
_RUNTIME = "com.microsoft"
_OPSET, _IR = 21, 10
_LARGEST = 63
"""Weights use 7 of 8 bits: on processors without VNNI the sum of two products of 8 bits does not fit into 16."""


class _Graph:
    """Nodes and constants under construction. Every method returns the name of what it adds."""

    def __init__(self, weights: Weights, *, quantised: bool) -> None:
        self._weights = weights
        self._quantised = quantised
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def node(
        self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **options: Any
    ) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **options))
        return output

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def nibbles(self, name: str, value: NDArray[np.uint8]) -> str:
        packed = value[:, 0::2] | (value[:, 1::2] << 4)
        self.constants.append(
            helper.make_tensor(name, TensorProto.UINT4, value.shape, packed.tobytes(), raw=True)
        )
        return name

    def vector(self, name: str) -> str:
        return self.constant(name, self._weights.vectors[name])

    def linear(self, inputs: str, names: Sequence[str], output: str) -> str:
        """Several linear layers on the same input, their outputs side by side."""
        matrix = np.concatenate([self._weights.matrices[f"{name}.w"].floats() for name in names]).T
        bias = np.concatenate([self._weights.vectors[f"{name}.b"] for name in names])
        product = self._product(inputs, matrix, output)
        return self.node("Add", [product, self.constant(f"{output}.bias", bias)], output)

    def even_linear(self, inputs: str, name: str, output: str) -> str:
        """A linear layer whose input is scaled to a largest value of 1 in each token.

        The first and the last token reach ten times the values of the others; with one scale for all tokens they would
        leave the others five bits.
        """
        size = self.node("Abs", [inputs], f"{output}.size")
        largest = self.node("ReduceMax", [size, "last axis"], f"{output}.largest", keepdims=1)
        even = self.node("Div", [inputs, largest], f"{output}.even")
        product = self._product(even, self._weights.matrices[f"{name}.w"].floats().T, output)
        scaled = self.node("Mul", [product, largest], f"{output}.scaled")
        return self.node("Add", [scaled, self.vector(f"{name}.b")], output)

    def _product(self, inputs: str, matrix: Floats, output: str) -> str:
        if not self._quantised:
            return self.node(
                "MatMul", [inputs, self.constant(f"{output}.weights", matrix)], f"{output}.product"
            )
        scale = np.abs(matrix).max(axis=0) / _LARGEST
        stored = self.constant(f"{output}.weights", np.rint(matrix / scale).astype(np.int8))
        scales = self.constant(f"{output}.scale", scale)
        zeros = self.constant(f"{output}.zero", np.zeros(scale.shape, dtype=np.int8))
        return self.node(
            "DynamicQuantizeMatMul", [inputs, stored, scales, zeros], f"{output}.product", _RUNTIME
        )

    def normed(self, inputs: str, name: str, output: str) -> str:
        # Not SkipLayerNormalization, which adds as well: it takes three times as long as Add and this.
        gain, bias = self.vector(f"{name}.w"), self.vector(f"{name}.b")
        return self.node("LayerNormalization", [inputs, gain, bias], output, epsilon=self._weights.epsilon)

    def embedded(self, words: Quantised) -> str:
        """The sum of each token's own, its position's and the only type's vector."""
        width = self._weights.width
        table = self.nibbles("words", words.nibbles)
        zeros = self.nibbles("words.zero", np.full(words.scales.shape, 8, dtype=np.uint8))
        token = self.node(
            "GatherBlockQuantized", [table, INPUT, self.constant("words.scale", words.scales), zeros], "token",
            _RUNTIME, gather_axis=0, quantize_axis=1, block_size=BLOCK,
        )  # fmt: skip
        places = (
            self._weights.vectors["emb.pos"].reshape(-1, width) + self._weights.vectors["emb.type"][:width]
        )
        length = self.node("Shape", [INPUT], "length", start=1, end=2)
        start, axis = self.constant("start", np.array([0])), self.constant("axis", np.array([0]))
        place = self.node("Slice", [self.constant("places", places), start, length, axis], "place")
        return self.normed(self.node("Add", [token, place], "token+place"), "emb.ln", "embedded")

    def layer(self, inputs: str, name: str) -> str:
        """One layer: attention and feed-forward, each added to its input and normalised."""
        parts = [f"{name}.{part}" for part in ("query", "key", "value")]
        together = self.linear(inputs, [f"{name}.{part}" for part in "qkv"], f"{name}.together")
        self.nodes.append(helper.make_node("Split", [together, "widths"], parts, axis=2))
        seen = self.node("MultiHeadAttention", parts, f"{name}.seen", _RUNTIME, num_heads=self._weights.heads)
        attended = self.linear(seen, [f"{name}.ao"], f"{name}.attended")
        middle = self.normed(
            self.node("Add", [inputs, attended], f"{name}.middle.sum"), f"{name}.aln", f"{name}.middle"
        )
        wide = self.even_linear(middle, f"{name}.fi", f"{name}.wide")
        active = self.node("Gelu", [wide], f"{name}.active", _RUNTIME)
        narrow = self.even_linear(active, f"{name}.fo", f"{name}.narrow")
        return self.normed(
            self.node("Add", [middle, narrow], f"{name}.out.sum"), f"{name}.oln", f"{name}.out"
        )


def write(weights: Weights, rows: NDArray[np.int64], path: Path, *, quantised: bool = True) -> None:
    """Writes the model with the kept `rows` of the vocabulary: (1, tokens) ids to the mean (1, width) of what they become.

    Word vectors keep their 4 bits. The layers' weights get 7 bits and a scale for each output, inputs 8 bits and a
    scale for each text (in the feed-forward part: for each token); not `quantised`, both are float32.
    """
    graph = _Graph(weights, quantised=quantised)
    graph.constant("widths", np.array([weights.width] * 3))
    graph.constant("last axis", np.array([2]))
    words = Quantised(weights.words.nibbles[rows], weights.words.scales[rows])
    hidden = graph.embedded(words)
    for layer in range(weights.layers):
        hidden = graph.layer(hidden, f"l{layer}")
    graph.node("ReduceMean", [hidden, graph.constant("tokens", np.array([1]))], OUTPUT, keepdims=0)
    made = helper.make_graph(
        graph.nodes, "e5",
        [helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, weights.width])],
        graph.constants,
    )  # fmt: skip
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_RUNTIME, 1)]
    onnx.save(helper.make_model(made, opset_imports=opsets, ir_version=_IR), path)
