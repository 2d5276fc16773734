"""Fifty agents take two thousand conversations from one PostgreSQL at once, while routers offer and customers leave."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from kefu.accounts.models import Role, Staff
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, Message, State
from kefu.core.clock import new_id, now
from kefu.core.database import Database
from kefu.core.errors import Conflict
from kefu.core.settings import Settings
from kefu.customers.models import Customer
from kefu.routing import service as routing
from kefu.routing.models import EntryState, QueueEntry
from kefu.routing.router import Router
from tests.conftest import emptied

AGENTS, CONVERSATIONS, LEAVING = 50, 2000, 100


def fill(database: Database) -> tuple[list[Staff], list[str]]:
    """Two thousand who wait and fifty who serve; returns the agents and the conversations in order."""
    moment = now()
    agents = [
        Staff(
            id=new_id(), username=f"a{n}", name=f"a{n}", number=str(n), role=Role.AGENT, password_hash="",
            presence="online", capacity=40, seen_at=moment,
        )
        for n in range(AGENTS)
    ]  # fmt: skip
    customers = [Customer(id=new_id(), inbox="web") for _ in range(CONVERSATIONS)]
    rows = [
        Conversation(id=new_id(), customer_id=customer.id, inbox="web", state=State.QUEUED)
        for customer in customers
    ]
    entries = [QueueEntry(conversation_id=row.id, reason="asked", team="default") for row in rows]
    with database.write() as session:
        session.add_all([*agents, *customers])
        session.flush()
        session.add_all(rows)
        session.flush()
        session.add_all(entries)
    return agents, [row.id for row in rows]


@pytest.fixture
def full(postgres: Database | None) -> Database:
    if postgres is None:
        pytest.skip("PostgreSQL 不可达")
    emptied(postgres)
    return postgres


def test_every_conversation_is_won_by_exactly_one(full: Database) -> None:
    agents, waiting = fill(full)
    router = Router(full, Settings(opens_at="00:00", closes_at="00:00"), lambda _customer: True)
    won: Counter[str] = Counter()
    lost: list[str] = []
    left = set(random.sample(waiting, LEAVING))
    done = threading.Event()

    def serve(agent: Staff) -> None:
        # Everybody goes through everything that waits, from a place of their own: two always meet somewhere.
        start = random.randrange(CONVERSATIONS)
        mine = (waiting[start:] + waiting[:start])[: 2 * CONVERSATIONS // AGENTS]
        for conversation_id in mine:
            try:
                with full.write() as session:
                    routing.claim(session, conversation_id, agent)
                won[conversation_id] += 1
            except Conflict as refused:
                lost.append(refused.code)

    def leave() -> None:
        for conversation_id in left:
            with full.write() as session:
                routing.leave(session, conversations.lock(session, conversation_id))

    def route() -> None:
        while not done.is_set():
            router.run_once()

    with ThreadPoolExecutor(12) as pool:
        routing_ = pool.submit(route)
        work = [pool.submit(serve, agent) for agent in agents] + [pool.submit(leave)]
        for task in work:
            task.result()
        done.set()
        routing_.result()

    with full.read() as session:
        states = Counter(session.scalars(select(Conversation.state)))
        claimed = session.scalar(select(func.count()).where(QueueEntry.state == EntryState.CLAIMED))
        owners = session.execute(
            select(Conversation.agent_id, QueueEntry.agent_id)
            .join(QueueEntry, QueueEntry.conversation_id == Conversation.id)
            .where(QueueEntry.state == EntryState.CLAIMED)
        )
        assert all(owner == claimer for owner, claimer in owners)
        assert session.scalar(select(func.count(Message.id)).where(Message.seq > 1)) == 0  # one welcome each
    assert max(won.values()) == 1
    assert len(won) == claimed == states[State.HUMAN]
    assert states[State.HUMAN] + states[State.BOT] + states[State.QUEUED] == CONVERSATIONS
    assert set(lost) <= {"already_assigned", "offered_to_another"}
    assert lost, "nobody raced: the test proves nothing"
