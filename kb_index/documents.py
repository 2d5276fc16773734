"""What the index is built from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    """One knowledge article as retrieval sees it: `questions` holds the canonical wording first, then similar ones."""

    key: str
    title: str
    category: str
    questions: tuple[str, ...]
