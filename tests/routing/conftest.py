"""A shop with customers and agents on a bare database; time is a hand that the test moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine

from kefu.accounts import service as accounts
from kefu.accounts.models import Presence, Role, Staff
from kefu.bootstrap import models
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, State
from kefu.conversations.schemas import Reply, parse_inbound
from kefu.core.database import Database
from kefu.core.settings import Settings
from kefu.customers.models import Customer
from kefu.routing import service as routing
from kefu.routing.models import QueueEntry, Team
from kefu.routing.router import Router

START = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # a Wednesday, ten in the morning in Shanghai
assert models.metadata.tables


@dataclass
class Desk:
    """The shop's people, and what they do."""

    database: Database
    settings: Settings
    clock: time_machine.Traveller

    def __post_init__(self) -> None:
        self.here: set[str] = set()
        self.router = Router(self.database, self.settings, self.here.__contains__)

    def agent(self, name: str, *, team: str = "default", capacity: int = 2, role: Role = Role.AGENT) -> str:
        with self.database.write() as session:
            staff = Staff(
                username=name,
                name=name,
                number=name,
                role=role,
                team=team,
                password_hash="",
                capacity=capacity,
            )
            session.add(staff)
            session.flush()
            return staff.id

    def team(self, name: str, **fields: object) -> None:
        with self.database.write() as session:
            session.merge(Team(name=name, title=name, **fields))

    def presence(self, agent: str, status: str) -> None:
        with self.database.write() as session:
            staff = session.get_one(Staff, agent)
            accounts.touch(session, staff)
            accounts.set_presence(session, staff, Presence(status), None)

    def ping(self, *agents: str) -> None:
        with self.database.write() as session:
            for agent in agents:
                accounts.touch(session, session.get_one(Staff, agent))

    def customer(self, level: str = "") -> str:
        """A customer with the page open, talking to the bot; returns the conversation."""
        with self.database.write() as session:
            customer = Customer(inbox="web", level=level)
            session.add(customer)
            session.flush()
            conversation = conversations.open_for(session, customer.id, "web")
            conversations.transition(session, conversation, State.BOT)
            self.here.add(customer.id)
            return conversation.id

    def customer_of(self, conversation: str) -> str:
        return self.conversation(conversation).customer_id

    def wait(self, conversation: str, priority: int = 0) -> None:
        with self.database.write() as session:
            self.later(0.001)
            row = conversations.lock(session, conversation)
            routing.enqueue(session, row, self.settings, reason="asked", priority=priority, brief={})

    def queued(self, priority: int = 0, level: str = "") -> str:
        conversation = self.customer(level)
        self.wait(conversation, priority)
        return conversation

    def claim(self, conversation: str, agent: str) -> None:
        with self.database.write() as session:
            staff = session.get_one(Staff, agent)
            accounts.touch(session, staff)
            routing.claim(session, conversation, staff)

    def decline(self, conversation: str, agent: str) -> None:
        with self.database.write() as session:
            routing.decline(session, conversation, agent, self.settings)

    def says(self, conversation: str, text: str) -> None:
        """The customer writes."""
        with self.database.write() as session:
            row = conversations.lock(session, conversation)
            body = {"client_msg_id": uuid4().hex, "kind": "text", "content": {"text": text}}
            conversations.receive(session, row, row.customer_id, parse_inbound(body, max_chars=100), {})

    def answers(self, conversation: str, text: str = "好的") -> None:
        """The agent who has the conversation writes."""
        with self.database.write() as session:
            row = conversations.lock(session, conversation)
            assert row.state == State.HUMAN
            conversations.append(session, row, Reply("text", {"text": text}, "agent"), author_id=row.agent_id)

    def close(self, conversation: str) -> None:
        with self.database.write() as session:
            conversations.close(session, conversations.lock(session, conversation), survey=True)

    def later(self, seconds: float) -> None:
        self.clock.shift(seconds)

    def route(self) -> None:
        self.router.run_once()

    def conversation(self, conversation: str) -> Conversation:
        with self.database.read() as session:
            return session.get_one(Conversation, conversation)

    def entry(self, conversation: str) -> QueueEntry:
        with self.database.read() as session:
            found = routing.last_entry(session, conversation)
            assert found is not None
            return found

    def texts(self, conversation: str) -> list[str]:
        with self.database.read() as session:
            found = conversations.messages(session, conversation)
            return [str(message.content.get("text", message.kind)) for message in found]


def desk_on(database: Database, clock: time_machine.Traveller, **settings: object) -> Desk:
    values = {"opens_at": "08:00", "closes_at": "22:00", "agent_gone_seconds": 60} | settings
    return Desk(database, Settings(**values), clock)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as travelling:
        yield travelling


@pytest.fixture
def desk(sqlite: Database, clock: time_machine.Traveller) -> Desk:
    return desk_on(sqlite, clock)
