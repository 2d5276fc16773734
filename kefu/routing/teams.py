"""Teams: which one a conversation is for, and who may take it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kefu.accounts.models import Presence, Staff
from kefu.accounts.rights import RIGHTS, Right
from kefu.conversations.models import Conversation, State
from kefu.core.errors import NotFound
from kefu.core.settings import Settings
from kefu.customers.models import Customer
from kefu.routing.models import DEFAULT_TEAM, EntryState, Mode, QueueEntry, Team

SERVING = [role for role, rights in RIGHTS.items() if Right.SERVE in rights]


def everyone(session: Session) -> dict[str, Team]:
    """Return every team by name; the default one is always there."""
    found = {team.name: team for team in session.scalars(select(Team).order_by(Team.name))}
    if DEFAULT_TEAM not in found:
        found[DEFAULT_TEAM] = Team(
            name=DEFAULT_TEAM,
            title="客服组",
            mode=Mode.OFFER,
            accept_seconds=30,
            overflow_to=None,
            overflow_seconds=120,
            skills={},
        )
    return found


def named(session: Session, name: str) -> Team:
    """Return a team. Raises ``team_not_found``."""
    team = everyone(session).get(name)
    if team is None:
        raise NotFound("team_not_found", "没有这个技能组")
    return team


def choose(session: Session, conversation: Conversation) -> str:
    """Return the team whose skills fit a conversation best: the one that asks for most and gets all of it."""
    customer = session.get_one(Customer, conversation.customer_id)
    given: dict[str, set[str | None]] = {
        "topics": {conversation.memory.get("topic"), conversation.memory.get("article_key")},
        "inboxes": {conversation.inbox},
        "languages": {str(customer.context.get("locale") or "zh-CN")},
        "levels": {customer.level},
    }
    fitting = [
        (len(team.skills), team.name)
        for team in everyone(session).values()
        if team.skills and all(_fits(team.skills[name], given.get(name, set())) for name in team.skills)
    ]
    return max(fitting)[1] if fitting else DEFAULT_TEAM


def _fits(wanted: Any, given: set[str | None]) -> bool:
    return bool(given.intersection(wanted))


@dataclass
class Seat:
    """An agent who is at the desk, and how many conversations more they can take."""

    agent_id: str
    teams: frozenset[str]
    capacity: int
    load: int
    last_claim: datetime

    @property
    def order(self) -> tuple[float, datetime]:
        """Who is asked first: the least busy, then who has had none for the longest time."""
        return (self.load / self.capacity, self.last_claim)


def loads(session: Session) -> Counter[str]:
    """Return how many conversations each agent holds."""
    query = (
        select(Conversation.agent_id, func.count())
        .where(Conversation.state == State.HUMAN)
        .group_by(Conversation.agent_id)
    )
    return Counter({agent_id: count for agent_id, count in session.execute(query) if agent_id})


def asked(session: Session) -> set[str]:
    """Return the agents who have an offer to answer."""
    query = select(QueueEntry.offered_to).where(
        QueueEntry.state == EntryState.WAITING, QueueEntry.offered_to.is_not(None)
    )
    return {agent_id for agent_id in session.scalars(query) if agent_id}


class AtDesk(NamedTuple):
    """An agent who is at the desk."""

    id: str
    teams: frozenset[str]
    capacity: int


def _at_desk(moment: datetime, settings: Settings) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on staff who are online and whose desk gave a sign of life lately."""
    since = moment - timedelta(seconds=settings.agent_gone_seconds)
    return Staff.presence == Presence.ONLINE, Staff.seen_at >= since, Staff.role.in_(SERVING)


def present(session: Session, moment: datetime, settings: Settings) -> list[AtDesk]:
    """Return the agents who are at the desk."""
    query = select(Staff.id, Staff.team, Staff.also_serves, Staff.capacity)
    query = query.where(*_at_desk(moment, settings)).order_by(Staff.number)
    return [
        AtDesk(id_, frozenset({team, *also}), capacity)
        for id_, team, also, capacity in session.execute(query)
    ]


def places(session: Session, moment: datetime, settings: Settings) -> int:
    """Return how many conversations the agents who are at the desk can hold together."""
    query = select(func.sum(Staff.capacity)).where(*_at_desk(moment, settings))
    return session.scalar(query) or 0


def free_seats(session: Session, moment: datetime, agents: Sequence[AtDesk]) -> list[Seat]:
    """Return who of them can take another conversation now; who has an offer to answer is asked no other."""
    if not agents:
        return []
    held, busy = loads(session), asked(session)
    free = [agent for agent in agents if held[agent.id] < agent.capacity and agent.id not in busy]
    query = (
        select(QueueEntry.agent_id, func.max(QueueEntry.ended_at))
        .where(
            QueueEntry.agent_id.in_([agent.id for agent in free]),
            QueueEntry.ended_at >= moment - timedelta(days=1),
        )
        .group_by(QueueEntry.agent_id)
    )
    last = {agent_id: claimed for agent_id, claimed in session.execute(query) if claimed}
    never = moment - timedelta(days=2)
    return [
        Seat(agent.id, agent.teams, agent.capacity, held[agent.id], last.get(agent.id, never))
        for agent in free
    ]


def serving(team: Team | None, waited: timedelta, agents: list[frozenset[str]]) -> set[str]:
    """Return the teams that are asked for one who has waited this long: overflow comes in time or when nobody is there."""
    if team is None:
        return {DEFAULT_TEAM}
    names = {team.name}
    empty = not any(team.name in serves for serves in agents)
    if team.overflow_to and (empty or waited >= timedelta(seconds=team.overflow_seconds)):
        names.add(team.overflow_to)
    return names


def in_use(session: Session, name: str) -> bool:
    """Whether anybody belongs to a team or waits for it."""
    members = (name in agent.teams for agent in session.scalars(select(Staff)))
    waiting = select(QueueEntry.id).where(QueueEntry.team == name, QueueEntry.state == EntryState.WAITING)
    return any(members) or session.scalar(waiting.limit(1)) is not None
