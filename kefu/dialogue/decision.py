"""What a decision reads and what it gives. A decision writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from kb_index.search import SearchResult
from kefu.commerce.orders import Order
from kefu.commerce.ports import Tool
from kefu.conversations.schemas import Reply
from kefu.dialogue.memory import Memory
from kefu.dialogue.ports import Intent
from kefu.dialogue.signals import Signal
from kefu.knowledge.snapshot import Snapshot

Option = dict[str, Any]


class OptionMaker(Protocol):
    """Makes an option for the customer; ``order_no`` is the order that it is about, where it is about one."""

    def __call__(  # noqa: D102
        self, kind: str, key: str, title: str, reason: str | None, order_no: str | None = None
    ) -> Option: ...


@dataclass(frozen=True)
class Understanding:
    """What was understood of a customer's message. ``intent`` is None while the bot is away.

    ``asked`` is the message without what leads up to it ("好的，不是，我是问发票" asks "发票", and that one ``corrects`` what
    was understood before); it is ``bare`` when it is nothing but a word for its ``topic``. ``in_context`` is what is
    found behind the words for what was spoken of last, if anything was. ``elsewhere``: it says itself that another
    shop is meant. ``ranking`` are the bot's likeliest intents, ``model`` the one that found them; ``unaided`` gives
    those that the service finds by itself, for a turn that the bot misses.
    """

    text: str
    asked: str
    normalised: str
    result: SearchResult
    in_context: tuple[SearchResult, ...] = ()
    signal: Signal | None = None
    topic: str | None = None
    bare: bool = False
    elsewhere: bool = False
    corrects: bool = False
    intent: Intent | None = None
    ranking: tuple[Intent, ...] = ()
    entities: tuple[dict[str, Any], ...] = ()
    action: str | None = None
    model: str | None = None
    unaided: Callable[[], tuple[Intent, ...]] | None = None

    def intent_is(self, *names: str, at_least: float = 0.5) -> bool:
        """Whether the bot named one of these intents with enough confidence."""
        return self.intent is not None and self.intent.name in names and self.intent.confidence >= at_least

    def likelihood(self, *names: str) -> float:
        """Return the probability (0..1) that one of these intents is meant, which the bot may not name alone."""
        return sum(one.confidence for one in self.ranking if one.name in names)

    def entity(self, name: str) -> str | None:
        """Return the first value of an entity."""
        return next((str(one["value"]) for one in self.entities if one.get("entity") == name), None)


def nothing_typed(title: str = "", order_no: str | None = None) -> Understanding:
    """Return the understanding of a click: the option's title and its order, and nothing to search for."""
    named = ({"entity": "order_no", "value": order_no},) if order_no else ()
    return Understanding(title, title, title, SearchResult(title, title, (), (), 1.0), entities=named)


@dataclass(frozen=True)
class Thresholds:
    """When to answer, when to decline; between them the bot narrows. All are probabilities."""

    answer: float
    margin: float
    decline: float
    max_options: int


@dataclass(frozen=True)
class Facts:
    """What a decision may know of the world at this moment. ``orders`` is None when the shop did not answer.

    ``meant`` is the number of the order that was clicked or that the customer's page of the shop shows.
    """

    now: datetime
    knowledge: Snapshot
    thresholds: Thresholds
    option: OptionMaker
    external_id: str | None = None
    orders: tuple[Order, ...] | None = ()
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    channel: str = ""
    meant: str | None = None

    @property
    def verified(self) -> bool:
        """Whether the shop vouches for the customer."""
        return self.external_id is not None

    def order(self, order_no: str | None) -> Order | None:
        """Return the customer's order of this number."""
        return next((one for one in self.orders or () if one.order_no == order_no), None)

    def named(self, number: str | None) -> Order | None:
        """Return the customer's order that they name, by its number or by the end of it."""
        end = (number or "").upper().removeprefix("YS")
        return next((one for one in self.orders or () if end and one.order_no.endswith(end)), None)

    @property
    def likely(self) -> tuple[Order, ...]:
        """The orders, the one that is probably meant first: that of the click or the page, else the newest."""
        return tuple(sorted(self.orders or (), key=lambda one: one.order_no != self.meant))

    @property
    def focus(self) -> Order | None:
        """The order that is probably meant."""
        return next(iter(self.likely), None)


@dataclass(frozen=True)
class ToolCall:
    """An effect to have, once per turn: a command to the shop, or a complaint's ticket."""

    tool: str
    order_no: str | None
    values: dict[str, str]

    @property
    def shop_tool(self) -> Tool | None:
        """The shop's tool, None for what we keep ourselves (complaints)."""
        return Tool(self.tool) if self.tool in set(Tool) else None


@dataclass(frozen=True)
class Handover:
    """A conversation goes to people."""

    reason: str
    priority: int = 0


@dataclass(frozen=True)
class Verification:
    """An anonymous customer says which order is theirs."""

    order_no: str
    phone_tail: str


@dataclass(frozen=True)
class Decision:
    """What a turn does: replies, an effect, a handover, and what to remember."""

    outcome: str
    replies: tuple[Reply, ...]
    memory: Memory
    effect: ToolCall | None = None
    handover: Handover | None = None
    verification: Verification | None = None
    shown: tuple[tuple[str, str], ...] = ()
    chosen: tuple[str, str] | None = None
    close: bool = False


@dataclass
class Case:
    """One message under decision: what was understood, what is remembered, what is known."""

    understanding: Understanding
    memory: Memory
    facts: Facts

    def done(self, outcome: str, *replies: Reply, **more: Any) -> Decision:
        """Finish with these replies."""
        return Decision(outcome, tuple(replies), self.memory, **more)
