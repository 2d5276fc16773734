"""What a supervisor sees: who waits, who serves, how the day goes. Reads only."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kefu.accounts.models import Presence, Staff
from kefu.conversations.models import Conversation, Rating, State
from kefu.core.clock import now
from kefu.core.settings import Settings
from kefu.routing import teams
from kefu.routing.estimate import Accuracy, accuracy
from kefu.routing.models import EntryState, QueueEntry


@dataclass
class TeamLine:
    """One team now. ``longest_seconds`` is the longest wait in its queue."""

    name: str
    title: str
    waiting: int = 0
    longest_seconds: int = 0
    online: int = 0
    held: int = 0
    capacity: int = 0
    handed_over: int = 0
    closed: int = 0
    wait_average: float | None = None


@dataclass
class AgentLine:
    """One agent now; ``awaiting`` customers wait for their word, the longest since ``longest_seconds``."""

    id: str
    name: str
    number: str
    team: str
    presence: str
    connected: bool
    held: int
    capacity: int
    awaiting: int
    longest_seconds: int
    closed_today: int
    score_average: float | None = None


@dataclass
class Hour:
    """What happened in one hour of today (local time)."""

    hour: int
    entered: int = 0
    claimed: int = 0
    left: int = 0


@dataclass
class Today:
    """Today's figures; times in seconds, None when nothing was measured."""

    hours: list[Hour]
    handed_over: int = 0
    left: int = 0
    closed: int = 0
    wait_average: float | None = None
    wait_p90: float | None = None
    handling_average: float | None = None
    score_average: float | None = None
    estimate: Accuracy = field(default_factory=lambda: Accuracy(0, None, None))


@dataclass
class Board:
    """The whole board."""

    waiting: int
    parked: int
    longest_seconds: int
    states: dict[str, int]
    teams: list[TeamLine]
    agents: list[AgentLine]
    today: Today
    alerts: list[str]


