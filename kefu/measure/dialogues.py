"""The sets of dialogues and of first messages: turns of one customer, verified where the case says so."""

import asyncio
from itertools import chain
from typing import Any
from uuid import uuid4

from kefu.measure import judging
from kefu.measure.cases import ANONYMOUS, Click, Dialogue, DialogueTurn, Plan
from kefu.measure.judging import Verdict
from kefu.measure.row import Report, Row, each, judged
from kefu.measure.visitor import Exchange, Json, Service, Visitor

Line = list[tuple[int, Dialogue]]


async def dialogues(service: Service, plan: Plan, report: Report) -> list[Row]:
    """Run the conversations of several turns; ``_conversations`` tells how."""
    return await _conversations("dialogues", service, plan, report)


async def first_messages(service: Service, plan: Plan, report: Report) -> list[Row]:
    """Run the first messages of conversations: dialogues of one turn, as customers really begin."""
    return await _conversations("first", service, plan, report)


async def _conversations(name: str, service: Service, plan: Plan, report: Report) -> list[Row]:
    """Run every dialogue of a set in a conversation of its own.

    Verified customers are the demo shop's. An inbox of its own gives each dialogue a fresh conversation of the
    same customer; the orders are shared, so one customer's dialogues run one after the other, in the file's
    order. A system of our own has the orders put back before each; elsewhere, what one does the next one meets.
    """
    run_id = uuid4().hex[:8]
    lines: dict[str, Line] = {}
    for number, case in plan.cases(name, Dialogue):
        shared = case.customer != ANONYMOUS
        lines.setdefault(case.customer if shared else case.id, []).append((number, case))

    async def one_line(line: Line) -> list[tuple[int, list[Row]]]:
        return [
            (number, await _dialogue(name, service, plan, case, f"eval-{run_id}-{number}"))
            for number, case in line
        ]

    done = await each(list(lines.values()), one_line, plan.at_once, report)
    by_number = dict(chain.from_iterable(done))
    return [row for number in sorted(by_number) for row in by_number[number]]


async def _dialogue(name: str, service: Service, plan: Plan, case: Dialogue, inbox: str) -> list[Row]:
    verified = None if case.customer == ANONYMOUS else f"demo-{case.customer}"
    if verified is not None and service.restore is not None:
        await asyncio.to_thread(service.restore, verified)
    visitor = await service.open(verified, inbox)
    rows: list[Row] = []
    shown: list[Json] = []
    for number, turn in enumerate(case.turns, 1):
        seen = await act(visitor, turn, shown)
        verdict = judging.dialogue_turn(turn.expect, seen, plan.tools) if seen else Verdict.NOT_OFFERED
        seen = seen or Exchange((), "", 0.0)
        # The newest options come first; what was shown before can still be clicked.
        shown = [*seen.options(), *shown]
        click = judging.click_to(turn.expect, seen) if verdict is Verdict.UNEXPECTED else None
        if click is not None:  # a customer would, before they say the next thing
            after = await visitor.choose(click)
            shown = [*after.options(), *shown]
            if judging.dialogue_turn(turn.expect, after, plan.tools) is Verdict.AS_EXPECTED:
                verdict = Verdict.ONE_CLICK
        rows.append(_row(name, case, number, turn, seen, verdict))
        if number == len(case.turns):
            await visitor.leave(seen)
    return rows


def _row(name: str, case: Dialogue, number: int, turn: DialogueTurn, seen: Exchange, verdict: Verdict) -> Row:
    text = f"[点击 {turn.user.click}]" if isinstance(turn.user, Click) else turn.user
    expected = turn.expect.model_dump_json(exclude_defaults=True)
    ok = verdict is Verdict.AS_EXPECTED
    return judged(name, f"{case.id}:{number}", case.id, text, expected, seen, verdict, ok)


async def act(visitor: Visitor, turn: DialogueTurn, shown: list[dict[str, Any]]) -> Exchange | None:
    """Do what the customer does; None when what they would click was never offered."""
    if not isinstance(turn.user, Click):
        return await visitor.say(turn.user)
    wanted = turn.user.click
    for option in shown:
        target = option["target"]
        if (target["kind"] if wanted in {"none", "human"} else target["key"]) == wanted:
            return await visitor.choose(option["id"])
    return await visitor.ask_for_human() if wanted == "human" else None
