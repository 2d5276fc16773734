"""The editors' calls about intents and their examples; every change is checked as a whole before it is written."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query
from sqlalchemy.orm import Session

from kb_index.text import normalise
from kefu.accounts import service as accounts
from kefu.bootstrap.container import Container
from kefu.core.errors import FieldError, Invalid
from kefu.gateway.deps import Editor, Parts
from kefu.gateway.editor import intent_schemas as s
from kefu.gateway.editor.apart import require_apart
from kefu.gateway.editor.intent_words import ENTITIES, INTENTS
from kefu.nlu import domain, files, flows
from kefu.nlu.corpus import Corpus, plain

router = APIRouter(prefix="/console/intents", tags=["editor"])
Name = Annotated[str, Path(max_length=60)]
MOST = 1500
LISTED = 300


@router.get("", operation_id="consoleIntents")
def intents(person: Editor, parts: Parts) -> s.Intents:
    """Return every intent."""
    with parts.database.read() as session:
        found, names = files.current(session), domain.read()
        texts = {path: one.text for path, one in found.items()}
        used = _uses(texts)
        return s.Intents(
            items=[
                s.IntentItem(
                    name=one.name,
                    title=INTENTS.get(one.name, one.name),
                    path=one.path,
                    count=len(one.examples),
                    built_in=one.name in names.intents,
                    used_in=used.get(one.name, []),
                )
                for one in Corpus(texts, names).intents().values()
            ],
            entities={name: ENTITIES.get(name, name) for name in names.entities},
            numbers=_numbers(session),
            taken_over=bool(files.stored(session)),
        )


def _uses(texts: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for flow in flows.flows(texts):
        for name in {step.name for step in flow.steps if step.kind == "intent"}:
            found.setdefault(name, []).append(flow.name)
    return found


def _numbers(session: Session) -> dict[str, int]:
    return {path: one.number for path, one in files.current(session).items()}


@router.get("/examples", operation_id="consoleExamples")
def examples(
    person: Editor,
    parts: Parts,
    q: Annotated[str, Query(max_length=200)] = "",
    intent: Annotated[str | None, Query(max_length=60)] = None,
) -> s.ExampleList:
    """Return examples of one intent or of all, those that hold a text."""
    with parts.database.read() as session:
        corpus = Corpus(files.texts(session), domain.read())
        wanted = [corpus.get(intent)] if intent else list(corpus.intents().values())
        needle = q.strip().lower()
        spellings = {needle, normalise(needle)}
        items = [
            s.ExampleItem(intent=one.name, text=text)
            for one in wanted
            for text in one.examples
            if not needle
            or any(spelt in plain(text).lower() or spelt in normalise(plain(text)) for spelt in spellings)
        ]
        return s.ExampleList(items=items[:MOST], total=len(items), numbers=_numbers(session))


@router.get("/{name}/examples", operation_id="consoleIntentExamples")
def intent_examples(
    name: Name, person: Editor, parts: Parts, q: Annotated[str, Query(max_length=200)] = ""
) -> s.ExampleList:
    """Return the examples of one intent."""
    return examples(person, parts, q, name)


@router.post("", operation_id="consoleCreateIntent", status_code=201)
def create(body: s.NewIntent, person: Editor, parts: Parts) -> s.IntentsChanged:
    """Begin an intent with its first examples."""
    return _change(
        parts,
        person.id,
        body.numbers,
        f"新建意图 {body.name}",
        lambda corpus: corpus.create(body.name, body.examples),
        added=body.examples,
    )


@router.put("/{name}", operation_id="consoleRenameIntent")
def rename(name: Name, body: s.RenameRequest, person: Editor, parts: Parts) -> s.IntentsChanged:
    """Give an intent another name, also in rules and stories."""
    return _change(
        parts,
        person.id,
        body.numbers,
        f"意图 {name} 改名为 {body.name}",
        lambda corpus: corpus.rename(name, body.name),
        renamed=(name, body.name),
    )


@router.delete("/{name}", operation_id="consoleDeleteIntent")
def delete(name: Name, number: Annotated[int, Query(ge=0)], person: Editor, parts: Parts) -> s.IntentsChanged:
    """End an intent with all of its examples; ``number`` is that of its file."""
    with parts.database.read() as session:
        path = Corpus(files.texts(session), domain.read()).get(name).path
    return _change(
        parts, person.id, {path: number}, f"删除意图 {name}", lambda corpus: corpus.merge(name, None)
    )


@router.post("/{name}/examples", operation_id="consoleAddExamples")
def add(name: Name, body: s.AddExamples, person: Editor, parts: Parts) -> s.IntentsChanged:
    """Add examples to an intent; those it has already are left out."""
    return _change(
        parts,
        person.id,
        body.numbers,
        f"{name} 加例句",
        lambda corpus: len(corpus.add(name, body.examples)),
        added=body.examples,
    )


@router.put("/{name}/examples", operation_id="consoleReplaceExample")
def replace(name: Name, body: s.ReplaceExample, person: Editor, parts: Parts) -> s.IntentsChanged:
    """Write one example anew: its words, or what is marked in it."""
    return _change(
        parts,
        person.id,
        body.numbers,
        f"{name} 改例句",
        lambda corpus: corpus.replace(name, body.old, body.new),
        added=(body.new,),
    )


@router.post("/{name}/examples/remove", operation_id="consoleRemoveExamples")
def remove(name: Name, body: s.RemoveExamples, person: Editor, parts: Parts) -> s.IntentsChanged:
    """Take examples away, or move them to another intent, which may be a new one (a split)."""
    target = body.target
    if target is None:
        return _change(
            parts,
            person.id,
            body.numbers,
            f"{name} 删例句",
            lambda corpus: corpus.remove(name, body.examples),
        )
    return _change(
        parts,
        person.id,
        body.numbers,
        f"{name} 的例句移到 {target}",
        lambda corpus: corpus.move(name, body.examples, target),
    )


@router.post("/{name}/merge", operation_id="consoleMergeIntent")
def merge(name: Name, body: s.MergeRequest, person: Editor, parts: Parts) -> s.IntentsChanged:
    """End an intent; its examples and its places in rules and stories go to another."""
    return _change(
        parts,
        person.id,
        body.numbers,
        f"意图 {name} 并入 {body.target}",
        lambda corpus: corpus.merge(name, body.target),
        renamed=(name, body.target),
    )


@router.post("/undo", operation_id="consoleUndoIntents")
def undo(body: s.UndoRequest, person: Editor, parts: Parts) -> s.IntentsChanged:
    """Write earlier versions of files again; they become the newest."""
    with parts.database.write() as session:
        before = {
            path: files.version(session, path, number).text if number else ""
            for path, number in body.versions.items()
        }
        numbers = files.write(session, before, body.numbers, person.id, "撤销")
        accounts.audit(session, person, "intents_undo", ",".join(body.versions)[:200])
        return s.IntentsChanged(
            numbers=_numbers(session), undo={path: at - 1 for path, at in numbers.items()}, count=0
        )


def _change(
    parts: Container,
    person_id: str,
    seen: dict[str, int],
    note: str,
    work: Callable[[Corpus], int | None],
    renamed: tuple[str, str] | None = None,
    added: Sequence[str] = (),
) -> s.IntentsChanged:
    with parts.database.write() as session:
        require_apart(parts, session, [plain(text) for text in added])
        texts, names = files.texts(session), domain.read()
        corpus = Corpus(texts, names)
        count = work(corpus)
        changed = corpus.changed()
        if renamed is not None:
            changed |= flows.renamed({**texts, **changed}, *renamed)
        check({**texts, **changed}, names, before=texts)
        numbers = files.current(session)
        undo = {path: max(numbers[path].number, 1) if path in numbers else 0 for path in changed}
        files.write(session, changed, {path: seen.get(path, 0) for path in changed}, person_id, note)
        return s.IntentsChanged(numbers=_numbers(session), undo=undo, count=count or 0)


def add_questions(
    parts: Container, session: Session, name: str, texts: Sequence[str], person_id: str
) -> None:
    """Add customers' questions to an intent as examples, in the caller's transaction."""
    require_apart(parts, session, texts)
    before, names = files.texts(session), domain.read()
    corpus = Corpus(before, names)
    corpus.add(name, texts)
    changed = corpus.changed()
    check({**before, **changed}, names, before=before)
    files.write(session, changed, _numbers(session), person_id, f"{name} 加例句")


def check(after: dict[str, str], names: domain.Domain, before: dict[str, str]) -> None:
    """Raise ``bot_files_invalid`` for what was right before and would not work any more."""
    known = {(one.path, one.message) for one in flows.problems(before, names)}
    fresh = [one for one in flows.problems(after, names) if (one.path, one.message) not in known]
    if fresh:
        raise Invalid(
            "bot_files_invalid",
            "这样改了就不能训练",
            f"{fresh[0].message}（{fresh[0].path} 第 {fresh[0].line} 行）。",
            errors=[FieldError(f"{one.path}:{one.line}", one.message) for one in fresh[:50]],
        )


@router.get("/conflicts", operation_id="consoleConflicts")
def conflicts(person: Editor, parts: Parts) -> s.ConflictList:
    """Return what the last search for contradictions found."""
    return _conflicts(parts)


@router.post("/conflicts", operation_id="consoleFindConflicts", status_code=202)
def find_conflicts(person: Editor, parts: Parts) -> s.ConflictList:
    """Begin a search for contradictions."""
    parts.intent_check.begin()
    return _conflicts(parts)


def _conflicts(parts: Container) -> s.ConflictList:
    last = parts.intent_check.last
    with parts.database.read() as session:
        there = {
            (one.name, text)
            for one in Corpus(files.texts(session), domain.read()).intents().values()
            for text in one.examples
        }
    articles = parts.brain.brain.knowledge.articles if parts.brain.ready else {}
    # What an editor has moved or changed since then is settled.
    left = [one for one in last.found if (one.intent, one.example) in there]
    left = [one for one in left if one.kind not in ("same", "near") or (one.other, one.text) in there]
    return s.ConflictList(
        state=last.state,
        share=round(last.share, 3),
        examples=last.examples,
        at=last.at,
        total=len(left),
        items=[
            s.ConflictView(
                kind=one.kind,
                intent=one.intent,
                example=one.example,
                other=one.other,
                other_title=articles[one.other].title
                if one.other in articles
                else INTENTS.get(one.other, one.other),
                text=one.text,
                share=one.share,
            )
            for one in left[:LISTED]
        ],
    )
