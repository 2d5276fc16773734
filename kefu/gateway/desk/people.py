"""The agent's HTTP calls about people: presence, colleagues, ready phrases; and what supervisors see and do."""

from dataclasses import asdict

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Presence, Staff
from kefu.accounts.rights import Right, require
from kefu.conversations import canned
from kefu.conversations.models import CannedReply
from kefu.core.errors import NotFound
from kefu.core.settings import Settings
from kefu.gateway.deps import Agent, Parts
from kefu.gateway.desk import people_schemas as s
from kefu.promises import service as promises
from kefu.routing import board as boards
from kefu.routing import teams

router = APIRouter(prefix="/desk", tags=["staff"])


@router.get("/presence", operation_id="deskPresence")
def presence(person: Agent, parts: Parts) -> s.PresenceView:
    """Return this agent's presence."""
    return s.PresenceView(status=person.presence, capacity=person.capacity)


@router.post("/presence", operation_id="deskSetPresence")
def set_presence(body: s.PresenceRequest, person: Agent, parts: Parts) -> s.PresenceView:
    """Say whether this agent takes conversations; it is a sign of life too."""
    with parts.database.write() as session:
        accounts.touch(session, person)
        accounts.set_presence(session, person, Presence(body.status), body.capacity)
    return s.PresenceView(status=body.status, capacity=body.capacity or person.capacity)


@router.get("/colleagues", operation_id="deskColleagues")
def colleagues(person: Agent, parts: Parts) -> s.Colleagues:
    """Return who else serves customers, those who are online first, and the teams."""
    with parts.database.read() as session:
        query = select(Staff).where(Staff.role.in_(teams.SERVING), Staff.id != person.id)
        people = session.scalars(query.order_by(Staff.presence != Presence.ONLINE, Staff.number))
        return s.Colleagues(
            items=[
                s.Colleague(id=one.id, name=one.name, number=one.number, presence=one.presence, team=one.team)
                for one in people
            ],
            teams=[s.TeamName(name=team.name, title=team.title) for team in teams.everyone(session).values()],
        )


def _canned(reply: CannedReply) -> s.Canned:
    return s.Canned(
        id=reply.id,
        code=reply.code,
        text=reply.text,
        shared=reply.owner_id is None,
        keys=canned.keys(reply.text),
    )


@router.get("/canned", operation_id="deskCanned")
def canned_list(person: Agent, parts: Parts) -> s.CannedList:
    """Return one's own ready phrases and those of the teams."""
    with parts.database.read() as session:
        return s.CannedList(items=[_canned(reply) for reply in canned.available(session, person)])


@router.post("/canned", operation_id="deskAddCanned")
def add_canned(body: s.CannedRequest, person: Agent, parts: Parts) -> s.Canned:
    """Add a ready phrase."""
    with parts.database.write() as session:
        made = canned.add(session, person, code=body.code, text=body.text, shared=body.shared)
        return _canned(made)


@router.put("/canned/{reply_id}", operation_id="deskChangeCanned")
def change_canned(reply_id: str, body: s.CannedRequest, person: Agent, parts: Parts) -> s.Canned:
    """Change a ready phrase."""
    with parts.database.write() as session:
        return _canned(canned.change(session, person, reply_id, code=body.code, text=body.text))


@router.delete("/canned/{reply_id}", operation_id="deskRemoveCanned", status_code=204)
def remove_canned(reply_id: str, person: Agent, parts: Parts) -> None:
    """Remove a ready phrase."""
    with parts.database.write() as session:
        canned.remove(session, person, reply_id)


@router.get("/board", operation_id="deskBoard")
def board(person: Agent, parts: Parts) -> s.Board:
    """Return the supervisor's live board."""
    require(person, Right.SUPERVISE)
    with parts.database.read() as session:
        return whole_board(session, parts.settings)


def whole_board(session: Session, settings: Settings) -> s.Board:
    """Return the board with how today's targets and promises were kept."""
    kept = promises.figures(session, boards.midnight(settings))
    shown = s.Board.model_validate(
        asdict(boards.board(session, settings)) | {"service": [asdict(line) for line in kept.lines]}
    )
    for team in shown.teams:
        team.kept, team.missed = kept.kept_by_team.get(team.name, 0), kept.missed_by_team.get(team.name, 0)
    for agent in shown.agents:
        agent.missed = kept.missed_by_agent.get(agent.id, 0)
        agent.first_reply_average = kept.first_reply_by_agent.get(agent.id)
    overdue = [f"{line.title} {line.soon} 个快到时间" for line in kept.lines if line.soon]
    shown.alerts += overdue
    return shown


@router.post("/agents/{agent_id}/presence", operation_id="deskForcePresence")
def force_presence(agent_id: str, body: s.PresenceRequest, person: Agent, parts: Parts) -> s.PresenceView:
    """Set another agent's presence (supervisors)."""
    require(person, Right.SUPERVISE)
    with parts.database.write() as session:
        agent = session.get(Staff, agent_id)
        if agent is None or agent.role not in teams.SERVING:
            raise NotFound("agent_not_found", "没有这位坐席")
        accounts.set_presence(session, agent, Presence(body.status), body.capacity, why="forced")
        accounts.audit(session, person, "force_presence", agent_id, status=body.status)
        return s.PresenceView(status=agent.presence, capacity=agent.capacity)
