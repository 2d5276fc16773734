"""What editors settle about the service hall: what is pinned, hidden and scheduled, and the words around it."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kefu.core.errors import Conflict, FieldError, Invalid
from kefu.knowledge.models import Article, Document, HallCount

NAME = "hall"
Key = Annotated[str, Field(min_length=1, max_length=80)]
Keys = Annotated[list[Key], Field(max_length=20)]
Sentence = Annotated[str, Field(max_length=300)]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]

_PRIVACY_VERSION = select(Document.body["privacy_version"].as_string()).where(Document.name == NAME)


class _Settled(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class _Scheduled(_Settled):
    """Something that holds from one day to another, both included; without them always."""

    from_: date | None = Field(None, alias="from")
    to: date | None = None

    def holds(self, today: date) -> bool:
        """Whether it holds today."""
        return (self.from_ is None or self.from_ <= today) and (self.to is None or today <= self.to)

    @model_validator(mode="after")
    def _in_order(self) -> "_Scheduled":
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError("ends before it begins")
        return self


class Pinned(_Scheduled):
    """An article that stands first."""

    key: Key


class Announcement(_Scheduled):
    """A sentence above everything."""

    text: Annotated[str, Field(min_length=1, max_length=200)]


class Season(_Settled):
    """Articles that many ask for at a time of the year; it may run over New Year."""

    from_: MonthDay = Field(alias="from")
    to: MonthDay
    keys: Keys

    def holds(self, today: date) -> bool:
        """Whether today lies in it."""
        day = f"{today:%m-%d}"
        if self.from_ <= self.to:
            return self.from_ <= day <= self.to
        return day >= self.from_ or day <= self.to


class HallSettings(_Settled):
    """The hall as editors settle it. ``greeting_named`` may hold ``{name}`` and ``{level}``."""

    title: Annotated[str, Field(max_length=40)] = ""
    greeting: Sentence = "您好，请问有什么可以帮您？"
    greeting_named: Sentence = "您好，{name}，请问有什么可以帮您？"
    placeholder: Annotated[str, Field(max_length=80)] = "请描述您的问题"
    placeholders: dict[str, Annotated[str, Field(max_length=80)]] = {}
    announcement: Sentence | None = None
    announcements: Annotated[list[Announcement], Field(max_length=20)] = []
    privacy_notice: Annotated[str, Field(max_length=2000)] = ""
    privacy_version: Annotated[str, Field(max_length=20)] = ""
    hot: Keys = []
    tools: Keys = []
    pinned: Annotated[list[Pinned], Field(max_length=20)] = []
    hidden: Annotated[list[Key], Field(max_length=200)] = []
    pages: dict[str, Keys] = {}
    levels: dict[str, Keys] = {}
    seasons: Annotated[list[Season], Field(max_length=40)] = []

    def announced(self, today: date) -> str | None:
        """Return today's announcement: a scheduled one before the standing one."""
        return next((one.text for one in self.announcements if one.holds(today)), self.announcement)

    def named(self) -> Iterable[tuple[str, str]]:
        """Yield every article that is named, with the field that names it."""
        for field in ("hot", "tools", "hidden"):
            yield from ((field, key) for key in getattr(self, field))
        yield from (("pinned", one.key) for one in self.pinned)
        for field in ("pages", "levels"):
            yield from (
                (f"{field}.{name}", key) for name, keys in getattr(self, field).items() for key in keys
            )
        yield from (("seasons", key) for season in self.seasons for key in season.keys)


def settings(session: Session) -> HallSettings:
    """Return what is settled, the defaults for an empty database."""
    found = session.get(Document, NAME)
    return HallSettings.model_validate(found.body if found else {})


def privacy_version(session: Session) -> str:
    """Return the version of the privacy notice that stands, without reading all else that is settled."""
    return session.scalar(_PRIVACY_VERSION) or ""


def version(settled: HallSettings) -> str:
    """A digest of what is settled, to tell whether somebody changed it meanwhile."""
    return hashlib.sha256(settled.model_dump_json(by_alias=True).encode()).hexdigest()[:16]


def settle(session: Session, given: HallSettings, seen: str) -> dict[str, Any]:
    """Store new settings; ``seen`` is the version that the editor started from.

    Raises ``hall_changed`` when somebody else settled it meanwhile, ``unknown_article`` naming the fields when an
    article does not exist.
    """
    # Two may save at once: the second one waits here, and then sees what the first one wrote.
    session.execute(select(Document.name).where(Document.name == NAME).with_for_update())
    if version(settings(session)) != seen:
        raise Conflict("hall_changed", "别人刚改过服务大厅", "请把两边的改动合在一起再保存。")
    wrong = [
        FieldError(field, f"没有知识条目 {key}")
        for field, key in given.named()
        if session.get(Article, key) is None
    ]
    if wrong:
        raise Invalid("unknown_article", "有的知识条目不存在", errors=wrong)
    body = given.model_dump(mode="json", by_alias=True)
    session.merge(Document(name=NAME, body=body))
    return body


def count(session: Session, shown: Mapping[tuple[date, str, str], int]) -> None:
    """Add how often articles were shown, by day, key and reason."""
    for (day, key, reason), times in shown.items():
        row = session.get(HallCount, (day, key, reason[:30]))
        if row is None:
            row = HallCount(day=day, key=key, reason=reason[:30], shown=0)
            session.add(row)
        row.shown += times
    session.flush()


def shown_since(session: Session, day: date) -> dict[str, int]:
    """Return how often every article stood on the hall since a day."""
    query = select(HallCount.key, func.sum(HallCount.shown)).where(HallCount.day >= day)
    return {row[0]: int(row[1]) for row in session.execute(query.group_by(HallCount.key))}
