"""A service that answers by script, over real HTTP: what measuring is tried on."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from kefu.customers.service import identifier_hash

SECRET = "inbox-secret"
Json = dict[str, Any]


def article(key: str) -> Json:
    return {"id": f"option:{key}", "title": key, "target": {"kind": "article", "key": key}}


NONE = {"id": "option:none", "title": "以上都不是", "target": {"kind": "none", "key": ""}}
HUMAN = {"id": "option:human", "title": "转人工", "target": {"kind": "human", "key": "human"}}


def answer(key: str, confidence: float = 0.9) -> Json:
    source = {"article_key": key, "title": key, "revision": 1}
    return {"kind": "answer", "content": {"text": "…", "source": source, "confidence": confidence}}


def clarify(*keys: str) -> Json:
    return {"kind": "clarify", "content": {"text": "…", "options": [*map(article, keys), NONE]}}


def fallback(*keys: str) -> Json:
    return {"kind": "fallback", "content": {"text": "…", "options": [*map(article, keys), HUMAN]}}


def text() -> Json:
    return {"kind": "text", "content": {"text": "…"}}


def form(form_id: str) -> Json:
    return {"kind": "form", "content": {"form_id": form_id}}


def card(kind: str) -> Json:
    return {"kind": "card", "content": {"type": kind, "data": {}}}


HANDOFF = {"kind": "handoff", "content": {"reason": "asked_for_human"}}


@dataclass
class FakeService:
    """Answers a text or an option id with ``script[it]`` (a list of replies); records what it is asked."""

    script: dict[str, list[Json]] = field(default_factory=dict)
    suggestions: dict[str, list[str]] = field(default_factory=dict)
    sessions: list[Json] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    refuse_sessions: int = 0
    bot: str = "ok"
    url: str = ""

    def app(self) -> FastAPI:
        app = FastAPI()
        states: dict[str, str] = {}

        @app.get("/api/v1/health/ready")
        def ready() -> Json:
            return {"status": "ready", "parts": {"bot": self.bot}, "model": "m1", "index_version": "i1"}

        @app.post("/api/v1/visitor/sessions")
        async def begin(request: Request) -> Any:
            body = await request.json()
            if self.refuse_sessions:
                self.refuse_sessions -= 1
                return JSONResponse({"code": "too_many_requests"}, 429)
            user = body.get("user")
            if user and user["identifier_hash"] != identifier_hash(SECRET, user["external_id"]):
                return JSONResponse({"code": "identity_not_verified"}, 401)
            self.sessions.append(body)
            return {"token": f"visitor-{len(self.sessions)}"}

        @app.post("/api/v1/visitor/messages")
        async def send(request: Request) -> Any:
            body, who = await request.json(), request.headers["authorization"].removeprefix("Bearer ")
            said = body["content"].get("text") or body["content"]["option_id"]
            self.said.append((who, said))
            if said == "崩溃":
                return JSONResponse({"code": "internal_error"}, 500)
            replies = self.script.get(said, [fallback()])
            states[who] = "queued" if HANDOFF in replies else "bot"
            return {"message": {}, "replies": replies, "state": states[who]}

        @app.post("/api/v1/visitor/handoff")
        async def ask(request: Request) -> Json:
            states[request.headers["authorization"].removeprefix("Bearer ")] = "queued"
            return {"state": "queued", "queue": None}

        @app.delete("/api/v1/visitor/handoff")
        async def leave(request: Request) -> Json:
            self.left.append(request.headers["authorization"].removeprefix("Bearer "))
            return {"state": "bot", "queue": None}

        @app.get("/api/v1/visitor/suggest")
        async def suggest(q: str) -> Json:
            return {"items": [article(key) for key in self.suggestions.get(q, [])]}

        return app


@contextmanager
def serving(app_of: Callable[[], FastAPI]) -> Iterator[str]:
    """Serve an app on a free port of this machine; yields its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app_of(), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()
