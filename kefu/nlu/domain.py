"""What the bot's files may name: Rasa's domain, as engineers write it, and the names of editors' own intents."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kefu.core import yamltext
from kefu.core.settings import ROOT

DEFAULT_INTENTS = frozenset({"nlu_fallback", "restart", "back", "session_start"})
DEFAULT_ACTIONS = frozenset(
    [
        "action_listen",
        "action_restart",
        "action_session_start",
        "action_default_fallback",
        "action_deactivate_loop",
        "action_back",
        "action_two_stage_fallback",
        "action_default_ask_affirmation",
        "action_default_ask_rephrase",
        "action_unlikely_intent",
        "action_extract_slots",
    ]
)


@dataclass(frozen=True)
class Domain:
    """The names that exist."""

    intents: frozenset[str]
    entities: tuple[str, ...]
    actions: frozenset[str]
    forms: frozenset[str]
    slots: frozenset[str]

    @property
    def performed(self) -> frozenset[str]:
        """Everything that a step may name as an action."""
        return self.actions | self.forms | DEFAULT_ACTIONS


def read(path: Path | None = None) -> Domain:
    """Return the domain of the checkout."""
    body = yamltext.load((path or ROOT / "domain.yml").read_text(encoding="utf-8"))
    return Domain(
        intents=frozenset(_names(body.get("intents"))),
        entities=tuple(_names(body.get("entities"))),
        actions=frozenset(_names(body.get("actions"))) | frozenset(body.get("responses") or ()),
        forms=frozenset(body.get("forms") or ()),
        slots=frozenset(body.get("slots") or ()),
    )


def _names(entries: Any) -> list[str]:
    return [str(next(iter(one)) if isinstance(one, dict) else one) for one in entries or ()]


def with_intents(text: str, intents: Iterable[str]) -> str:
    """Return a domain file that also names these intents; as it was when it names them all."""
    body = yamltext.load(text)
    known: Collection[str] = _names(body.get("intents"))
    missing = [name for name in dict.fromkeys(intents) if name not in known]
    if not missing:
        return text
    body.setdefault("intents", []).extend(missing)
    return yamltext.dump(body)
