"""Request and answer shapes of what managers set."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kefu.gateway.desk.schemas import Body


class TeamView(BaseModel):
    """A team and how conversations reach it."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
    title: Annotated[str, Field(min_length=1, max_length=40)]
    mode: Literal["manual", "offer", "direct"] = "offer"
    accept_seconds: Annotated[int, Field(ge=5, le=600)] = 30
    overflow_to: Annotated[str, Field(max_length=40)] | None = None
    overflow_seconds: Annotated[int, Field(ge=0, le=3600)] = 120
    skills: dict[
        Literal["topics", "inboxes", "languages", "levels"],
        Annotated[list[Annotated[str, Field(max_length=80)]], Field(min_length=1, max_length=100)],
    ] = {}


class Teams(BaseModel):
    """All teams."""

    items: list[TeamView]


class MembershipRequest(Body):
    """The teams of an agent: the home, and further ones."""

    team: Annotated[str, Field(max_length=40)]
    also_serves: Annotated[
        list[Annotated[str, Field(max_length=40)]], Field(default_factory=list, max_length=20)
    ]


class CalendarDayView(BaseModel):
    """A day that differs from its weekday; without times the usual hours."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    day: date
    name: Annotated[str, Field(min_length=1, max_length=40)]
    open: bool
    opens_at: time | None = None
    closes_at: time | None = None


class Calendar(BaseModel):
    """The days that differ."""

    items: list[CalendarDayView]
