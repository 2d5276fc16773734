"""The held-out set: real messages with what they should lead to. They judge candidates and are never trained on."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb_index.text import normalise
from kefu.core.clock import now
from kefu.core.errors import Conflict, FieldError, Invalid, NotFound
from kefu.core.settings import Settings
from kefu.nlu.examples import of_texts
from kefu.nlu.models import HeldOut, HeldOutLabel

NEAR = 0.8
"""Overlap of two texts' pairs of characters (Jaccard) above which they are the same question."""
SHORT = 4
"""Texts of so few characters can be said in one way only (好的, 人工, 快递): they may stand on both sides."""
COUNTED = ("labelled", "agreed")
STYLE = "real"
"""The style under which real messages stand in the files of evaluation sets."""


class _Label(BaseModel):
    model_config = ConfigDict(extra="forbid")


class KnowledgeLabel(_Label):
    """One article answers it; ``also`` are articles that do as well."""

    kind: Literal["knowledge"]
    key: str = Field(min_length=1, max_length=80)
    also: list[str] = Field([], max_length=10)


class VagueLabel(_Label):
    """It must be narrowed; the readings belong among the options."""

    kind: Literal["vague"]
    readings: list[str] = Field(min_length=1, max_length=10)


class OutOfScopeLabel(_Label):
    """The shop has no answer to it."""

    kind: Literal["out_of_scope"]
    scope: Literal["far", "near", "smalltalk", "noise"]


class HandoffLabel(_Label):
    """A person must, or need not, take over."""

    kind: Literal["handoff"]
    expect: Literal["handoff", "no_handoff"]


Label = Annotated[KnowledgeLabel | VagueLabel | OutOfScopeLabel | HandoffLabel, Field(discriminator="kind")]
_LABEL: TypeAdapter[KnowledgeLabel | VagueLabel | OutOfScopeLabel | HandoffLabel] = TypeAdapter(Label)


