"""The service hall for editors: what is pinned, hidden and scheduled, and how much it solves."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, require
from kefu.commerce.orders import OrderState
from kefu.conversations.figures import hall_figures, item_figures
from kefu.core.clock import now
from kefu.customers.models import Customer
from kefu.dialogue.hall import Hall as ShownHall
from kefu.dialogue.hall import Visit
from kefu.gateway.deps import Parts, SignedIn
from kefu.gateway.editor.rehearsal import example_order
from kefu.gateway.visitor.schemas import Hall
from kefu.knowledge import hall
from kefu.knowledge.hall import HallSettings

router = APIRouter(prefix="/desk/hall", tags=["staff"])


def editor(person: SignedIn) -> Staff:
    """Return the signed-in person if they may edit content."""
    require(person, Right.EDIT)
    return person


Editor = Annotated[Staff, Depends(editor)]


class HallItem(BaseModel):
    """What customers did with one article of the hall."""

    key: str
    title: str
    shown: int
    clicked: int
    solved: int


class HallItems(BaseModel):
    """Every article that was shown or chosen on the hall, the most shown first."""

    days: int
    items: list[HallItem]


class HallPreview(BaseModel):
    """Settings to look at before they hold, for a customer with an order in a state, or without one."""

    settings: HallSettings
    order_state: OrderState | None = None
    page: str = ""


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


@router.get("/items", operation_id="deskHallItems")
def items(person: Editor, parts: Parts, days: Annotated[int, Query(ge=1, le=92)] = 7) -> HallItems:
    """Return how often each article was shown, chosen, and solved what the customer came for."""
    parts.choices.flush()
    since = now() - timedelta(days=days)
    with parts.database.read() as session:
        shown = hall.shown_since(session, since.astimezone(parts.settings.zone).date())
        clicks = item_figures(session, since)
    articles = parts.brain.brain.knowledge.articles
    found = [
        HallItem(
            key=key,
            title=articles[key].title if key in articles else key,
            shown=shown.get(key, 0),
            clicked=clicks[key].clicked if key in clicks else 0,
            solved=clicks[key].solved if key in clicks else 0,
        )
        for key in {*shown, *clicks}
    ]
    return HallItems(days=days, items=sorted(found, key=lambda one: (-one.shown, one.key)))


@router.post("/preview", operation_id="deskHallPreview")
def preview(body: HallPreview, person: Editor, parts: Parts) -> Hall:
    """Return the hall as a customer would get it under these settings; nothing is kept or counted."""
    known = body.order_state is not None
    customer = Customer(
        id=person.id, inbox="web", context={"page": body.page}, external_id="preview" if known else None,
        name="王女士" if known else "", level="金卡" if known else "",
    )  # fmt: skip
    orders = (example_order(body.order_state),) if body.order_state else ()
    visit = Visit(customer, orders, now().astimezone(parts.settings.zone))

    def option(
        kind: str, key: str, title: str, reason: str | None, order_no: str | None = None
    ) -> dict[str, Any]:
        shown = {"id": f"{kind}:{key}:{order_no}", "title": title, "target": {"kind": kind, "key": key}}
        return shown if reason is None else shown | {"reason": reason}

    shown = ShownHall(parts.brain.brain.knowledge, body.settings, option, visit)
    return Hall.model_validate(shown.wire())
