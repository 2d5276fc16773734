"""The reference in the repository: what each case led to, by the hash of its line, so that no text is repeated."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kefu.core.clock import now
from kefu.core.errors import Invalid
from kefu.measure.judging import Verdict
from kefu.measure.row import Row

DIGITS = 12
Outcomes = dict[str, dict[str, str]]
"""By set and hash of the line: "+right", "-missed"."""


def digest(row: Row) -> str:
    """Return the hash of a case: its set, its text and what it expects."""
    content = "\0".join((row.set, row.text, row.expected))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def write(path: Path, rows: Sequence[Row], index: str) -> None:
    """Write the outcomes of ``rows``: "+right" is good, "-missed" is not."""
    sets: Outcomes = {}
    for row in rows:
        sets.setdefault(row.set, {})[digest(row)] = f"{'+' if row.ok else '-'}{row.verdict.value}"
    content = {"date": f"{now():%Y-%m-%d}", "index": index, "sets": sets}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def read(path: Path) -> Outcomes:
    """Return the outcomes of a reference.

    Raises:
        Invalid: there is none, or it is not readable (``reference_invalid``).
    """
    try:
        sets: Outcomes = json.loads(path.read_text(encoding="utf-8"))["sets"]
    except (OSError, ValueError, KeyError) as error:
        detail = f"{path}：先用 bin/kefu evaluate --against reference --accept 写一份。"
        raise Invalid("reference_invalid", "没有可用的基准", detail) from error
    return sets


def earlier(known: Outcomes, newer: Sequence[Row]) -> list[Row]:
    """Return the earlier outcome of each of ``newer`` that the reference knows."""
    found = []
    for row in newer:
        stored = known.get(row.set, {}).get(digest(row))
        if stored is not None:
            verdict = Verdict(stored[1:])
            found.append(replace(row, ok=stored[0] == "+", verdict=verdict, got=verdict.value))
    return found
