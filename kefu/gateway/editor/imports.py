"""The editors' calls for importing and exporting tables."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from kefu.accounts import service as accounts
from kefu.bootstrap.container import Container
from kefu.bootstrap.imports import Job
from kefu.core.errors import DomainError
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import learning_schemas as s
from kefu.gateway.editor import views
from kefu.knowledge import articles, repository, sheets
from kefu.knowledge.models import Article, Revision

router = APIRouter(prefix="/console", tags=["editor"])
LISTED = 200
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = sheets.Names(repository.CATEGORIES, views.ORDER_STATES, views.TOOLS)


@router.post("/import", operation_id="consoleImport", status_code=202)
async def begin(
    request: Request, person: Editor, parts: Parts, name: Annotated[str, Query(max_length=200)] = ""
) -> s.ImportView:
    """Check a workbook or a CSV file (the request's body); nothing is written before it is confirmed."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > parts.settings.import_max_bytes:
            most = parts.settings.import_max_bytes // 1_000_000
            raise DomainError("import_too_large", "文件太大", f"最大 {most} MB，请分成几个文件。", status=413)
    with parts.database.read() as session:
        vocabulary = views.vocabulary(session)
    found = await asyncio.to_thread(
        parts.imports.begin, bytes(content), NAMES, vocabulary, person.id, name.strip()
    )
    return _view(found)


@router.get("/imports", operation_id="consoleImports")
def recent(person: Editor, parts: Parts) -> s.Imports:
    """Return the last imports and what became of them."""
    rows = parts.imports.recent()
    with parts.database.read() as session:
        names = views.people(session, [row.person_id for row in rows])
    return s.Imports(
        items=[
            s.ImportItem(
                id=row.id, name=row.name, state=row.state, rows=row.rows, written=row.written, errors=row.errors,
                failure=row.failure, person=names.get(row.person_id), began_at=row.began_at,
            )
            for row in rows
        ]
    )  # fmt: skip


@router.get("/import/{job_id}", operation_id="consoleImportJob")
def job(job_id: str, person: Editor, parts: Parts) -> s.ImportView:
    """Return how far an import is."""
    return _view(parts.imports.get(job_id))


@router.post("/import/{job_id}/confirm", operation_id="consoleConfirmImport")
def confirm(job_id: str, person: Editor, parts: Parts) -> s.ImportView:
    """Write the rows without errors as drafts."""
    with parts.database.write() as session:
        accounts.audit(session, person, "import", job_id)
    return _view(parts.imports.confirm(job_id))


@router.delete("/import/{job_id}", operation_id="consoleCancelImport")
def cancel(job_id: str, person: Editor, parts: Parts) -> s.ImportView:
    """Stop an import."""
    return _view(parts.imports.cancel(job_id))


def _view(found: Job) -> s.ImportView:
    plan = found.plan
    return s.ImportView(
        id=found.id,
        state=found.state,
        total=found.total,
        done=found.done,
        written=found.written,
        new=plan.count("new"),
        changed=plan.count("changed"),
        same=plan.count("same"),
        errors=[
            s.CellProblem(row=one.row, column=one.column, message=one.message) for one in plan.errors[:LISTED]
        ],
        error_count=len(plan.errors),
        failure=found.failure,
    )


@router.get("/export", operation_id="consoleExport")
def export(
    person: Editor,
    parts: Parts,
    what: Literal["articles", "template"] = "articles",
    category: Annotated[str | None, Query(max_length=40)] = None,
    form: Annotated[Literal["csv", "xlsx"], Query(alias="format")] = "csv",
) -> Response:
    """Return the published articles, or an example to fill in, as a workbook or as a CSV that spreadsheets open."""
    rows = _example() if what == "template" else _published(parts, category)
    if form == "xlsx":
        headers = {"Content-Disposition": f'attachment; filename="{what}.xlsx"'}
        from kefu.knowledge import workbooks  # openpyxl takes a while to import, and a start is to be short

        return Response(workbooks.write(rows, NAMES), media_type=WORKBOOK, headers=headers)
    lines = (line.encode() for line in sheets.write(rows, NAMES))
    headers = {"Content-Disposition": f'attachment; filename="{what}.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _example() -> list[tuple[str, str, articles.Body]]:
    body = articles.Body(
        question="可以指定快递公司吗？",
        similar=["能不能发顺丰", "我想用邮政可以吗（一行一条）"],
        answer="可以在付款前联系商家说明，能安排的会尽量安排。",
    )
    return [("", "shipping", body)]


def _published(parts: Container, category: str | None) -> Iterator[tuple[str, str, articles.Body]]:
    query = select(Article, Revision).join(
        Revision, (Revision.article_key == Article.key) & (Revision.number == Article.published_revision)
    )
    if category is not None:
        query = query.where(Article.category == category)
    with parts.database.read() as session:
        for article, revision in session.execute(query.order_by(Article.category, Article.key)):
            yield article.key, article.category, articles.body_of(revision)
