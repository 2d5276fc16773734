"""The evaluation sets run inside the process, through the same decisions as turns, with nothing stored."""

import asyncio
import time
from dataclasses import dataclass

from kefu.dialogue.brain import Brain
from kefu.dialogue.decision import Decision
from kefu.dialogue.memory import Memory
from kefu.dialogue.ports import Bot
from kefu.dialogue.turn import Turns
from kefu.dialogue.underway import Clicked, Rehearsed
from kefu.measure.visitor import TOP, Exchange, Json, Service, Visitor

SETS = ("knowledge", "vague", "out_of_scope", "handoff", "typing")
"""The sets whose figures a rehearsal shares with a service; in dialogues orders stay as they are."""


@dataclass(frozen=True)
class Rehearsal(Service):
    """A brain and a bot that are asked as customers ask, each conversation by somebody new."""

    turns: Turns
    brain: Brain
    bot: Bot

    async def open(self, external_id: str | None = None, inbox: str = "web") -> "RehearsedVisitor":
        """Begin a visit, anonymous or as the shop's customer ``external_id``."""
        return RehearsedVisitor(self, external_id)

    def after(self, article: str) -> "RehearsedVisitor":
        """Return a customer who has just been answered with an article."""
        visitor = RehearsedVisitor(self, None)
        visitor.memory.speak_of(article)
        return visitor


class RehearsedVisitor(Visitor):
    """One customer in one conversation; ``last`` is what the newest message was decided on."""

    def __init__(self, rehearsal: Rehearsal, external_id: str | None) -> None:
        self._rehearsal, self._external_id = rehearsal, external_id
        self.memory = Memory()
        self.last: Rehearsed | None = None

    async def say(self, text: str) -> Exchange:
        """Say a text."""
        return await self._do(text)

    async def choose(self, option_id: str) -> Exchange:
        """Click an option."""
        return await self._do(Clicked(option_id))

    async def _do(self, said: str | Clicked) -> Exchange:
        began, ours = time.perf_counter(), self._rehearsal
        self.last = await ours.turns.rehearse(
            said, self._external_id, memory=self.memory, brain=ours.brain, bot=ours.bot
        )
        self.memory = self.last.decision.memory
        return exchange(self.last.decision, time.perf_counter() - began)

    async def ask_for_human(self) -> Exchange:
        """Press the button that is always there."""
        return Exchange((), "queued", 0.0)

    async def leave(self, last: Exchange) -> None:
        """Go; nothing was kept."""
        await asyncio.sleep(0)

    async def suggestions(self, prefix: str) -> tuple[list[str], float]:
        """Return the articles suggested while typing, and the seconds that took."""
        began = time.perf_counter()
        found = self._rehearsal.brain.suggester.suggest(prefix, limit=TOP)
        return [one.key for one in found], time.perf_counter() - began


def exchange(decision: Decision, seconds: float = 0.0) -> Exchange:
    """Return what a customer would have got from a decision."""
    replies: list[Json] = [{"kind": one.kind, "content": one.content} for one in decision.replies]
    if decision.effect is not None:  # not had, so no number; its card would be this
        kind = "complaint" if decision.effect.shop_tool is None else "ticket"
        replies.append({"kind": "card", "content": {"type": kind}})
    if decision.handover is not None:
        replies.append({"kind": "handoff", "content": {"reason": decision.handover.reason}})
    return Exchange(tuple(replies), "bot" if decision.handover is None else "queued", seconds)