def bigrams(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a text, punctuation left out."""
    plain = "".join(c for c in normalise(text) if c.isalnum())
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1)) or frozenset({plain})


class Guard:
    """Finds the text that another one equals or nearly equals, among many."""

    def __init__(self, texts: Iterable[str], beside: "Guard | None" = None) -> None:
        self._beside = beside
        self._texts = [text for text in texts if not is_short(text)]
        self._grams = [bigrams(text) for text in self._texts]
        self._by_gram: dict[str, list[int]] = {}
        for at, grams in enumerate(self._grams):
            for gram in grams:
                self._by_gram.setdefault(gram, []).append(at)

    def find(self, text: str) -> str | None:
        """Return the likest text when it is the same question in nearly the same words."""
        if is_short(text):
            return None
        grams = bigrams(text)
        shared = Counter(at for gram in grams for at in self._by_gram.get(gram, ()))
        alike = {
            at: count / (len(grams) + len(self._grams[at]) - count)
            for at, count in shared.items()
            if count > NEAR * len(grams)  # it takes that many to be near at all
        }
        best = max(alike, key=lambda at: alike[at], default=None)
        if best is not None and alike[best] > NEAR:
            return self._texts[best]
        return self._beside.find(text) if self._beside is not None else None

    def near(self, texts: Sequence[str]) -> dict[int, str]:
        """Return, by place, what each of these texts nearly equals."""
        return {at: found for at, text in enumerate(texts) if (found := self.find(text)) is not None}


def is_short(text: str) -> bool:
    """Whether a text can be said in one way only."""
    return sum(c.isalnum() for c in normalise(text)) <= SHORT


def guard(session: Session, settings: Settings) -> Guard:
    """Return a guard of everything that is held out: the evaluation files, and what editors have labelled."""
    own = session.scalars(select(HeldOut.text).where(HeldOut.state.in_((*COUNTED, "disputed"))))
    return Guard(own, beside=_guard_of(_files(settings.held_out_dir)))


def file_texts(directory: Path) -> tuple[str, ...]:
    """Return everything that a customer says in the evaluation files of a folder."""
    return _read(_files(directory))


_Files = tuple[tuple[Path, int], ...]
"""Files with the times when they were written, so that a changed one is read anew."""


def _files(directory: Path) -> _Files:
    return tuple((path, path.stat().st_mtime_ns) for path in sorted(directory.glob("*.jsonl")))


@lru_cache(maxsize=2)
def _read(files: _Files) -> tuple[str, ...]:
    return tuple(text for path, _ in files for text in _said(path))


@lru_cache(maxsize=2)
def _guard_of(files: _Files) -> Guard:
    return Guard(_read(files))


def _said(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if "text" in case:
            yield case["text"]
        yield from (turn["user"] for turn in case.get("turns", ()) if isinstance(turn["user"], str))


def refuse(session: Session, settings: Settings, texts: Sequence[str], field: str = "similar") -> None:
    """Raise ``held_out_text`` when one of the texts that are to be trained on is held out, or nearly."""
    near = guard(session, settings).near(texts)
    if near:
        errors = [
            FieldError(f"{field}.{at}", f"“{texts[at]}”与留出集里的“{found}”相同或相近")
            for at, found in near.items()
        ]
        detail = (
            f"{errors[0].message}。留出的句子只用来评测，不能用来训练；请换一种说法，或先从留出集移除它。"
        )
        raise Invalid("held_out_text", "这句话在留出集里", detail, errors)


def trained_on(published: Iterable[str], data: Iterable[str]) -> Guard:
    """Return a guard of what is trained on: the published questions and the examples in the texts of the bot's files."""
    examples = of_texts(data)
    return Guard([*published, *(text for texts in examples.values() for text in texts)])


def get(session: Session, item_id: str) -> HeldOut:
    """Return a message. Raises ``held_out_not_found``."""
    found = session.get(HeldOut, item_id)
    if found is None:
        raise NotFound("held_out_not_found", "没有这条留出的话", "请刷新页面。")
    return found


def label(session: Session, item_id: str, given: dict[str, Any], person_id: str, trained: Guard) -> HeldOut:
    """Note what a person says that a message should lead to.

    A second person's word either confirms the first (``agreed``) or makes it ``disputed``, which keeps it out of use until
    somebody decides. Raises ``trained_text`` for a message that training has already seen.
    """
    item = get(session, item_id)
    near = trained.find(item.text)
    if near is not None:
        detail = f"它与训练语料里的“{near}”相同或相近，用它评测会偏高。请略过它。"
        raise Conflict("trained_text", "这句话已经用来训练", detail)
    said = _LABEL.validate_python(given).model_dump()
    mine = _label_of(session, item_id, person_id)
    if mine is None:
        session.add(HeldOutLabel(held_out_id=item_id, person_id=person_id, label=said))
    else:
        mine.label, mine.at = said, now()
    session.flush()
    labels = labels_of(session, item_id)
    same = all(_same(one.label, labels[0].label) for one in labels)
    item.state = ("agreed" if len(labels) > 1 else "labelled") if same else "disputed"
    item.label = labels[0].label if same else None
    return item


def resolve(session: Session, item_id: str, given: dict[str, Any], person_id: str) -> HeldOut:
    """Decide between two labels; not by the one who gave the first. Raises ``not_disputed``, ``own_label``."""
    item = get(session, item_id)
    if item.state != "disputed":
        raise Conflict("not_disputed", "这条没有分歧", "请刷新页面。")
    if labels_of(session, item_id)[0].person_id == person_id:
        raise Conflict("own_label", "不能裁定自己的标注", "请由另一位编辑裁定。")
    item.state, item.label = "agreed", _LABEL.validate_python(given).model_dump()
    return item


def drop(session: Session, item_id: str) -> HeldOut:
    """Leave a message out of the set; it is not proposed again."""
    item = get(session, item_id)
    item.state, item.label = "dropped", None
    return item


def labels_of(session: Session, item_id: str) -> list[HeldOutLabel]:
    """Return what people said of a message, the first first."""
    query = select(HeldOutLabel).where(HeldOutLabel.held_out_id == item_id).order_by(HeldOutLabel.at)
    return list(session.scalars(query))


def _label_of(session: Session, item_id: str, person_id: str) -> HeldOutLabel | None:
    query = select(HeldOutLabel).where(
        HeldOutLabel.held_out_id == item_id, HeldOutLabel.person_id == person_id
    )
    return session.scalar(query)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Two labels agree when they name the same; further articles that would do as well are no contradiction."""
    if one["kind"] == other["kind"] == "knowledge":
        return one["key"] in {other["key"], *other["also"]} or other["key"] in one["also"]
    if one["kind"] == other["kind"] == "vague":
        return set(one["readings"]) == set(other["readings"])
    return one == other


def counts(session: Session) -> dict[str, int]:
    """Return how many messages are in each state."""
    rows = session.execute(select(HeldOut.state, func.count()).group_by(HeldOut.state))
    return {row[0]: row[1] for row in rows}


def export(session: Session, directory: Path) -> dict[str, int]:
    """Write what is labelled in the format of ``eval/``; returns how many lines each file has."""
    query = select(HeldOut).where(HeldOut.state.in_(COUNTED)).order_by(HeldOut.asked_at, HeldOut.id)
    lines: dict[str, list[dict[str, Any]]] = {}
    for item in session.scalars(query):
        said = item.label or {}
        lines.setdefault(said["kind"], []).append({"text": item.text} | _line(said))
    directory.mkdir(parents=True, exist_ok=True)
    for name, rows in lines.items():
        body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (directory / f"{name}.jsonl").write_text(body, encoding="utf-8")
    return {name: len(rows) for name, rows in lines.items()}


def _line(said: dict[str, Any]) -> dict[str, Any]:
    match said["kind"]:
        case "knowledge":
            return {"key": said["key"], "also": said["also"], "style": STYLE}
        case "vague":
            return {"readings": said["readings"], "style": STYLE}
        case "out_of_scope":
            return {"kind": said["scope"]}
        case _:
            return {"expect": said["expect"]}
