"""The audit log: who did what, for those who may see it; nobody can change it."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import Select, Text, cast, select

from kefu.accounts import service as accounts
from kefu.accounts.models import AuditEntry, Staff
from kefu.accounts.rights import Right, require
from kefu.bootstrap.container import Container
from kefu.core.errors import Invalid
from kefu.gateway.deps import Parts, SignedIn
from kefu.gateway.desk.schemas import rfc3339

router = APIRouter(prefix="/desk/audit", tags=["staff"])
PAGE = 100
MOST = 100_000  # lines of an export
HEAD = ("时间", "账号", "姓名", "动作", "对象", "内容")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so


class AuditView(BaseModel):
    """One entry."""

    id: str
    at: str
    username: str = ""
    name: str = ""
    action: str
    subject: str
    data: dict[str, Any]


class AuditPage(BaseModel):
    """A page of the log, newest first, and the actions there are to filter by."""

    items: list[AuditView]
    actions: list[str]
    next_cursor: str | None = None


class Filter:
    """Which entries: of a person (username), an action, a subject or words in it, between two times."""

    def __init__(
        self,
        username: Annotated[str, Query(max_length=40)] = "",
        action: Annotated[str, Query(max_length=60)] = "",
        q: Annotated[str, Query(max_length=80)] = "",
        since: AwareDatetime | None = None,
        until: AwareDatetime | None = None,
    ) -> None:
        self.username, self.action, self.words, self.since, self.until = username, action, q, since, until

    def query(self) -> Select[AuditEntry, Staff | None]:
        """Return the entries, newest first, with who did it."""
        query = select(AuditEntry, Staff).outerjoin(Staff, Staff.id == AuditEntry.staff_id)
        if self.username:
            query = query.where(Staff.username == self.username)
        if self.action:
            query = query.where(AuditEntry.action == self.action)
        if self.words:
            written = json.dumps(self.words)[1:-1]
            said = AuditEntry.subject.icontains(self.words, autoescape=True)
            query = query.where(said | cast(AuditEntry.data, Text).icontains(written, autoescape=True))
        if self.since:
            query = query.where(AuditEntry.at >= self.since)
        if self.until:
            query = query.where(AuditEntry.at < self.until)
        return query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())


def auditor(person: SignedIn) -> Staff:
    """Return the signed-in person if they may read the log."""
    require(person, Right.AUDIT)
    return person


Auditor = Annotated[Staff, Depends(auditor)]
Chosen = Annotated[Filter, Depends()]


def _view(entry: AuditEntry, person: Staff | None) -> AuditView:
    return AuditView(
        id=entry.id,
        at=rfc3339(entry.at),
        username=person.username if person else "",
        name=person.name if person else "",
        action=entry.action,
        subject=entry.subject,
        data=entry.data,
    )


@router.get("", operation_id="deskAudit")
def audit_log(
    person: Auditor, parts: Parts, chosen: Chosen, cursor: Annotated[str | None, Query(max_length=80)] = None
) -> AuditPage:
    """Return a page of the log."""
    query = chosen.query()
    if cursor is not None:
        at, id_ = _place(cursor)
        query = query.where((AuditEntry.at < at) | ((AuditEntry.at == at) & (AuditEntry.id < id_)))
    with parts.database.read() as session:
        rows = list(session.execute(query.limit(PAGE + 1)))
        actions = list(session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))
    items = [_view(entry, who) for entry, who in rows[:PAGE]]
    last = rows[PAGE - 1][0] if len(rows) > PAGE else None
    return AuditPage(
        items=items, actions=actions, next_cursor=f"{last.at.isoformat()}|{last.id}" if last else None
    )


def _place(cursor: str) -> tuple[datetime, str]:
    at, _, id_ = cursor.partition("|")
    try:
        return datetime.fromisoformat(at), id_
    except ValueError as error:
        raise Invalid("invalid_cursor", "游标不正确") from error


@router.get("/export", operation_id="deskExportAudit", response_class=StreamingResponse)
def export(person: Auditor, parts: Parts, chosen: Chosen) -> StreamingResponse:
    """Return the chosen entries as CSV for a spreadsheet; that they were taken out is in the log too."""
    with parts.database.write() as session:
        accounts.audit(
            session, person, "export_audit", "", of_action=chosen.action, of_username=chosen.username
        )
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingResponse(_lines(parts, chosen), media_type="text/csv; charset=utf-8", headers=headers)


def _lines(parts: Container, chosen: Filter) -> Iterator[str]:
    yield "\ufeff" + _line(HEAD)
    with parts.database.read() as session:
        found = session.execute(chosen.query().limit(MOST).execution_options(yield_per=500))
        for entry, person in found:
            view = _view(entry, person)
            data = "；".join(f"{name}={value}" for name, value in view.data.items())
            yield _line((view.at, view.username, view.name, view.action, view.subject, data))


def _line(cells: tuple[str, ...]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow("'" + cell if cell.startswith(FORMULA) else cell for cell in cells)
    return written.getvalue()
