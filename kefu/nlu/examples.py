"""The training examples under ``data/nlu`` as plain texts, by intent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
# Anger, yes and no say nothing about whether the shop is meant, so they are no examples of what it does not cover.
NOT_KNOWLEDGE = ("out_of_scope", "chitchat", "bot_identity", "greet", "thanks", "goodbye")


def by_intent(directory: Path) -> dict[str, list[str]]:
    """Return the examples of every intent under a directory, entity marks removed."""
    return of_texts(path.read_text(encoding="utf-8") for path in sorted(directory.glob("*.yml")))


def of_texts(texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the examples of every intent of some files, entity marks removed."""
    found: dict[str, list[str]] = {}
    for text in texts:
        body = yaml.load(text, Loader=yaml.CSafeLoader) or {}
        for entry in body.get("nlu", ()):
            if "intent" in entry:
                lines = str(entry.get("examples", "")).splitlines()
                said = [ENTITY.sub(r"\1", line.lstrip("- ").strip()) for line in lines if line.strip()]
                found.setdefault(entry["intent"], []).extend(said)
    return found


def negatives(examples: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the texts that the knowledge base must not answer."""
    return [text for intent in NOT_KNOWLEDGE for text in examples.get(intent, ())]