def midnight(settings: Settings) -> datetime:
    """Return when today began where people work."""
    return now().astimezone(settings.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def board(session: Session, settings: Settings) -> Board:
    """Return the board as of now."""
    moment, since = now(), midnight(settings)
    waits = _waits(session)
    lines = {team.name: TeamLine(team.name, team.title) for team in teams.everyone(session).values()}
    for team, entered in waits:
        line = lines.setdefault(team, TeamLine(team, team))
        line.waiting += 1
        line.longest_seconds = max(line.longest_seconds, int((moment - entered).total_seconds()))
    agents = _agents(session, settings, moment, since)
    for agent in agents:
        line = lines.setdefault(agent.team, TeamLine(agent.team, agent.team))
        line.held += agent.held
        if agent.connected and agent.presence == Presence.ONLINE:
            line.online += 1
            line.capacity += agent.capacity
    _teams_today(session, lines, since)
    longest = max((line.longest_seconds for line in lines.values()), default=0)
    parked = select(func.count()).where(
        QueueEntry.state == EntryState.WAITING, QueueEntry.parked_at.is_not(None)
    )
    states = select(Conversation.state, func.count().label("number")).where(
        Conversation.state.in_([State.BOT, State.QUEUED, State.HUMAN])
    )
    return Board(
        waiting=len(waits),
        parked=session.scalar(parked) or 0,
        longest_seconds=longest,
        states={row.state: row.number for row in session.execute(states.group_by(Conversation.state))},
        teams=list(lines.values()),
        agents=agents,
        today=_today(session, settings, since),
        alerts=_alerts(settings, len(waits), longest, agents),
    )


def _waits(session: Session) -> list[tuple[str, datetime]]:
    query = select(QueueEntry.team, QueueEntry.entered_at).where(
        QueueEntry.state == EntryState.WAITING, QueueEntry.parked_at.is_(None)
    )
    return [(team, entered) for team, entered in session.execute(query)]


def _agents(session: Session, settings: Settings, moment: datetime, midnight: datetime) -> list[AgentLine]:
    held: dict[str | None, list[datetime | None]] = defaultdict(list)
    holding = select(Conversation.agent_id, Conversation.awaiting_since)
    for agent_id, awaiting in session.execute(holding.where(Conversation.state == State.HUMAN)):
        held[agent_id].append(awaiting)
    closed: Counter[str] = Counter()
    for agent_id, count in session.execute(
        select(QueueEntry.agent_id, func.count(QueueEntry.conversation_id.distinct()))
        .join(Conversation, Conversation.id == QueueEntry.conversation_id)
        .where(Conversation.closed_at >= midnight, QueueEntry.state == EntryState.CLAIMED)
        .group_by(QueueEntry.agent_id)
    ):
        closed[str(agent_id)] = count
    scores = _scores(session, midnight)
    since = moment - timedelta(seconds=settings.agent_gone_seconds)
    query = select(Staff).where(Staff.role.in_(teams.SERVING)).order_by(Staff.number)
    lines = [
        _agent_line(agent, held[agent.id], closed[agent.id], moment, since)
        for agent in session.scalars(query)
    ]
    for line in lines:
        line.score_average = scores.get(line.id)
    return lines


def _scores(session: Session, since: datetime) -> dict[str, float]:
    """Return the average rating of today, by everyone who served the conversation."""
    served = (
        select(QueueEntry.conversation_id, QueueEntry.agent_id)
        .where(QueueEntry.state == EntryState.CLAIMED)
        .distinct()
        .subquery()
    )
    query = (
        select(served.c.agent_id, func.avg(Rating.score).label("score"))
        .join(Rating, Rating.conversation_id == served.c.conversation_id)
        .where(Rating.created_at >= since)
        .group_by(served.c.agent_id)
    )
    return {row.agent_id: round(float(row.score), 2) for row in session.execute(query)}


def _teams_today(session: Session, lines: dict[str, TeamLine], since: datetime) -> None:
    """Add how many came to each team today, how long they waited, and how many conversations ended."""
    waits: dict[str, list[float]] = defaultdict(list)
    query = select(QueueEntry.team, QueueEntry.state, QueueEntry.entered_at, QueueEntry.ended_at)
    for team, state, entered, ended in session.execute(query.where(QueueEntry.entered_at >= since)):
        line = lines.setdefault(team, TeamLine(team, team))
        line.handed_over += 1
        if state == EntryState.CLAIMED and ended is not None:
            waits[team].append((ended - entered).total_seconds())
    for team, spans in waits.items():
        lines[team].wait_average = round(sum(spans) / len(spans), 1)
    ended_today = select(Conversation.team, func.count().label("number")).where(
        Conversation.closed_at >= since, Conversation.first_owner_id.is_not(None)
    )
    for row in session.execute(ended_today.group_by(Conversation.team)):
        lines.setdefault(row.team, TeamLine(row.team, row.team)).closed = row.number


def _agent_line(
    agent: Staff, held: list[datetime | None], closed: int, moment: datetime, since: datetime
) -> AgentLine:
    waits = [(moment - awaiting).total_seconds() for awaiting in held if awaiting]
    return AgentLine(
        id=agent.id,
        name=agent.name,
        number=agent.number,
        team=agent.team,
        presence=agent.presence,
        connected=agent.seen_at is not None and agent.seen_at >= since,
        held=len(held),
        capacity=agent.capacity,
        awaiting=len(waits),
        longest_seconds=int(max(waits, default=0)),
        closed_today=closed,
    )


def _today(session: Session, settings: Settings, midnight: datetime) -> Today:
    hours = [Hour(hour) for hour in range(24)]
    waits: list[float] = []
    today = Today(hours, estimate=accuracy(session, midnight))
    query = select(QueueEntry.state, QueueEntry.entered_at, QueueEntry.ended_at)
    for state, entered, ended in session.execute(query.where(QueueEntry.entered_at >= midnight)):
        hours[entered.astimezone(settings.zone).hour].entered += 1
        today.handed_over += 1
        if ended is None:
            continue
        hour = hours[ended.astimezone(settings.zone).hour]
        if state == EntryState.CLAIMED:
            hour.claimed += 1
            waits.append((ended - entered).total_seconds())
        else:
            hour.left += 1
            today.left += 1
    if waits:
        today.wait_average = round(sum(waits) / len(waits), 1)
        today.wait_p90 = round(sorted(waits)[int(len(waits) * 0.9)], 1)
    spans = [
        (closed - claimed).total_seconds()
        for claimed, closed in session.execute(
            select(func.min(QueueEntry.ended_at), Conversation.closed_at)
            .join(Conversation, Conversation.id == QueueEntry.conversation_id)
            .where(Conversation.closed_at >= midnight, QueueEntry.state == EntryState.CLAIMED)
            .group_by(Conversation.id, Conversation.closed_at)
        )
        if claimed and closed
    ]
    today.closed = len(spans)
    today.handling_average = round(sum(spans) / len(spans), 1) if spans else None
    score = session.scalar(select(func.avg(Rating.score)).where(Rating.created_at >= midnight))
    today.score_average = round(float(score), 2) if score is not None else None
    return today


def _alerts(settings: Settings, waiting: int, longest: int, agents: list[AgentLine]) -> list[str]:
    alerts = []
    if waiting > settings.alert_waiting:
        alerts.append(f"排队 {waiting} 人，超过 {settings.alert_waiting} 人")
    if longest > settings.alert_wait_seconds:
        alerts.append(f"最久已等 {longest // 60} 分 {longest % 60} 秒")
    if waiting and not any(agent.connected and agent.presence == Presence.ONLINE for agent in agents):
        alerts.append("有客户排队，但没有坐席在线")
    alerts += [
        f"{agent.name} 的客户已等回复 {agent.longest_seconds // 60} 分钟"
        for agent in agents
        if agent.longest_seconds > settings.alert_wait_seconds
    ]
    return alerts
