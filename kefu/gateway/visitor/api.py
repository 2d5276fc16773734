"""The customer's HTTP calls."""

import asyncio
import time
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.responses import JSONResponse

from kefu.conversations import history
from kefu.conversations import service as conversations
from kefu.conversations.schemas import parse_inbound, wire
from kefu.core import outbox
from kefu.core.clock import now
from kefu.core.words import known, localise
from kefu.customers import service as customers
from kefu.customers.models import Customer
from kefu.dialogue.hall import Hall, Visit, offered
from kefu.gateway.deps import Limits, Locale, Parts, Visitor, client_address, locale_of
from kefu.gateway.limiting import Rate
from kefu.gateway.problems import problem
from kefu.gateway.visitor import schemas as s
from kefu.gateway.visitor.sessions import open_session
from kefu.knowledge.hall import HallSettings
from kefu.knowledge.hall import settings as hall_settings

router = APIRouter(prefix="/visitor", tags=["visitor"])
ASKED = 5
CALLBACKS = Rate(5, 5 / 60)


@router.post("/sessions", operation_id="beginSession")
async def begin_session(
    body: s.SessionRequest, request: Request, parts: Parts, limits: Limits
) -> s.SessionAnswer:
    """Begin a visit, resume one by token, or sign a verified customer in.

    What the service says from then on is in ``locale``, else in the language that the caller prefers.
    """
    locale = request.state.locale = known(body.locale) or locale_of(request)
    a_second = parts.settings.session_rate_per_second
    limits.check(Rate(a_second, a_second), "session", client_address(request))
    visit = await asyncio.to_thread(open_session, parts, body, locale)
    return s.SessionAnswer(
        token=parts.tokens.issue(visit.customer.id, locale),
        customer_id=visit.customer.id,
        conversation_id=visit.conversation.id,
        state=visit.conversation.state,
        agent=visit.agent,
        queue=visit.queue,
        agent_read_seq=visit.conversation.agent_read_seq,
        event_id=visit.event_id,
        history=s.History.model_validate(localise(visit.history, locale)),
        limits=s.SendLimits.model_validate(parts.settings, from_attributes=True),
        hall=await _hall(parts, visit.customer, locale),
    )


async def _hall(parts: Parts, customer: Customer, locale: str) -> s.Hall:
    orders = (await parts.turns.orders_of(customer.id, customer.external_id)) if customer.external_id else ()

    def read() -> tuple[HallSettings, list[str]]:
        with parts.database.read() as session:
            return hall_settings(session), history.asked(session, customer.id, ASKED)

    settled, asked = await asyncio.to_thread(read)
    visit = Visit(customer, orders or (), now().astimezone(parts.settings.zone), tuple(asked))
    shown = Hall(
        parts.brain.brain.knowledge,
        settled,
        parts.signer.maker(customer.id, origin="hall"),
        visit,
    )
    wire = shown.wire()
    parts.choices.hall(visit.now.date(), customer.id, [*offered(wire)])
    return s.Hall.model_validate(localise(wire, locale))


@router.get("/hall", operation_id="getHall")
async def hall(customer_id: Visitor, parts: Parts, locale: Locale) -> s.Hall:
    """Return the first screen."""
    return await _hall(parts, await asyncio.to_thread(_customer, parts, customer_id), locale)


def _customer(parts: Parts, customer_id: str) -> Customer:
    with parts.database.read() as session:
        return customers.get(session, customer_id)


@router.get("/suggest", operation_id="suggest")
async def suggest(
    customer_id: Visitor, parts: Parts, response: Response, q: Annotated[str, Query(max_length=200)] = ""
) -> s.Suggestions:
    """Return what the customer may be about to ask; ``Server-Timing`` says how long that took here."""
    began = time.perf_counter()
    brain = parts.brain.brain
    found = brain.suggester.suggest(q, limit=5) if q.strip() else []
    titles = brain.knowledge.articles
    items = [
        parts.signer.option(customer_id, "article", one.key, titles[one.key].title) | {"match": one.match}
        for one in found
        if one.key in titles
    ]
    answer = s.Suggestions.model_validate({"items": items})
    response.headers["Server-Timing"] = f"suggest;dur={(time.perf_counter() - began) * 1000:.2f}"
    return answer


