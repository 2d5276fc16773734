"""The whole service over HTTP, on a seeded database of its own; the bot process is played where a test needs it."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from fastapi.testclient import TestClient

from kb_index.encoders import create_encoder
from kefu.bootstrap.container import Container, make_container
from kefu.bootstrap.knowledge import LiveKnowledge, build_index
from kefu.bootstrap.models import metadata
from kefu.bootstrap.seed import seed
from kefu.core.database import Database
from kefu.core.process import keep_loaded
from kefu.core.settings import Settings
from kefu.customers.service import identifier_hash
from kefu.dialogue.brain import Brain, BrainHolder
from kefu.gateway.app import create_app

Json = dict[str, Any]
HAN = re.compile("[\u4e00-\u9fff]")


def settings_for(directory: Path, **more: Any) -> Settings:
    """Settings of a test: the deterministic encoder, open round the clock."""
    values: Json = {"data_dir": directory, "encoder": "hash", "opens_at": "00:00", "closes_at": "00:00"}
    return Settings(**(values | {"visitor_rate_burst": 1000, "visitor_rate_per_second": 1000} | more))


SIMILAR = 3
CONTENT = Path(__file__).parents[2] / "content"


def small_content(directory: Path) -> Path:
    """The shop's content with few similar questions an article, so that an index is built in seconds."""
    shutil.copytree(CONTENT, directory, dirs_exist_ok=True)
    for path in (directory / "articles").glob("*.yml"):
        entries = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        for entry in entries:
            entry["similar"] = entry["similar"][:SIMILAR]
        path.write_text(yaml.dump(entries, Dumper=yaml.CSafeDumper, allow_unicode=True), encoding="utf-8")
    return directory


_MADE: list[tuple[Path, dict[str, str]]] = []


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A data directory with the demo shop and its index, made once for all packages that use this fixture."""
    if not _MADE:
        _MADE.append(_make(tmp_path_factory))
    return _MADE[0]


def _make(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    directory = tmp_path_factory.mktemp("seeded")
    settings = settings_for(directory, content_dir=small_content(tmp_path_factory.mktemp("content")))
    database = Database(settings.database)
    metadata.create_all(database.engine)
    passwords = seed(settings, database)
    build_index(settings, database, adapt=False)
    database.close()
    return directory, passwords


@pytest.fixture(scope="session")
def brain(seeded: tuple[Path, dict[str, str]]) -> Brain:
    """The loaded index, which is immutable and therefore shared."""
    settings = settings_for(seeded[0])
    database = Database(settings.database)
    holder = BrainHolder(create_encoder("hash"))
    LiveKnowledge(settings, database, holder).load()
    database.close()
    keep_loaded()
    return holder.brain


@pytest.fixture
def data_dir(seeded: tuple[Path, dict[str, str]], tmp_path: Path) -> Path:
    """A copy of the seeded data directory."""
    return Path(shutil.copytree(seeded[0], tmp_path / "var"))


class Visitor:
    """A customer at the API."""

    def __init__(self, client: TestClient, **session: Any) -> None:
        self._client = client
        answer = client.post("/api/v1/visitor/sessions", json=session)
        assert answer.status_code == 200, answer.text
        self.session: Json = answer.json()
        self.token: str = self.session["token"]
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def send(self, kind: str, content: Json, *, wait: float = 10, client_msg_id: str | None = None) -> Json:
        """Send a message; return the whole answer."""
        answer = self.try_send(kind, content, wait=wait, client_msg_id=client_msg_id)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    def try_send(
        self, kind: str, content: Json, *, wait: float = 10, client_msg_id: str | None = None
    ) -> Any:
        """Send a message; return the response."""
        body = {"client_msg_id": client_msg_id or uuid4().hex, "kind": kind, "content": content}
        return self._client.post(
            "/api/v1/visitor/messages", json=body, params={"wait": wait}, headers=self.headers
        )

    def say(self, text: str) -> list[Json]:
        """Send a text; return the replies."""
        replies: list[Json] = self.send("text", {"text": text})["replies"]
        return replies

    def click(self, option: Json) -> list[Json]:
        """Choose an option; return the replies."""
        replies: list[Json] = self.send("option", {"option_id": option["id"]})["replies"]
        return replies

    def submit(self, form_id: str, values: dict[str, str]) -> list[Json]:
        """Submit a form; return the replies."""
        replies: list[Json] = self.send("form", {"form_id": form_id, "values": values})["replies"]
        return replies

    def call(self, method: str, path: str, **more: Any) -> Any:
        """Call another endpoint as this customer."""
        return self._client.request(method, f"/api/v1/visitor{path}", headers=self.headers, **more)

    def messages(self) -> list[Json]:
        """Return the conversation as it is stored."""
        params = {"conversation_id": self.session["conversation_id"]}
        items: list[Json] = self.call("GET", "/messages", params=params).json()["items"]
        return items


class Service:
    """The running service, with visitors and staff."""

    def __init__(self, container: Container, client: TestClient, passwords: dict[str, str]) -> None:
        self.container, self.client, self._passwords = container, client, passwords

    def visitor(self, external_id: str | None = None, **more: Any) -> Visitor:
        """Open a visit, verified when an ``external_id`` is given."""
        if external_id is not None:
            secret = self.container.settings.secret_of_inbox(more.get("inbox", "web"))
            digest = identifier_hash(secret, external_id)
            more["user"] = {"external_id": external_id, "identifier_hash": digest}
        return Visitor(self.client, **more)

    def password(self, username: str) -> str:
        """Return the password that the seeding made."""
        return self._passwords[username]

    def staff(self, username: str = "agent1") -> Callable[..., Any]:
        """Sign in; return a function that calls the API as this member of staff."""
        body = {"username": username, "password": self._passwords[username]}
        token = TestClient(self.client.app).post("/api/v1/auth/login", json=body).json()["token"]

        def call(method: str, path: str, **more: Any) -> Any:
            return self.client.request(
                method, f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"}, **more
            )

        return call


def queued(service: Service, words: str = "人工") -> Visitor:
    """A customer who waits for a person, after a word with the bot."""
    visitor = service.visitor()
    visitor.say("发票")
    *_, handoff = visitor.say(words)
    assert handoff["kind"] == "handoff"
    return visitor


@pytest.fixture
def start(
    data_dir: Path, seeded: tuple[Path, dict[str, str]], brain: Brain
) -> Iterator[Callable[..., Service]]:
    """Start the service on the data directory; may be called again after leaving (a restart)."""
    running: list[TestClient] = []

    def begin(*, bot: Any = None, commerce: Any = None, **settings: Any) -> Service:
        container = make_container(settings_for(data_dir, **settings), bot=bot, commerce=commerce)
        container.brain.put(brain)
        client = TestClient(create_app(container))
        client.__enter__()
        running.append(client)
        return Service(container, client, seeded[1])

    yield begin
    for client in running:
        client.__exit__(None, None, None)


@pytest.fixture
def service(start: Callable[..., Service]) -> Service:
    """The service without a bot process: the degraded mode, which serves all the same."""
    return start()
