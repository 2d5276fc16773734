"""Request and answer shapes about the people at the desk: presence, colleagues, phrases, the board."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from kefu.gateway.desk.schemas import AgentView, Body, Note


class PresenceRequest(Body):
    """Whether this agent takes conversations, and how many at once."""

    status: Literal["online", "busy", "offline"]
    capacity: Annotated[int, Field(ge=1, le=50)] | None = None


class PresenceView(BaseModel):
    """An agent's presence."""

    status: str
    capacity: int


class CannedRequest(Body):
    """A ready phrase; ``shared`` ones are the whole team's."""

    code: Annotated[str, Field(pattern=r"^[\w-]{1,20}$")]
    text: Note
    shared: bool = False


class Canned(BaseModel):
    """A ready phrase; ``keys`` are the spellings (pinyin, initials) by which it is found."""

    id: str
    code: str
    text: str
    shared: bool
    keys: list[str]


class CannedList(BaseModel):
    """The phrases of an agent and of the teams."""

    items: list[Canned]


class Colleague(AgentView):
    """Somebody who serves customers too."""

    presence: str
    team: str


class TeamName(BaseModel):
    """A team to which a conversation can be given."""

    name: str
    title: str


class Colleagues(BaseModel):
    """Who else serves customers, and the teams."""

    items: list[Colleague]
    teams: list[TeamName]


class TeamLine(BaseModel):
    """One team on the board; times in seconds."""

    name: str
    title: str
    waiting: int
    longest_seconds: int
    online: int
    held: int
    capacity: int
    handed_over: int = 0
    closed: int = 0
    wait_average: float | None = None
    kept: int = 0
    missed: int = 0


class AgentLine(BaseModel):
    """One agent on the board; times in seconds."""

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
    first_reply_average: float | None = None
    score_average: float | None = None
    missed: int = 0


class HourLine(BaseModel):
    """One hour of today."""

    hour: int
    entered: int
    claimed: int
    left: int


class EstimateView(BaseModel):
    """How wrong the estimated waits were, in seconds."""

    measured: int
    error_seconds: float | None = None
    bias_seconds: float | None = None


class TodayView(BaseModel):
    """Today's figures; times in seconds."""

    hours: list[HourLine]
    handed_over: int
    left: int
    closed: int
    wait_average: float | None = None
    wait_p90: float | None = None
    handling_average: float | None = None
    score_average: float | None = None
    estimate: EstimateView


class ServiceLine(BaseModel):
    """How one kind of target, or promises, were kept today; ``soon`` ones run out, ``missed`` are counted for good."""

    kind: str
    title: str
    kept: int
    missed: int
    soon: int
    open: int


class Board(BaseModel):
    """The supervisor's live board."""

    waiting: int
    parked: int
    longest_seconds: int
    states: dict[str, int]
    teams: list[TeamLine]
    agents: list[AgentLine]
    today: TodayView
    service: list[ServiceLine] = []
    alerts: list[str]