@router.post("/messages", operation_id="sendMessage", response_model=s.Received)
async def send_message(
    customer_id: Visitor,
    parts: Parts,
    limits: Limits,
    locale: Locale,
    body: Annotated[Any, Body()],
    wait: Annotated[float, Query(ge=0, le=20)] = 0,
) -> Response:
    """Store a message once; with ``wait`` seconds, answer with the replies of its turn."""
    inbound = parse_inbound(body, max_chars=parts.settings.message_max_chars)
    rate = Rate(parts.settings.visitor_rate_burst, parts.settings.visitor_rate_per_second)
    limits.check(rate, "message", customer_id)
    received = await parts.intake.receive(customer_id, inbound, wait)
    # Written as it is: what the turn makes has the declared shape.
    return JSONResponse(localise(received.wire(), locale))


@router.get("/messages", operation_id="listMessages")
def list_messages(
    customer_id: Visitor,
    parts: Parts,
    locale: Locale,
    conversation_id: str,
    after_seq: Annotated[int, Query(ge=0)] = 0,
) -> s.Messages:
    """Return messages behind ``after_seq``."""
    with parts.database.read() as session:
        customer = customers.get(session, customer_id)
        conversations.owned(session, customer.id, conversation_id)
        found = conversations.messages(session, conversation_id, after_seq)
        return s.Messages.model_validate(localise({"items": [wire(message) for message in found]}, locale))


@router.get("/events", operation_id="listEvents", response_model=s.Events)
def list_events(
    customer_id: Visitor, parts: Parts, locale: Locale, after: Annotated[int, Query(ge=0)] = 0
) -> Any:
    """Return every change after a cursor, or 410 with a snapshot when the cursor is too old."""
    with parts.database.read() as session:
        customer = customers.get(session, customer_id)
        if after and after + 1 < outbox.oldest(session):
            return _gone(parts, customer, outbox.latest(session), locale)
        found = outbox.after(session, after, customer_id=customer.id)
        latest = found[-1].event_id if found else max(after, 0)
        return {"items": localise([event.wire() for event in found], locale), "next_cursor": latest}


def _gone(parts: Parts, customer: Customer, latest: int, locale: str) -> JSONResponse:
    with parts.database.read() as session:
        conversation = conversations.current(session, customer.id)
        messages = conversations.messages(session, conversation.id) if conversation else []
    snapshot = {
        "conversation_id": conversation.id if conversation else None,
        "state": conversation.state if conversation else None,
        "messages": localise([wire(message) for message in messages], locale),
        "event_id": latest,
    }
    told = "请用快照重新开始。"
    return problem(410, "cursor_gone", "游标已过期", told, extra={"snapshot": snapshot}, locale=locale)


@router.post("/handoff", operation_id="askForHuman")
async def ask_for_human(customer_id: Visitor, parts: Parts) -> s.QueueState:
    """Ask for a person."""
    return s.QueueState.model_validate(await asyncio.to_thread(parts.intake.ask_for_human, customer_id))


@router.delete("/handoff", operation_id="leaveQueue")
async def leave_queue(customer_id: Visitor, parts: Parts) -> s.QueueState:
    """Leave the queue."""
    return s.QueueState.model_validate(await asyncio.to_thread(parts.intake.leave_queue, customer_id))


@router.post("/callback", operation_id="leaveCallback")
async def leave_callback(
    body: s.CallbackRequest, customer_id: Visitor, parts: Parts, limits: Limits
) -> s.CallbackAnswer:
    """Leave a number and a message for when people are back."""
    limits.check(CALLBACKS, "callback", customer_id)
    noted = await asyncio.to_thread(parts.intake.leave_message, customer_id, body.phone, body.text.strip())
    return s.CallbackAnswer.model_validate(noted)


@router.post("/messages/{message_id}/recall", operation_id="recallMessage")
async def recall(message_id: str, customer_id: Visitor, parts: Parts) -> s.Message:
    """Take back a message to a person."""
    return s.Message.model_validate(await asyncio.to_thread(parts.intake.recall, customer_id, message_id))


@router.post("/messages/{message_id}/feedback", operation_id="giveFeedback")
async def feedback(
    message_id: str, body: s.FeedbackRequest, customer_id: Visitor, parts: Parts
) -> s.FeedbackAnswer:
    """Say whether an answer helped."""
    given = await asyncio.to_thread(
        parts.intake.feedback, customer_id, message_id, body.useful, body.reason, body.comment
    )
    return s.FeedbackAnswer.model_validate(given)


@router.post("/rating", operation_id="rate")
async def rate(body: s.RatingRequest, customer_id: Visitor, parts: Parts) -> s.RatingAnswer:
    """Rate the conversation."""
    given = await asyncio.to_thread(parts.intake.rate, customer_id, **body.model_dump())
    return s.RatingAnswer.model_validate(given)
