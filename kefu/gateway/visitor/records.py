"""What a customer keeps: pictures, earlier conversations, a transcript to take along."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response, UploadFile
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from kefu.conversations import history
from kefu.conversations.schemas import wire
from kefu.core.words import localise
from kefu.customers import service as customers
from kefu.gateway.deps import Limits, Locale, Parts, Visitor
from kefu.gateway.files import picture_response
from kefu.gateway.limiting import Rate
from kefu.gateway.visitor import schemas as s
from kefu.gateway.visitor.transcript import as_html, as_text

router = APIRouter(prefix="/visitor", tags=["visitor"])
PAGE = 30
TRANSCRIPT = 2000  # messages
UPLOADS = Rate(20, 20 / 60)


@router.post("/uploads", operation_id="uploadPicture")
async def upload(file: UploadFile, customer_id: Visitor, parts: Parts, limits: Limits) -> s.UploadAnswer:
    """Store a picture; its kind is told by its bytes, not by its name."""
    limits.check(UPLOADS, "upload", customer_id)
    data = await file.read(parts.pictures.limit + 1)

    def store() -> str:
        with parts.database.write() as session:
            customer = customers.get(session, customer_id)
            return parts.pictures.store(session, customer.id, data)

    return s.UploadAnswer(upload_id=await asyncio.to_thread(store))


@router.get("/uploads/{upload_id}", operation_id="getPicture", response_class=FileResponse)
def picture(upload_id: str, customer_id: Visitor, parts: Parts) -> FileResponse:
    """Return a picture of the customer's own conversations."""
    with parts.database.read() as session:
        customer = customers.get(session, customer_id)
        return picture_response(*parts.pictures.find(session, upload_id, customer.id))


def read_history(session: Session, customer_id: str, before: str | None) -> dict[str, Any]:
    """Return one page of messages, and whether there are older ones: ``{items, more}``."""
    found = history.page(session, customer_id, before, PAGE + 1)
    more = len(found) > PAGE
    items = [wire(message) for message in (found[1:] if more else found)]
    return {"items": items, "more": more}


@router.get("/history", operation_id="listHistory")
def list_history(
    customer_id: Visitor,
    parts: Parts,
    locale: Locale,
    before: Annotated[str | None, Query(max_length=40)] = None,
) -> s.History:
    """Return messages older than ``before`` (a message id), from all conversations, oldest first."""
    with parts.database.read() as session:
        found = read_history(session, customers.get(session, customer_id).id, before)
    return s.History.model_validate(localise(found, locale))


@router.get("/transcript", operation_id="getTranscript", response_class=Response)
def transcript(
    customer_id: Visitor, parts: Parts, locale: Locale, kind: Literal["txt", "html"] = "txt"
) -> Response:
    """Return what was said, newest conversations included, as a file to keep."""
    with parts.database.read() as session:
        found = history.page(session, customers.get(session, customer_id).id, None, TRANSCRIPT)
    render, media = (as_html, "text/html") if kind == "html" else (as_text, "text/plain")
    headers = {"Content-Disposition": f'attachment; filename="kefu.{kind}"', "Cache-Control": "no-store"}
    return Response(
        render(found, parts.settings.zone, locale), media_type=f"{media}; charset=utf-8", headers=headers
    )
