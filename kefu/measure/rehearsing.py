"""The sets of single messages run inside the process, through the same decision as a turn, with nothing stored."""

import asyncio
import time
from dataclasses import dataclass

from kefu.dialogue.brain import Brain
from kefu.dialogue.decision import Decision
from kefu.dialogue.ports import Bot
from kefu.dialogue.turn import Turns
from kefu.measure.visitor import TOP, Exchange, Json, Service, Visitor

SETS = ("knowledge", "vague", "out_of_scope", "handoff", "typing")
"""The sets that can be rehearsed; several turns need a conversation that is kept."""


@dataclass(frozen=True)
class Rehearsal(Service):
    """A brain and a bot that are asked as customers ask, each message by somebody new."""

    turns: Turns
    brain: Brain
    bot: Bot

    async def open(self, external_id: str | None = None, inbox: str = "web") -> Visitor:
        """Begin a visit; only anonymous ones can be rehearsed."""
        if external_id is not None:
            raise ValueError("a rehearsal knows no customers")
        return _Visitor(self)


class _Visitor(Visitor):
    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    async def say(self, text: str) -> Exchange:
        began = time.perf_counter()
        ours = self._rehearsal
        decision, _ = await ours.turns.rehearse(text, None, brain=ours.brain, bot=ours.bot)
        return exchange(decision, time.perf_counter() - began)

    async def leave(self, last: Exchange) -> None:
        await asyncio.sleep(0)

    async def suggestions(self, prefix: str) -> tuple[list[str], float]:
        began = time.perf_counter()
        found = self._rehearsal.brain.suggester.suggest(prefix, limit=TOP)
        return [one.key for one in found], time.perf_counter() - began


def exchange(decision: Decision, seconds: float = 0.0) -> Exchange:
    """Return what a customer would have got from a decision."""
    replies: list[Json] = [{"kind": one.kind, "content": one.content} for one in decision.replies]
    if decision.handover is not None:
        replies.append({"kind": "handoff", "content": {"reason": decision.handover.reason}})
    return Exchange(tuple(replies), "bot" if decision.handover is None else "queued", seconds)
