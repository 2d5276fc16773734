"""The sets of single messages: each is said by somebody new, so that no case touches another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kefu.measure import judging
from kefu.measure.cases import (
    HandoffCase,
    KnowledgeCase,
    OutOfScopeCase,
    Plan,
    TypingCase,
    VagueCase,
)
from kefu.measure.judging import Verdict
from kefu.measure.row import Report, Row, each, judged
from kefu.measure.visitor import Exchange, Service


@dataclass(frozen=True)
class MessageSet:
    """How the cases of one set are judged and grouped."""

    name: str
    kind: type[Any]
    judge: Callable[[Any, Exchange, Mapping[str, str]], Verdict]
    ok: Callable[[Any, Verdict], bool]
    group: Callable[[Any], str]
    expected: Callable[[Any], str]
    leads: Callable[[Any, Exchange], bool] = lambda case, seen: False

    async def __call__(self, service: Service, plan: Plan, report: Report) -> list[Row]:
        """Run the set."""

        async def one(item: tuple[int, Any]) -> Row:
            line, case = item
            visitor = await service.open()
            seen = await visitor.say(case.text)
            await visitor.leave(seen)
            verdict = self.judge(case, seen, plan.tools)
            return judged(
                self.name, f"{self.name}:{line}", self.group(case), case.text, self.expected(case), seen,
                verdict, self.ok(case, verdict), self.leads(case, seen),
            )  # fmt: skip

        return await each(plan.cases(self.name, self.kind), one, plan.at_once, report)


KNOWLEDGE = MessageSet(
    name="knowledge",
    kind=KnowledgeCase,
    judge=judging.knowledge,
    ok=lambda _, verdict: verdict in {Verdict.RIGHT, Verdict.ONE_CLICK},
    group=lambda case: str(case.style),
    expected=lambda case: str(case.key),
    leads=judging.leads,
)
VAGUE = MessageSet(
    name="vague",
    kind=VagueCase,
    judge=lambda case, seen, _: judging.vague(case, seen),
    ok=lambda _, verdict: verdict is Verdict.OFFERED,
    group=lambda case: str(case.style),
    expected=lambda case: ",".join(case.readings),
)
OUT_OF_SCOPE = MessageSet(
    name="out_of_scope",
    kind=OutOfScopeCase,
    judge=lambda case, seen, _: judging.out_of_scope(case, seen),
    ok=judging.acceptable,
    group=lambda case: str(case.kind),
    expected=lambda _: "",
)
HANDOFF = MessageSet(
    name="handoff",
    kind=HandoffCase,
    judge=lambda case, seen, _: judging.handoff(case, seen),
    ok=lambda case, verdict: (verdict is Verdict.HANDED_OVER) == (case.expect == "handoff"),
    group=lambda case: str(case.expect),
    expected=lambda case: str(case.expect),
)


async def typing(service: Service, plan: Plan, report: Report) -> list[Row]:
    """Ask for suggestions after every beginning; suggesting leaves no trace, so one visitor asks them all."""
    visitor = await service.open()

    async def one(item: tuple[int, TypingCase]) -> Row:
        line, case = item
        found, seconds = await visitor.suggestions(case.prefix)
        ok = bool(set(found).intersection(case.keys))
        return Row(
            set="typing", case=f"typing:{line}", group="", text=case.prefix, expected=",".join(case.keys),
            got=",".join(found), verdict=Verdict.OFFERED if ok else Verdict.MISSED, ok=ok, confidence=None,
            seconds=seconds,
        )  # fmt: skip

    return await each(plan.cases("typing", TypingCase), one, plan.at_once, report)
