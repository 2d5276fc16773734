"""How much the service hall solves: counted from what customers did, not from what they say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.conversations.models import Conversation, Feedback, Message, Sender

ANSWERS = {"answer", "card"}
TAPS = {"option", "form"}  # a form that was opened by a tap is part of the same way


@dataclass(frozen=True)
class HallFigures:
    """``solved`` began on the hall, got an answer, and needed no typing, no person and no 没用."""

    visits: int
    contacted: int
    began_on_hall: int
    solved: int
    clicks_to_answer: float | None

    @property
    def share_solved(self) -> float | None:
        """The part of the conversations with a question that the hall alone solved."""
        return round(self.solved / self.contacted, 3) if self.contacted else None


def hall_figures(session: Session, since: datetime) -> HallFigures:
    """Count the conversations begun since a moment."""
    visits = set(session.scalars(select(Conversation.id).where(Conversation.created_at >= since)))
    useless = _useless(session, since)
    contacted = began = solved = 0
    taps: list[int] = []
    for conversation_id, lines in _conversations(session, since):
        mine = [line for line in lines if line[1] == Sender.CUSTOMER]
        if not mine:
            continue
        contacted += 1
        before = _before_answer(lines)
        if before is not None:
            taps.append(before)
        if mine[0][3] != "hall":
            continue
        began += 1
        alone = all(line[2] in TAPS for line in mine) and all(line[2] != "handoff" for line in lines)
        solved += before is not None and alone and conversation_id not in useless
    return HallFigures(len(visits), contacted, began, solved, median(taps) if taps else None)


def _useless(session: Session, since: datetime) -> set[str]:
    """The conversations in which a customer called an answer useless."""
    query = select(Message.conversation_id).join(Feedback, Feedback.message_id == Message.id)
    return set(session.scalars(query.where(Feedback.useful.is_(False), Feedback.created_at >= since)))


@dataclass(frozen=True)
class ItemFigures:
    """What became of one article's clicks on the hall; solved: answered, and then no typing, no person, no 没用."""

    clicked: int = 0
    solved: int = 0


def item_figures(session: Session, since: datetime) -> dict[str, ItemFigures]:
    """Return the clicks of every article that was chosen on the hall since a moment."""
    useless = _useless(session, since)
    found: dict[str, ItemFigures] = {}
    for conversation_id, lines in _conversations(session, since):
        for at, line in enumerate(lines):
            if line[1] != Sender.CUSTOMER or line[3] != "hall" or line[4] is None:
                continue
            after = lines[at + 1 :]
            solved = (
                conversation_id not in useless
                and any(one[2] in ANSWERS for one in after)
                and all(one[2] != "handoff" for one in after)
                and all(one[1] != Sender.CUSTOMER or one[2] in TAPS for one in after)
            )
            before = found.get(line[4], ItemFigures())
            found[line[4]] = ItemFigures(before.clicked + 1, before.solved + solved)
    return found


def _before_answer(lines: list[Any]) -> int | None:
    """Return how many messages it took the customer to get the first answer; None without one."""
    count = 0
    for line in lines:
        if line[2] in ANSWERS:
            return count
        count += line[1] == Sender.CUSTOMER
    return None


def _conversations(session: Session, since: datetime) -> Iterator[tuple[str, list[Any]]]:
    query = (
        select(
            Message.conversation_id,
            Message.sender,
            Message.kind,
            Message.content["origin"].as_string(),
            Message.content["key"].as_string(),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.created_at >= since)
        .order_by(Message.conversation_id, Message.seq)
    )
    rows = session.execute(query.execution_options(yield_per=1000))
    for conversation_id, lines in groupby(rows, key=lambda line: line[0]):
        yield conversation_id, list(lines)
