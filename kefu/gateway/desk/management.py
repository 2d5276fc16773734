"""What managers set: teams, who belongs to them, and the days that differ."""

from datetime import date
from typing import Annotated

import yaml
from fastapi import APIRouter, Depends, Query

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, require
from kefu.core.errors import Conflict, NotFound
from kefu.core.settings import ROOT
from kefu.gateway.deps import Parts, SignedIn
from kefu.gateway.desk import management_schemas as s
from kefu.gateway.desk.people_schemas import Colleague
from kefu.routing import hours, teams
from kefu.routing.models import DEFAULT_TEAM, CalendarDay, Team

router = APIRouter(prefix="/desk", tags=["staff"])
HOLIDAYS = ROOT / "content" / "holidays.yml"


def manager(person: SignedIn) -> Staff:
    """Return the signed-in person if they may manage."""
    require(person, Right.MANAGE)
    return person


Manager = Annotated[Staff, Depends(manager)]


@router.get("/teams", operation_id="deskTeams")
def list_teams(person: SignedIn, parts: Parts) -> s.Teams:
    """Return all teams."""
    require(person, Right.SERVE)
    with parts.database.read() as session:
        found = teams.everyone(session).values()
        return s.Teams(items=[s.TeamView.model_validate(team) for team in found])


@router.put("/teams/{name}", operation_id="deskPutTeam")
def put_team(name: str, body: s.TeamView, person: Manager, parts: Parts) -> s.TeamView:
    """Make or change a team."""
    with parts.database.write() as session:
        if body.name != name:
            raise Conflict("team_name_differs", "技能组的名称与地址不一致")
        if body.overflow_to is not None:
            teams.named(session, body.overflow_to)
        session.merge(Team(**body.model_dump()))
        accounts.audit(session, person, "put_team", name, **body.model_dump())
        return body


@router.delete("/teams/{name}", operation_id="deskRemoveTeam", status_code=204)
def remove_team(name: str, person: Manager, parts: Parts) -> None:
    """Remove a team that nobody belongs to and nobody waits for."""
    with parts.database.write() as session:
        team = session.get(Team, name)
        if team is None:
            raise NotFound("team_not_found", "没有这个技能组")
        if name == DEFAULT_TEAM or teams.in_use(session, name):
            raise Conflict("team_in_use", "技能组还在使用", "请先移走它的成员和会话。")
        session.delete(team)
        accounts.audit(session, person, "remove_team", name)


@router.put("/agents/{agent_id}/teams", operation_id="deskMembership")
def membership(agent_id: str, body: s.MembershipRequest, person: Manager, parts: Parts) -> Colleague:
    """Set which teams an agent serves."""
    with parts.database.write() as session:
        agent = session.get(Staff, agent_id)
        if agent is None:
            raise NotFound("agent_not_found", "没有这位坐席")
        for name in (body.team, *body.also_serves):
            teams.named(session, name)
        agent.team, agent.also_serves = body.team, body.also_serves
        accounts.audit(session, person, "membership", agent_id, **body.model_dump())
        return Colleague(
            id=agent.id, name=agent.name, number=agent.number, presence=agent.presence, team=agent.team
        )


@router.get("/calendar", operation_id="deskCalendar")
def calendar(person: SignedIn, parts: Parts, since: Annotated[date | None, Query()] = None) -> s.Calendar:
    """Return the days that differ from their weekday."""
    require(person, Right.SERVE)
    with parts.database.read() as session:
        found = hours.calendar(session, since or date.min)
        return s.Calendar(items=[s.CalendarDayView.model_validate(day) for day in found])


@router.put("/calendar/{day}", operation_id="deskPutCalendarDay")
def put_day(day: date, body: s.CalendarDayView, person: Manager, parts: Parts) -> s.CalendarDayView:
    """Say how a day differs: a holiday, a make-up day, or other hours."""
    if body.day != day:
        raise Conflict("day_differs", "日期与地址不一致")
    with parts.database.write() as session:
        session.merge(CalendarDay(**body.model_dump()))
        accounts.audit(session, person, "put_calendar_day", day.isoformat(), open=body.open, name=body.name)
        return body


@router.delete("/calendar/{day}", operation_id="deskRemoveCalendarDay", status_code=204)
def remove_day(day: date, person: Manager, parts: Parts) -> None:
    """Let a day be like its weekday again."""
    with parts.database.write() as session:
        found = session.get(CalendarDay, day)
        if found is None:
            raise NotFound("calendar_day_not_found", "这一天没有特别安排")
        session.delete(found)
        accounts.audit(session, person, "remove_calendar_day", day.isoformat())


@router.post("/calendar/holidays/{year}", operation_id="deskImportHolidays")
def import_holidays(year: int, person: Manager, parts: Parts) -> s.Calendar:
    """Take over a year's public holidays and make-up days from ``content/holidays.yml``; what was set by hand stays."""
    days = yaml.load(HOLIDAYS.read_bytes(), Loader=yaml.CSafeLoader).get(year)
    if not days:
        raise NotFound(
            "holidays_unknown", "没有这一年的节假日安排", "请逐日填写，或补充 content/holidays.yml。"
        )
    with parts.database.write() as session:
        for one in days:
            if session.get(CalendarDay, one["day"]) is None:
                session.add(CalendarDay(**one))
        accounts.audit(session, person, "import_holidays", str(year), days=len(days))
        session.flush()
        found = hours.calendar(session, date(year, 1, 1))
        return s.Calendar(items=[s.CalendarDayView.model_validate(day) for day in found])
