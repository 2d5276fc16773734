"""The evaluation sets under ``eval/``, as ``eval/README.md`` describes them."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from kefu.commerce.orders import OrderState
from kefu.core.errors import Invalid

SAMPLE_SEED = 7
ANONYMOUS = "anonymous"
CUSTOMERS = (ANONYMOUS, "new", *(state.value for state in OrderState if state is not OrderState.CANCELLED))
"""Who can have a dialogue: nobody known, or one of the demo's customers, by the state of the newest order."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KnowledgeCase(_Strict):
    """A question that one article answers; ``also`` are articles that do as well."""

    text: str
    key: str
    also: list[str]
    style: str

    @property
    def keys(self) -> frozenset[str]:
        """Every article that is right."""
        return frozenset({self.key, *self.also})


class VagueCase(_Strict):
    """A message that must be narrowed; its ``readings`` belong among the first options."""

    text: str
    readings: list[str]
    style: str


class OutOfScopeCase(_Strict):
    """A message that the shop has no answer to."""

    text: str
    kind: str


class HandoffCase(_Strict):
    """A message that a person must, or need not, take over."""

    text: str
    expect: Literal["handoff", "no_handoff"]


class TypingCase(_Strict):
    """The beginning of a message, and the articles of which one should be suggested."""

    prefix: str
    keys: list[str]


class Click(_Strict):
    """Choosing an offered option: by article, ``none`` or ``human``."""

    click: str


class Expectation(_Strict):
    """What a turn may lead to."""

    kind: list[str]
    key: list[str] = []
    readings: list[str] = []
    form_id: str | None = None


class DialogueTurn(_Strict):
    """What the customer does and what should follow."""

    user: str | Click
    expect: Expectation


class Dialogue(_Strict):
    """A conversation; ``customer`` is ``anonymous`` or the state of a verified customer's newest order."""

    id: str
    customer: str
    turns: list[DialogueTurn] = Field(min_length=1)

    @field_validator("customer")
    @classmethod
    def _is_there(cls, customer: str) -> str:
        """A state that no order can have would be asked of a customer without orders, and measure nothing."""
        if customer not in CUSTOMERS:
            raise ValueError(f"customer {customer!r} 不是 {'、'.join(CUSTOMERS)} 之一")
        return customer


Case = TypeVar("Case", bound=_Strict)


def read(directory: Path, name: str, kind: type[Case]) -> list[Case]:
    """Read ``<directory>/<name>.jsonl``. Raises ``Invalid`` (``evaluation_set_invalid``) naming the line."""
    path = directory / f"{name}.jsonl"
    if not path.exists():
        raise Invalid("evaluation_set_invalid", "评测集不能读取", f"没有 {path}。")
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            cases.append(kind.model_validate_json(line))
        except ValidationError as error:
            problem = error.errors()[0]["msg"]
            detail = f"{path} 第 {number} 行：{problem}"
            raise Invalid("evaluation_set_invalid", "评测集不能读取", detail) from error
    return cases


@dataclass(frozen=True)
class Plan:
    """What to run: the sets' directory, at most so many cases of each, so many at once.

    ``tools`` are the tools of the articles that have one.
    """

    directory: Path
    tools: Mapping[str, str]
    limit: int | None = None
    at_once: int = 4

    def cases(self, name: str, kind: type[Case]) -> list[tuple[int, Case]]:
        """Return a set's cases with their lines (from 1); a sample is the same every time."""
        cases = list(enumerate(read(self.directory, name, kind), 1))
        if self.limit is None or self.limit >= len(cases):
            return cases
        return sorted(random.Random(SAMPLE_SEED).sample(cases, self.limit), key=lambda case: case[0])
