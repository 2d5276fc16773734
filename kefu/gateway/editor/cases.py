"""Messages kept as test cases: each with what it must lead to, tried again after a change."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy import select

from kefu.bootstrap.container import Container
from kefu.core.errors import NotFound
from kefu.dialogue.brain import Brain
from kefu.dialogue.ports import Bot
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import learning_schemas as s
from kefu.gateway.editor.rehearsal import answered_with, run
from kefu.nlu.models import TryCase

router = APIRouter(prefix="/console", tags=["editor"])


@router.get("/cases", operation_id="consoleCases")
def cases(person: Editor, parts: Parts) -> s.Cases:
    """Return the kept messages."""
    return s.Cases(items=[_case(row) for row in _rows(parts)])


def _rows(parts: Container) -> list[TryCase]:
    with parts.database.read() as session:
        return list(session.scalars(select(TryCase).order_by(TryCase.created_at.desc()).limit(500)))


def _case(row: TryCase) -> s.CaseView:
    return s.CaseView(
        id=row.id, text=row.text, order_state=row.order_state, outcome=row.outcome, keys=row.keys
    )


@router.post("/cases", operation_id="consoleKeepCase", status_code=201)
def keep(body: s.CaseRequest, person: Editor, parts: Parts) -> s.CaseView:
    """Keep a message with what it must lead to."""
    with parts.database.write() as session:
        row = TryCase(**body.model_dump(), author_id=person.id)
        session.add(row)
        session.flush()
        return _case(row)


@router.delete("/cases/{case_id}", operation_id="consoleDeleteCase", status_code=204)
def forget(case_id: str, person: Editor, parts: Parts) -> None:
    """Forget a kept message."""
    with parts.database.write() as session:
        row = session.get(TryCase, case_id)
        if row is None:
            raise NotFound("case_not_found", "没有这条用例")
        session.delete(row)


@router.post("/cases/run", operation_id="consoleRunCases")
async def run_cases(person: Editor, parts: Parts) -> s.Cases:
    """Try all kept messages with what serves."""
    items = [s.CaseView.model_validate({"id": row.id, **await run_case(parts, row)}) for row in _rows(parts)]
    return s.Cases(items=items)


async def run_case(
    parts: Container, case: TryCase, brain: Brain | None = None, bot: Bot | None = None
) -> dict[str, Any]:
    """Try a kept message; right when the outcome and the first article are as they were."""
    decision = (await run(parts, case.text, case.order_state, None, brain, bot)).decision
    keys = answered_with(decision)
    return {
        "text": case.text,
        "order_state": case.order_state,
        "outcome": case.outcome,
        "keys": case.keys,
        "passed": decision.outcome == case.outcome and keys[:1] == case.keys[:1],
        "got": decision.outcome,
        "got_keys": keys,
    }
