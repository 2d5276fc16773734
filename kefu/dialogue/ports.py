"""What a turn needs from outside: the bot that names intents and actions."""

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class BotUnavailable(Exception):
    """The bot process did not answer in time, or not at all; the turn goes on without it."""


@dataclass(frozen=True)
class Intent:
    """What the bot thinks the customer wants."""

    name: str
    confidence: float


@dataclass(frozen=True)
class BotReading:
    """What the bot found in a message."""

    intent: Intent
    ranking: tuple[Intent, ...] = ()
    entities: tuple[dict[str, Any], ...] = ()
    action: str | None = None


@dataclass(frozen=True)
class BotRequest:
    """One message for the bot, with its embedding and what the conversation remembers."""

    turn_id: str
    text: str
    vector: NDArray[np.float32] | None
    state: dict[str, Any] = field(default_factory=dict)


class Bot(Protocol):
    """The process that finds intent and entities and names the action, which it then calls back."""

    @property
    def model(self) -> str:
        """The id of the model that answers, empty when unknown."""
        ...

    async def ask(self, request: BotRequest) -> BotReading:
        """Run one message through the bot. Raises ``BotUnavailable``."""
        ...


class NoBot:
    """The bot when there is none: every turn uses the service's own understanding."""

    model = ""

    async def ask(self, request: BotRequest) -> BotReading:
        """Say that nobody is there."""
        raise BotUnavailable
