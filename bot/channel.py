"""The one way into the Rasa process: a turn of the service, authenticated by a bearer token."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError, validator
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.components.sentence_embedding import VECTOR_KEY
from bot.tracker_store import Turn, TurnState, running

RANKING_LENGTH = 5
_IMPLICIT = {ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME}


class TurnRequest(BaseModel):
    """Body of a turn."""

    turn_id: str = Field(min_length=1, max_length=200)
    text: str = Field(max_length=10_000)
    vector: str | None = None
    """The query's embedding (float32, little-endian, base64), when the service has computed it."""
    state: TurnState = Field(default_factory=TurnState)

    @validator("vector")
    @classmethod
    def _is_float32(cls, value: str | None) -> str | None:
        if value is not None:
            decode_vector(value)
        return value


def decode_vector(text: str) -> NDArray[np.float32]:
    """Vector (d,) from base64 of little-endian float32. Raises ValueError when it is not that."""
    try:
        return np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4").astype(np.float32)
    except binascii.Error as error:
        raise ValueError("vector is not base64") from error


class KefuChannel(InputChannel):
    """`POST /webhooks/kefu/turn` and `GET /webhooks/kefu/health`."""

    def __init__(self, token: str) -> None:
        """`token` is the bearer secret that every call must carry."""
        self._token = token

    @classmethod
    def name(cls) -> str:
        """Name in URLs and in credentials.yml."""
        return "kefu"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> KefuChannel:
        """Channel from credentials.yml; refuses to be open to everyone."""
        token = (credentials or {}).get("token")
        if not token:
            cls.raise_missing_credentials_exception()
        return cls(str(token))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Routes of the channel."""
        routes = Blueprint("kefu")

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            self._authorise(request)
            agent = ready_agent(request)
            # The service knows a model by its release; one that was started by hand has none.
            return json({"status": "ok", "model": os.environ.get("KEFU_BOT_RELEASE") or agent.model_id})

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            self._authorise(request)
            ready_agent(request)
            try:
                body = TurnRequest.parse_raw(request.body)
            except ValidationError as error:
                return json({"code": "invalid_request", "errors": error.errors()}, status=400)
            with running(Turn(body.turn_id, body.state)) as current:
                await on_new_message(user_message(body))
            if current.tracker is None:
                raise SanicException("turn_failed", status_code=500)
            return json(turn_result(body, current.tracker))

        return routes

    def _authorise(self, request: Request) -> None:
        expected = f"Bearer {self._token}".encode()
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, expected):
            raise SanicException("unauthorized", status_code=401)


def ready_agent(request: Request) -> Agent:
    """Return the loaded agent. Raises 503 while the model is loading."""
    agent: Agent | None = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        raise SanicException("model_not_loaded", status_code=503)
    return agent


def user_message(body: TurnRequest) -> UserMessage:
    """Rasa message of a turn; the text is data, whatever it looks like.

    Rasa reads `/name{...}` as "the intent is name". A customer's leading slash becomes the full-width
    one: it has the same length, so that offsets of entities hold, and normalisation undoes it.
    """
    text = body.text.strip()
    if text.startswith("/"):
        text = "／" + text[1:]
    metadata = {} if body.vector is None else {VECTOR_KEY: decode_vector(body.vector)}
    return UserMessage(text, sender_id=body.turn_id, input_channel=KefuChannel.name(), metadata=metadata)


def turn_result(body: TurnRequest, tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return what the service is told; offsets of entities count in the text that it sent."""
    events = _events_of_turn(tracker)
    message = next(event for event in events if isinstance(event, UserUttered))
    shift = len(body.text) - len(body.text.lstrip())
    actions = [
        event.action_name
        for event in events
        if isinstance(event, ActionExecuted) and event.action_name not in _IMPLICIT
    ]
    return {
        "turn_id": body.turn_id,
        "intent": _intent(message.intent),
        "ranking": [
            _intent(intent) for intent in message.parse_data.get("intent_ranking", [])[:RANKING_LENGTH]
        ],
        "entities": [_entity(entity, shift) for entity in message.entities],
        "action": actions[-1] if actions else None,
        "events": [compact for event in events if (compact := _compact(event)) is not None],
    }


def _events_of_turn(tracker: DialogueStateTracker) -> list[Event]:
    events = list(tracker.events)
    last = max(i for i, event in enumerate(events) if isinstance(event, UserUttered))
    return events[last:]


def _intent(intent: dict[str, Any]) -> dict[str, Any]:
    return {"name": intent.get("name"), "confidence": round(float(intent["confidence"]), 4)}


def _entity(entity: dict[str, Any], shift: int) -> dict[str, Any]:
    compact = {
        "entity": entity["entity"],
        "value": entity["value"],
        "start": entity["start"] + shift,
        "end": entity["end"] + shift,
    }
    return compact | ({"role": entity["role"]} if entity.get("role") else {})


def _compact(event: Event) -> dict[str, Any] | None:
    if isinstance(event, ActionExecuted):
        return {"event": "action", "name": event.action_name, "policy": event.policy}
    if isinstance(event, SlotSet):
        return {"event": "slot", "name": event.key, "value": event.value}
    if isinstance(event, ActiveLoop):
        return {"event": "active_loop", "name": event.name}
    if isinstance(event, BotUttered):
        return {"event": "bot", "text": event.text, "custom": event.data.get("custom")}
    return None
