"""The service hall for editors: what is pinned, hidden and scheduled, and how much it solves."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, require
from kefu.conversations.figures import hall_figures
from kefu.core.clock import now
from kefu.gateway.deps import Parts, SignedIn
from kefu.knowledge import hall
from kefu.knowledge.hall import HallSettings

router = APIRouter(prefix="/desk/hall", tags=["staff"])


def editor(person: SignedIn) -> Staff:
    """Return the signed-in person if they may edit content."""
    require(person, Right.EDIT)
    return person


Editor = Annotated[Staff, Depends(editor)]


class HallFiguresView(BaseModel):
    """How much the hall solved; ``clicks_to_answer`` is the median of a customer's messages before an answer."""

    days: int
    visits: int
    contacted: int
    began_on_hall: int
    solved: int
    share_solved: float | None
    clicks_to_answer: float | None


@router.get("", operation_id="deskHall")
def settings(person: Editor, parts: Parts) -> HallSettings:
    """Return what is settled about the hall."""
    with parts.database.read() as session:
        return hall.settings(session)


@router.put("", operation_id="deskSettleHall")
def settle(body: HallSettings, person: Editor, parts: Parts) -> HallSettings:
    """Settle the hall; the next visit sees it."""
    with parts.database.write() as session:
        accounts.audit(session, person, "hall", data=hall.settle(session, body))
    return body


@router.get("/figures", operation_id="deskHallFigures")
def figures(person: Editor, parts: Parts, days: Annotated[int, Query(ge=1, le=92)] = 7) -> HallFiguresView:
    """Return how much the hall solved in the last days."""
    with parts.database.read() as session:
        found = hall_figures(session, now() - timedelta(days=days))
    return HallFiguresView(
        days=days,
        visits=found.visits,
        contacted=found.contacted,
        began_on_hall=found.began_on_hall,
        solved=found.solved,
        share_solved=found.share_solved,
        clicks_to_answer=found.clicks_to_answer,
    )
