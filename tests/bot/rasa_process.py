"""Rasa processes under test and the action server that they call back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "test-token"
START_SECONDS = 600
"""Bound on a start or a training on a busy machine; both take under half a minute on an idle one."""


@dataclass
class ActionServer:
    """Answers Rasa's callbacks with `events` by action name and records every call."""

    url: str = ""
    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)

    def names(self) -> list[str]:
        """Actions called, in order."""
        return [call["next_action"] for call in self.calls]


@contextmanager
def serving_actions() -> Iterator[ActionServer]:
    """An action server on a free port that expects its secret in the query."""
    actions = ActionServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.path == "/actions?token=callback-secret"
            actions.calls.append(body)
            events = actions.events.get(body["next_action"], [])
            answer = json.dumps({"events": events, "responses": []}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    actions.url = f"http://127.0.0.1:{server.server_port}/actions?token=callback-secret"
    try:
        yield actions
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Bot:
    """A running Rasa process."""

    process: subprocess.Popen[bytes]
    url: str

    def post(self, body: Any, token: str = TOKEN) -> requests.Response:
        """One call of the channel."""
        return requests.post(
            f"{self.url}/turn",
            data=json.dumps(body),
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )

    def turn(self, text: str, **body: Any) -> dict[str, Any]:
        """One turn that must succeed."""
        response = self.post({"turn_id": "turn-1", "text": text, "vector": None, "state": {}} | body)
        assert response.status_code == 200, response.text
        result: dict[str, Any] = response.json()
        return result

    def wait(self) -> None:
        """Return when the model is loaded; until then health answers 503 or not at all."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "the bot ended while starting"
            try:
                response = requests.get(
                    f"{self.url}/health", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5
                )
            except requests.ConnectionError:
                time.sleep(0.2)
                continue
            if response.status_code == 200:
                return
            assert response.status_code == 503
            time.sleep(0.2)
        raise AssertionError("the bot did not start in time")


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running_bot(model: Path, action_url: str, cwd: Path) -> Iterator[Bot]:
    """`python -m bot.server` on a free port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.server", "--model", str(model), "--port", str(port)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT), "KEFU_BOT_TOKEN": TOKEN, "KEFU_ACTION_URL": action_url},
    )
    try:
        yield Bot(process, f"http://127.0.0.1:{port}/webhooks/kefu")
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0
