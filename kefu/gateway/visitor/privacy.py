"""The customer's rights: see and take along what is kept of them, have it erased, think better of it."""

import asyncio
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from kefu.bootstrap.container import Container
from kefu.commerce import cards
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation
from kefu.customers import service as customers
from kefu.customers.models import Customer
from kefu.gateway.deps import Limits, Locale, Parts, Visitor
from kefu.gateway.limiting import Rate
from kefu.gateway.visitor import schemas as s
from kefu.gateway.visitor.takeaway import pack
from kefu.privacy import requests
from kefu.privacy.belongings import collect, messages_of

router = APIRouter(prefix="/visitor/privacy", tags=["visitor"])
EXPORTS = Rate(6, 6 / 3600)
REQUESTS = Rate(10, 10 / 3600)
CHUNK = 1 << 16  # bytes


def _state(parts: Container, session: Session, customer: Customer) -> s.PrivacyState:
    ticket = requests.open_erasure(session, customer.id)
    return s.PrivacyState(
        notice_version=customer.privacy_version,
        notice_at=customer.privacy_at,
        days=parts.settings.privacy_days,
        erasure=s.ErasureRequest(number=ticket.number, due_at=ticket.due_at) if ticket else None,
    )


@router.get("", operation_id="privacyState")
def state(customer_id: Visitor, parts: Parts) -> s.PrivacyState:
    """Return which notice the customer saw, and whether they asked to be erased."""
    with parts.database.read() as session:
        return _state(parts, session, customers.get(session, customer_id))


@router.get("/export", operation_id="exportPrivacy", response_class=StreamingResponse)
async def export(customer_id: Visitor, parts: Parts, limits: Limits, locale: Locale) -> StreamingResponse:
    """Return everything that is kept of the customer as one archive (ZIP); that they took it is on record."""
    limits.check(EXPORTS, "export", customer_id)
    customer = await asyncio.to_thread(_customer, parts, customer_id)
    known = (await parts.turns.orders_of(customer.id, customer.external_id)) if customer.external_id else ()
    orders = [cards.order_card(order) for order in known or ()]
    file, name = await asyncio.to_thread(_write, parts, customer.id, orders, locale)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_chunks(file), media_type="application/zip", headers=headers)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _customer(parts: Container, customer_id: str) -> Customer:
    with parts.database.read() as session:
        return customers.get(session, customer_id)


def _write(
    parts: Container, customer_id: str, orders: list[dict[str, Any]], locale: str
) -> tuple[IO[bytes], str]:
    with parts.database.write() as session:
        customer, conversation = _at_hand(session, customer_id)
        belongings = collect(session, customer, orders)
        messages = messages_of(session, customer.id)
        number = requests.note_export(session, customer, conversation.id).number
    directory = parts.pictures.directory
    pictures = {one["id"]: directory / one["id"] for one in belongings["pictures"]}
    # It has no name, so nothing of it is left whatever happens to this process.
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    pack(file, belongings, messages, pictures, parts.settings.zone, locale)
    file.seek(0)
    return file, f"kefu-{number}.zip"


def _at_hand(session: Session, customer_id: str) -> tuple[Customer, Conversation]:
    customer = customers.get(session, customer_id)
    conversation = conversations.open_for(session, customer.id, customer.inbox)
    return customer, conversations.lock(session, conversation.id)


@router.post("/erasure", operation_id="askErasure")
async def ask_erasure(
    _body: s.ErasureConfirmation, customer_id: Visitor, parts: Parts, limits: Limits
) -> s.PrivacyState:
    """Ask to be erased; the answer says by when. Asking again is the same request."""
    limits.check(REQUESTS, "erasure", customer_id)

    def note() -> s.PrivacyState:
        with parts.database.write() as session:
            customer, conversation = _at_hand(session, customer_id)
            requests.ask_erasure(session, customer, conversation, parts.settings.privacy_within)
            return _state(parts, session, customer)

    return await asyncio.to_thread(note)


@router.delete("/erasure", operation_id="withdrawErasure")
async def withdraw_erasure(customer_id: Visitor, parts: Parts) -> s.PrivacyState:
    """Take the request back while it has not been carried out."""

    def take_back() -> s.PrivacyState:
        with parts.database.write() as session:
            customer, conversation = _at_hand(session, customer_id)
            requests.withdraw(session, customer, conversation)
            session.flush()
            return _state(parts, session, customer)

    return await asyncio.to_thread(take_back)
