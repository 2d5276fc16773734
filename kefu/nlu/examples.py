"""The training examples under ``data/nlu`` as plain texts, by intent."""

import re
from pathlib import Path

import yaml

ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
# Anger, yes and no say nothing about whether the shop is meant, so they are no examples of what it does not cover.
NOT_KNOWLEDGE = ("out_of_scope", "chitchat", "bot_identity", "greet", "thanks", "goodbye")


def by_intent(directory: Path) -> dict[str, list[str]]:
    """Return the examples of every intent, entity marks removed."""
    found: dict[str, list[str]] = {}
    for path in sorted(directory.glob("*.yml")):
        body = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) or {}
        for entry in body.get("nlu", ()):
            if "intent" in entry:
                lines = str(entry.get("examples", "")).splitlines()
                texts = [ENTITY.sub(r"\1", line.lstrip("- ").strip()) for line in lines if line.strip()]
                found.setdefault(entry["intent"], []).extend(texts)
    return found


def negatives(directory: Path) -> list[str]:
    """Return the texts that the knowledge base must not answer."""
    examples = by_intent(directory)
    return [text for intent in NOT_KNOWLEDGE for text in examples.get(intent, ())]
