"""Requests of customers to be erased, for those who administer the system."""

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, require
from kefu.gateway.deps import Parts, SignedIn
from kefu.privacy import requests

router = APIRouter(prefix="/desk/privacy", tags=["staff"])


def administrator(person: SignedIn) -> Staff:
    """Return the signed-in person if they may administer the system."""
    require(person, Right.ADMINISTER)
    return person


Administrator = Annotated[Staff, Depends(administrator)]


class ErasureView(BaseModel):
    """One request to be erased."""

    number: str
    customer_id: str
    created_at: datetime
    due_at: datetime | None


class Erasures(BaseModel):
    """Requests, the most pressing first."""

    items: list[ErasureView]


class Erased(BaseModel):
    """How much of what was erased."""

    number: str
    counts: dict[str, int]


@router.get("/erasures", operation_id="deskErasures")
def listing(_: Administrator, parts: Parts) -> Erasures:
    """Return the requests that wait to be carried out."""
    with parts.database.read() as session:
        items = [ErasureView.model_validate(one, from_attributes=True) for one in requests.waiting(session)]
    return Erasures(items=items)


@router.post("/erasures/{number}", operation_id="deskErase")
async def erase(number: str, person: Administrator, parts: Parts) -> Erased:
    """Erase the customer who asked, now. It cannot be undone."""

    def carry_out() -> dict[str, int]:
        with parts.database.write() as session:
            return requests.carry_out(session, number, parts.pictures.directory, person)

    return Erased(number=number, counts=await asyncio.to_thread(carry_out))
