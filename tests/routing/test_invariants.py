"""What must hold at every instant, over random interleavings of customers, bot, agents, supervisor, crashes and clock."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar
from uuid import uuid4

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from kefu.accounts.models import Presence, Role, Staff
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation, Message, State
from kefu.conversations.schemas import Reply
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import DomainError
from kefu.dialogue import store
from kefu.dialogue.decision import Decision, Handover
from kefu.dialogue.memory import Memory
from kefu.gateway.desk import operations
from kefu.gateway.desk import schemas as s
from kefu.routing import service as routing
from kefu.routing.models import EntryState, QueueEntry
from tests.routing.conftest import START, Desk, desk_on

AGENTS = 2
WHO, WHICH = st.integers(0, AGENTS), st.integers(0, 30)


class Crash(Exception):
    """The process dies before it commits."""


class People(RuleBasedStateMachine):
    """A small shop. Agent 0 supervises; an agent who crashed sends no sign of life until coming online again."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.travel = time_machine.travel(START, tick=False)
        clock = self.travel.start()
        self.directory = tempfile.TemporaryDirectory()
        path = Path(shutil.copy(self.template, Path(self.directory.name) / "kefu.sqlite3"))
        self.database = Database(f"sqlite:///{path}")
        self.desk: Desk = desk_on(self.database, clock)
        self.parts: Any = SimpleNamespace(database=self.database, settings=self.desk.settings)
        self.agents = [
            self.desk.agent(
                str(number), capacity=1 + number % 2, role=Role.LEAD if number == 0 else Role.AGENT
            )
            for number in range(AGENTS + 1)
        ]
        self.alive: set[str] = set()
        self.cases: list[str] = []
        self.said: list[tuple[str, str]] = []
        self.turns: list[store.Batch] = []
        self.epochs: dict[str, int] = {}

    def teardown(self) -> None:
        self.database.close()
        self.directory.cleanup()
        self.travel.stop()

    @initialize(mode=st.sampled_from(["offer", "direct"]), online=st.integers(0, AGENTS))
    def open_shop(self, mode: str, online: int) -> None:
        self.desk.team("default", mode=mode)
        self.cases = [self.desk.customer(level) for level in ("", "", "金卡", "")]
        for who in range(1, online + 1):
            self.agent_sets_presence(who, "online")

    def case(self, which: int) -> str | None:
        return self.cases[which % len(self.cases)] if self.cases else None

    def person(self, who: int) -> Staff:
        with self.database.read() as session:
            return session.get_one(Staff, self.agents[who])

    def attempt(self, do: Callable[[], object]) -> bool:
        """Do it; being refused with a reason is normal."""
        try:
            do()
        except DomainError:
            return False
        return True

    # ---- customers

    @rule(level=st.sampled_from(["", "金卡"]))
    @precondition(lambda self: len(self.cases) < 8)
    def customer_comes(self, level: str) -> None:
        self.cases.append(self.desk.customer(level))

    @rule(which=WHICH, priority=st.sampled_from([0, 0, 0, 10, 30]))
    def customer_asks_for_a_person(self, which: int, priority: int) -> None:
        if case := self.case(which):
            self.attempt(lambda: self.desk.wait(case, priority))

    @rule(priorities=st.lists(st.sampled_from([0, 10, 30]), min_size=2, max_size=4))
    def many_ask_at_once(self, priorities: list[int]) -> None:
        for which, priority in enumerate(priorities):
            self.customer_asks_for_a_person(which, priority)
        self.router_runs()

    @rule(which=WHICH, bot_begins=st.booleans())
    def customer_says(self, which: int, bot_begins: bool) -> None:
        if (case := self.case(which)) and self.desk.conversation(case).state != State.CLOSED:
            text = uuid4().hex
            self.desk.says(case, text)
            self.said.append((case, text))
            if bot_begins:
                self.bot_begins(case)

    @rule(which=WHICH)
    def customer_stops_waiting(self, which: int) -> None:
        if case := self.case(which):
            with self.database.write() as session:
                routing.leave(session, conversations.lock(session, case))

    @rule(which=WHICH, here=st.booleans())
    def customer_opens_or_closes_the_page(self, which: int, here: bool) -> None:
        if case := self.case(which):
            (self.desk.here.add if here else self.desk.here.discard)(self.desk.customer_of(case))

    # ---- the bot

    def bot_begins(self, case: str) -> None:
        with self.database.write() as session:
            batch = store.begin(session, case)
        if batch is not None and all(batch.turn_id != other.turn_id for other in self.turns):
            self.turns.append(batch)

    @rule(which=WHICH, how=st.sampled_from(["asks", "taken"]))
    @precondition(lambda self: self.turns)
    def owner_changes_while_the_bot_thinks(self, which: int, how: str) -> None:
        batch = self.turns[which % len(self.turns)]
        if how == "asks":
            self.attempt(lambda: self.desk.wait(batch.conversation_id))
        else:
            lead = self.person(0)
            self.attempt(lambda: operations.take_over(self.parts, lead, batch.conversation_id))
            self.alive.add(lead.id)

    @rule(which=WHICH, hands_over=st.booleans())
    @precondition(lambda self: self.turns)
    def bot_ends(self, which: int, hands_over: bool) -> None:
        batch = self.turns.pop(which % len(self.turns))
        before = self.desk.conversation(batch.conversation_id)
        memory = Memory.model_validate(before.memory)
        decision = Decision(
            outcome="answer",
            replies=(Reply("text", {"text": f"bot {batch.turn_id}"}),),
            memory=memory,
            handover=Handover("not_understood", 0) if hands_over else None,
        )
        with self.database.write() as session:
            outcome = store.apply(session, self.desk.settings, batch, decision, {}, None)
        if before.epoch != batch.epoch or before.state != State.BOT:
            assert outcome.messages == ()
            assert self.desk.conversation(batch.conversation_id).last_seq == before.last_seq

    # ---- agents

    @rule(who=WHO, status=st.sampled_from(["online", "online", "busy", "offline"]))
    def agent_sets_presence(self, who: int, status: str) -> None:
        self.alive.add(self.agents[who])
        self.desk.presence(self.agents[who], status)

    @rule(who=WHO)
    def agent_crashes(self, who: int) -> None:
        self.alive.discard(self.agents[who])

    @rule(who=WHO, which=WHICH, dies=st.booleans())
    def agent_claims(self, who: int, which: int, dies: bool) -> None:
        case = self.case(which)
        if case is None:
            return
        if dies:  # half way: nothing of it may stay
            before = self.desk.conversation(case)
            with pytest.raises((Crash, DomainError)):
                self.claim_and_die(case, self.agents[who])
            after = self.desk.conversation(case)
            assert (after.state, after.epoch, after.last_seq) == (before.state, before.epoch, before.last_seq)
        elif self.attempt(lambda: operations.claim(self.parts, self.person(who), case)):
            self.alive.add(self.agents[who])
            assert self.desk.conversation(case).agent_id == self.agents[who]

    def claim_and_die(self, case: str, agent: str) -> None:
        with self.database.write() as session:
            routing.claim(session, case, session.get_one(Staff, agent))
            raise Crash

    @rule(who=WHO, which=WHICH)
    def agent_declines(self, who: int, which: int) -> None:
        if case := self.case(which):
            self.attempt(lambda: operations.decline(self.parts, self.person(who), case))

    @rule(who=WHO, which=WHICH)
    def agent_answers(self, who: int, which: int) -> None:
        if case := self.case(which):
            text = uuid4().hex
            body = s.AgentMessage.model_validate({"client_msg_id": text, "content": {"text": text}})
            before = self.desk.conversation(case)
            if self.attempt(lambda: operations.send(self.parts, self.person(who), case, body)):
                assert before.agent_id == self.agents[who] or who == 0
                operations.send(self.parts, self.person(who), case, body)  # again: the answer got lost
                self.alive.add(self.agents[who])
                self.said.append((case, text))

    @rule(who=WHO, which=WHICH, end=st.sampled_from(["close", "bot", "queue"]))
    def agent_ends(self, who: int, which: int, end: str) -> None:
        if case := self.case(which):
            person = self.person(who)
            ways: dict[str, Callable[[], object]] = {
                "close": lambda: operations.close(self.parts, person, case, s.CloseRequest(solved=True)),
                "bot": lambda: operations.return_to_bot(self.parts, person, case, ""),
                "queue": lambda: operations.transfer(
                    self.parts, person, case, s.TransferRequest(note="换人")
                ),
            }
            self.attempt(ways[end])

    @rule(who=WHO, to=WHO, which=WHICH, answer=st.sampled_from(["accept", "return", "none"]))
    def agent_transfers(self, who: int, to: int, which: int, answer: str) -> None:
        case = self.case(which)
        if case is None:
            return
        body = s.TransferRequest(agent_id=self.agents[to], note="请接手")
        before = self.desk.conversation(case)
        asked = self.attempt(lambda: operations.transfer(self.parts, self.person(who), case, body))
        assert self.desk.conversation(case).agent_id == before.agent_id  # nothing moves until it is accepted
        if asked and answer == "accept":
            if self.attempt(lambda: operations.accept_transfer(self.parts, self.person(to), case)):
                self.alive.add(self.agents[to])
                assert self.desk.conversation(case).agent_id == self.agents[to]
        elif asked and answer == "return":
            operations.return_transfer(self.parts, self.person(to), case, "不归我管")
            assert self.desk.conversation(case).agent_id == before.agent_id

    @rule(to=WHO, which=WHICH)
    def supervisor_takes_over_or_assigns(self, to: int, which: int) -> None:
        if case := self.case(which):
            lead = self.person(0)
            if to == 0:
                if self.attempt(lambda: operations.take_over(self.parts, lead, case)):
                    self.alive.add(lead.id)
            else:
                self.attempt(lambda: operations.assign(self.parts, lead, case, self.agents[to]))

    # ---- the clock and the router

    @rule(seconds=st.sampled_from([1, 10, 31, 61, 121, 301, 1900]))
    def time_passes(self, seconds: int) -> None:
        self.desk.later(seconds)
        if self.alive:
            self.desk.ping(*self.alive)
        self.router_runs()

    @rule()
    def router_runs(self) -> None:
        free = self.unasked()
        self.desk.route()
        with self.database.read() as session:
            given = [session.get_one(QueueEntry, one) for one in free - self.unasked()]
            left = [session.get_one(QueueEntry, one) for one in self.unasked()]
        for one in given:
            if one.offered_to or one.state == EntryState.CLAIMED:
                for other in left:
                    assert other.skipped or one.ranked_at <= other.ranked_at, "served out of turn"
        self.desk.route()  # what the first pass freed
        self.settled()

    def unasked(self) -> set[str]:
        query = select(QueueEntry.id).where(
            QueueEntry.state == EntryState.WAITING,
            QueueEntry.offered_to.is_(None),
            QueueEntry.parked_at.is_(None),
        )
        with self.database.read() as session:
            return set(session.scalars(query))

    def settled(self) -> None:
        """After a pass nobody waits for a free agent, and nobody is left with one who is gone."""
        moment = now()
        with self.database.read() as session:
            staff = {one.id: one for one in session.scalars(select(Staff))}
            load = dict.fromkeys(staff, 0)
            for row in session.scalars(select(Conversation).where(Conversation.state == State.HUMAN)):
                load[str(row.agent_id)] += 1
            waiting = list(session.scalars(select(QueueEntry).where(QueueEntry.state == EntryState.WAITING)))
        asked = [entry.offered_to for entry in waiting if entry.offered_to]
        assert len(asked) == len(set(asked)), "asked twice at once"

        def gone(agent: Staff) -> bool:
            return agent.seen_at is None or (moment - agent.seen_at).total_seconds() > 60

        for agent in staff.values():
            left = load[agent.id] or agent.id in asked
            assert not (gone(agent) and left), "left with an agent who is gone"
        free = [
            agent
            for agent in staff.values()
            if agent.presence == Presence.ONLINE
            and not gone(agent)
            and agent.id not in asked
            and load[agent.id] < agent.capacity
        ]
        for entry in waiting:
            if entry.offered_to is None and entry.parked_at is None:
                able = [one for one in free if entry.skipped.get(one.id, "") <= moment.isoformat()]
                assert not able, "waits while an able agent is free"

    # ---- at every instant

    @invariant()
    def one_owner(self) -> None:
        with self.database.read() as session:
            query = select(QueueEntry.conversation_id).where(QueueEntry.state == EntryState.WAITING)
            waits = Counter(session.scalars(query))
            for row in session.scalars(select(Conversation)):
                assert (row.agent_id is not None) == (row.state == State.HUMAN)
                assert waits[row.id] == (1 if row.state == State.QUEUED else 0)
                assert row.epoch >= self.epochs.get(row.id, 0)
                assert row.state != State.HUMAN or row.first_owner_id is not None
                self.epochs[row.id] = row.epoch

    @invariant()
    def nothing_lost_or_doubled(self) -> None:
        with self.database.read() as session:
            stored: dict[str, list[Message]] = {case: [] for case in self.cases}
            for message in session.scalars(select(Message).order_by(Message.seq)):
                stored[message.conversation_id].append(message)
        for messages in stored.values():
            assert [message.seq for message in messages] == list(range(1, len(messages) + 1))
        texts = [(case, one.content.get("text")) for case, found in stored.items() for one in found]
        for said in self.said:
            assert texts.count(said) == 1


def test_the_invariants_hold(sqlite_template: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    People.template = sqlite_template
    run_state_machine_as_test(
        People,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
