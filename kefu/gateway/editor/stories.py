"""The editors' calls about rules and stories: drawn as flows, written as YAML, checked before they are kept."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from kefu.accounts import service as accounts
from kefu.core.errors import Invalid, NotFound
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import intent_schemas as s
from kefu.gateway.editor import views
from kefu.gateway.editor.intent_words import title
from kefu.gateway.editor.intents import check
from kefu.nlu import domain, files, flows
from kefu.nlu.corpus import Corpus

router = APIRouter(prefix="/console/stories", tags=["editor"])
FilePath = Annotated[str, Path(pattern=r"^(nlu|rules|stories)/[a-z0-9_]{1,40}\.yml$")]


@router.get("", operation_id="consoleStories")
def stories(person: Editor, parts: Parts) -> s.Flows:
    """Return rules and stories."""
    with parts.database.read() as session:
        found = files.current(session)
    return _view(found)


def _view(found: dict[str, files.FileText]) -> s.Flows:
    texts, names = {path: one.text for path, one in found.items()}, domain.read()
    return s.Flows(
        items=[
            s.FlowView(
                kind=one.kind,
                name=one.name,
                path=one.path,
                line=one.line,
                condition=[_step(step) for step in one.condition],
                steps=[_step(step) for step in one.steps],
            )
            for one in flows.flows(texts)
        ],
        files=[
            s.FileItem(path=one.path, number=one.number, text=one.text)
            for one in found.values()
            if not one.path.startswith("nlu/")
        ],
        problems=_problems(texts, names),
        intents=sorted(Corpus(texts, names).intents()),
        actions=sorted(one for one in names.actions if not one.startswith("validate_")),
        forms=sorted(names.forms),
    )


def _step(step: flows.Step) -> s.StepView:
    return s.StepView(kind=step.kind, name=step.name, title=title(step.kind, step.name))


def _problems(texts: dict[str, str], names: domain.Domain) -> list[s.FileProblem]:
    return [
        s.FileProblem(path=one.path, line=one.line, message=one.message)
        for one in flows.problems(texts, names)
    ]


@router.post("/check/{path:path}", operation_id="consoleCheckStory")
def try_text(path: FilePath, body: s.FileRequest, person: Editor, parts: Parts) -> s.Flows:
    """Say what a text would mean in place of a file, and what would not work; nothing is kept."""
    with parts.database.read() as session:
        found = files.current(session)
    found[path] = files.FileText(path, body.number, body.text)
    try:
        return _view(found)
    except Invalid:
        texts = {one: there.text for one, there in found.items()}
        broken = [one for one in _problems(texts, domain.read()) if one.path == path]
        return s.Flows(items=[], files=[], problems=broken, intents=[], actions=[], forms=[])


@router.put("/files/{path:path}", operation_id="consoleSaveStory")
def save(path: FilePath, body: s.FileRequest, person: Editor, parts: Parts) -> s.Flows:
    """Keep a file. Raises ``yaml_broken`` or ``bot_files_invalid`` naming line and reason."""
    with parts.database.write() as session:
        texts = files.texts(session)
        if path not in texts:
            raise NotFound("bot_file_not_found", "没有这份语料", "它可能被改名或移走了，请刷新。")
        check({**texts, path: body.text}, domain.read(), before=texts)
        files.write(session, {path: body.text}, {path: body.number}, person.id, "改写")
        accounts.audit(session, person, "story_save", path)
        found = files.current(session)
    return _view(found)


@router.get("/versions/{path:path}", operation_id="consoleStoryVersions")
def versions(path: FilePath, person: Editor, parts: Parts) -> s.FileVersions:
    """Return the versions of a file."""
    with parts.database.read() as session:
        rows = files.history(session, path)
        names = views.people(session, [row.author_id for row in rows])
        return s.FileVersions(
            items=[
                s.FileVersion(
                    number=row.number,
                    note=row.note,
                    author=names.get(row.author_id),
                    created_at=row.created_at,
                )
                for row in rows
            ]
        )


@router.get("/text/{path:path}", operation_id="consoleStoryText")
def text(path: FilePath, number: Annotated[int, Query(ge=1)], person: Editor, parts: Parts) -> s.FileItem:
    """Return one version of a file."""
    with parts.database.read() as session:
        row = files.version(session, path, number)
        return s.FileItem(path=row.path, number=row.number, text=row.text)
