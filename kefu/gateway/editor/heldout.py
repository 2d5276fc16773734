"""The editors' calls for the held-out set: what to label, labels, decisions, export."""

import io
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.analytics import samples
from kefu.bootstrap.container import Container
from kefu.core.errors import Invalid
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import training_schemas as s
from kefu.gateway.editor.views import people
from kefu.nlu import files, held_out
from kefu.nlu.models import HeldOut, HeldOutLabel

router = APIRouter(prefix="/console/held-out", tags=["editor"])
PAGE = 30
Tab = Literal["waiting", "review", "disputed", "done", "dropped"]


@router.get("", operation_id="consoleHeldOut")
def listed(
    person: Editor,
    parts: Parts,
    tab: Tab = "waiting",
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: Annotated[str | None, Query(pattern=r"^\d{1,6}$")] = None,
) -> s.HeldOutList:
    """Return messages to label first (new ones are drawn from conversations), to review, to decide on, or labelled."""
    if tab == "waiting" and cursor is None:
        _propose(parts)
    offset = int(cursor or 0)
    with parts.database.read() as session:
        query = _of_tab(tab, person.id)
        if q.strip():
            query = query.where(HeldOut.text.contains(q.strip(), autoescape=True))
        rows = list(session.scalars(query.offset(offset).limit(PAGE + 1)))
        return s.HeldOutList(
            items=_views(session, rows[:PAGE], person),
            counts=held_out.counts(session) | {"review": _to_review(session, person.id)},
            file_lines=len(held_out.file_texts(parts.settings.held_out_dir)),
            next_cursor=str(offset + PAGE) if len(rows) > PAGE else None,
        )


def _propose(parts: Container) -> None:
    parts.learner.catch_up()
    with parts.database.read() as session:
        known = held_out.guard(session, parts.settings)
    trained = _trained(parts)
    with parts.database.write() as session:
        samples.propose(session, lambda text: known.find(text) or trained.find(text))


def _trained(parts: Container) -> held_out.Guard:
    articles = parts.brain.brain.knowledge.articles.values()
    with parts.database.read() as session:
        data = tuple(text for path, text in files.texts(session).items() if path.startswith("nlu/"))
    return _guard_of(tuple(text for one in articles for text in (one.title, *one.similar)), data)


@lru_cache(maxsize=1)
def _guard_of(published: tuple[str, ...], data: tuple[str, ...]) -> held_out.Guard:
    return held_out.trained_on(published, data)


def _of_tab(tab: Tab, person_id: str) -> Select[HeldOut]:
    query = select(HeldOut)
    if tab == "review":
        return _unseen(query, person_id).order_by(HeldOut.asked_at.desc(), HeldOut.id)
    states = {"done": held_out.COUNTED}.get(tab, (tab,))
    return query.where(HeldOut.state.in_(states)).order_by(HeldOut.asked_at.desc(), HeldOut.id)


def _unseen(query: Select[HeldOut], person_id: str) -> Select[HeldOut]:
    mine = exists().where(HeldOutLabel.held_out_id == HeldOut.id, HeldOutLabel.person_id == person_id)
    return query.where(HeldOut.state == "labelled", ~mine)


def _to_review(session: Session, person_id: str) -> int:
    return len(session.scalars(_unseen(select(HeldOut), person_id)).all())


def _views(session: Session, rows: Sequence[HeldOut], person: Staff) -> list[s.HeldOutView]:
    labels = {row.id: held_out.labels_of(session, row.id) for row in rows}
    names = people(session, [one.person_id for found in labels.values() for one in found])
    shown = []
    for row in rows:
        mine = next((one.label for one in labels[row.id] if one.person_id == person.id), None)
        # The second person labels without having seen what the first one said.
        seen = mine is not None or row.state in ("agreed", "disputed", "dropped")
        shown.append(
            s.HeldOutView.model_validate(
                {
                    **{name: getattr(row, name) for name in ("id", "text", "state", "origin", "asked_at")},
                    "conversation_id": row.conversation_id,
                    "label": row.label if seen else None,
                    "mine": mine,
                    "labels": [
                        {"person": names.get(one.person_id), "label": one.label}
                        for one in (labels[row.id] if seen else ())
                    ],
                }
            )
        )
    return shown


@router.post("/{item_id}/label", operation_id="consoleLabel")
def label(item_id: str, body: s.LabelRequest, person: Editor, parts: Parts) -> s.HeldOutView:
    """Say what a message should lead to."""
    given = _known(parts, body)
    trained = _trained(parts)
    with parts.database.write() as session:
        row = held_out.label(session, item_id, given, person.id, trained)
        accounts.audit(session, person, "held_out_label", item_id, label=given)
        return _views(session, [row], person)[0]


@router.post("/{item_id}/resolve", operation_id="consoleResolveLabel")
def resolve(item_id: str, body: s.LabelRequest, person: Editor, parts: Parts) -> s.HeldOutView:
    """Decide between two labels."""
    given = _known(parts, body)
    with parts.database.write() as session:
        row = held_out.resolve(session, item_id, given, person.id)
        accounts.audit(session, person, "held_out_resolve", item_id, label=given)
        return _views(session, [row], person)[0]


@router.post("/{item_id}/drop", operation_id="consoleDropHeldOut")
def drop(item_id: str, person: Editor, parts: Parts) -> s.HeldOutView:
    """Leave a message out of the set."""
    with parts.database.write() as session:
        row = held_out.drop(session, item_id)
        accounts.audit(session, person, "held_out_drop", item_id)
        return _views(session, [row], person)[0]


def _known(parts: Container, body: s.LabelRequest) -> dict[str, object]:
    """Return the label. Raises ``article_unknown`` when it names an article that is not published."""
    given: dict[str, object] = body.label.model_dump()
    keys = [given.get("key"), *given.get("also", ()), *given.get("readings", ())]  # type: ignore[misc]
    articles = parts.brain.brain.knowledge.articles
    unknown = [str(key) for key in keys if key is not None and key not in articles]
    if unknown:
        raise Invalid("article_unknown", "没有这个知识条目", f"{'、'.join(unknown)} 没有发布。")
    return given


@router.get("/export", operation_id="consoleExportHeldOut", response_class=Response)
def export(person: Editor, parts: Parts) -> Response:
    """Return what is labelled, as a ZIP of files in the format of ``eval/``."""
    packed = io.BytesIO()
    with TemporaryDirectory() as scratch, parts.database.read() as session:
        held_out.export(session, Path(scratch))
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(Path(scratch).glob("*.jsonl")):
                archive.write(file, file.name)
    headers = {"Content-Disposition": 'attachment; filename="held-out.zip"'}
    return Response(packed.getvalue(), media_type="application/zip", headers=headers)
