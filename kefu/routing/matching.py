"""Giving those who wait to those who are free. One pass gives everything that can be given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from kefu.accounts.models import Staff
from kefu.conversations import service as conversations
from kefu.core import outbox
from kefu.core.clock import now
from kefu.core.settings import Settings
from kefu.routing import service as routing
from kefu.routing import teams
from kefu.routing.models import EntryState, Mode, QueueEntry, Team


@dataclass(frozen=True)
class Match:
    """An agent found for one who waits."""

    entry_id: str
    conversation_id: str
    agent_id: str
    team: Team


def find(session: Session, settings: Settings) -> list[Match]:
    """Return whom to give to whom now: the queue's order, each to the earlier agent if free, else to the least busy.

    One who nobody suits now (skill, a pass just before) does not hold up those behind.
    """
    moment = now()
    agents = teams.present(session, moment, settings)
    seats = teams.free_seats(session, moment, agents)
    if not seats:
        return []
    known = teams.everyone(session)
    at_desk = [agent.teams for agent in agents]
    query = (
        select(
            QueueEntry.id,
            QueueEntry.conversation_id,
            QueueEntry.team,
            QueueEntry.entered_at,
            QueueEntry.skipped,
            QueueEntry.preferred_id,
        )
        .where(
            QueueEntry.state == EntryState.WAITING,
            QueueEntry.offered_to.is_(None),
            QueueEntry.parked_at.is_(None),
        )
        .order_by(QueueEntry.ranked_at, QueueEntry.id)
    )
    found: list[Match] = []
    for row in session.execute(query):
        if not seats:
            break
        team = known.get(row.team) or known["default"]
        if team.mode == Mode.MANUAL:
            continue
        names = teams.serving(team, moment - row.entered_at, at_desk)
        seat = _seat(seats, names, row.skipped, row.preferred_id, moment)
        if seat is None:
            continue
        found.append(Match(row.id, row.conversation_id, seat.agent_id, team))
        seat.load += 1
        if seat.load >= seat.capacity or team.mode == Mode.OFFER:
            seats.remove(seat)
    return found


def _seat(
    seats: list[teams.Seat],
    names: set[str],
    skipped: dict[str, Any],
    preferred: str | None,
    moment: datetime,
) -> teams.Seat | None:
    able = [seat for seat in seats if seat.teams & names and not _skips(skipped, seat.agent_id, moment)]
    if not able:
        return None
    return next((seat for seat in able if seat.agent_id == preferred), min(able, key=lambda seat: seat.order))


def _skips(skipped: dict[str, Any], agent_id: str, moment: datetime) -> bool:
    until = skipped.get(agent_id)
    return until is not None and moment < datetime.fromisoformat(until)


def giving(match: Match) -> Callable[[Session, Settings], None]:
    """Return what carries out one match, if it still holds: an offer, or the assignment where the team works so."""

    def step(session: Session, _settings: Settings) -> None:
        if match.team.mode == Mode.DIRECT:
            conversation = conversations.lock(session, match.conversation_id)
            agent = session.get_one(Staff, match.agent_id)
            routing.take(session, conversation, match.entry_id, agent)
        else:
            _offer(session, match)

    return step


def _offer(session: Session, match: Match) -> None:
    until = now() + timedelta(seconds=match.team.accept_seconds)
    asked = session.execute(
        update(QueueEntry)
        .where(
            QueueEntry.id == match.entry_id,
            QueueEntry.state == EntryState.WAITING,
            QueueEntry.offered_to.is_(None),
        )
        .values(offered_to=match.agent_id, offered_until=until)
    )
    assert isinstance(asked, CursorResult)  # noqa: S101 - an UPDATE gives one
    if asked.rowcount != 1:
        return
    data = {"until": until.isoformat(), "agent_id": match.agent_id}
    offered = outbox.Event(
        "queue.offered", match.conversation_id, data, audience="staff", agent_id=match.agent_id
    )
    outbox.announce(session, offered)
    routing.tell_staff(session, match.team.name)
