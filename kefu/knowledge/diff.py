"""What changed between two bodies of an article, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from kefu.knowledge.articles import Body

_PIECE = re.compile(r"[a-zA-Z0-9_]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Segment:
    """A stretch of text that both have, or only one."""

    change: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True)
class FieldDiff:
    """One field that differs."""

    field: str
    segments: tuple[Segment, ...]


def between(before: Body, after: Body) -> list[FieldDiff]:
    """Return the fields that differ, in the order of the form."""
    old, new = _texts(before), _texts(after)
    names = list(dict.fromkeys([*old, *new]))
    return [
        FieldDiff(name, segments(old.get(name, ""), new.get(name, "")))
        for name in names
        if old.get(name, "") != new.get(name, "")
    ]


def _texts(body: Body) -> dict[str, str]:
    """Every field as a text; lists one line an entry."""
    return {
        "question": body.question,
        "similar": "\n".join(body.similar),
        "answer": body.answer,
        **{f"variants.{state}": text for state, text in sorted(body.variants.items())},
        "related": "\n".join(body.related),
        "order_states": "\n".join(body.order_states),
        "tool": body.tool or "",
        "valid_from": str(body.valid_from or ""),
        "valid_to": str(body.valid_to or ""),
    }


def segments(before: str, after: str) -> tuple[Segment, ...]:
    """Return both texts as one sequence: lines first, and inside a changed run of lines, characters and words."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Segment] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal":
            found.append(Segment("same", left))
        else:
            found += _within(left, right)
    return tuple(_joined(found))


def _within(before: str, after: str) -> list[Segment]:
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.quick_ratio() < 0.3:
        return [Segment("removed", before), Segment("added", after)]
    found = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found.append(Segment("same", "".join(old[i1:i2])))
        else:
            found += [Segment("removed", "".join(old[i1:i2])), Segment("added", "".join(new[j1:j2]))]
    return found


def _joined(parts: list[Segment]) -> list[Segment]:
    found: list[Segment] = []
    for part in parts:
        if not part.text:
            continue
        if found and found[-1].change == part.change:
            found[-1] = Segment(part.change, found[-1].text + part.text)
        else:
            found.append(part)
    return found
