"""Request and answer shapes of the calls about intents, rules and stories."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from kefu.gateway.editor.schemas import Person, Strict

Name = Annotated[str, Field(max_length=60)]
Example = Annotated[str, Field(max_length=400)]
Examples = Annotated[list[Example], Field(min_length=1, max_length=1000)]
Seen = dict[str, int]
"""The numbers of the files that the editor has seen, by path."""


class IntentItem(BaseModel):
    """One intent. ``built_in``: the bot's program knows it by name; ``used_in`` are rules and stories that begin with it or hold it."""

    name: str
    title: str
    path: str
    count: int
    built_in: bool
    used_in: list[str]


class Intents(BaseModel):
    """Every intent, the entities that examples may mark, and the files' numbers; ``taken_over``: editors have changed something."""

    items: list[IntentItem]
    entities: dict[str, str]
    numbers: Seen
    taken_over: bool


class ExampleItem(BaseModel):
    """One example of one intent, entities marked ``[text](entity)``."""

    intent: str
    text: str


class ExampleList(BaseModel):
    """Examples, with the number of those that were searched for and not sent."""

    items: list[ExampleItem]
    total: int
    numbers: Seen


class NewIntent(Strict):
    """An intent to begin."""

    name: Name
    examples: Examples
    numbers: Seen


class RenameRequest(Strict):
    """Another name for an intent; rules and stories follow."""

    name: Name
    numbers: Seen


class AddExamples(Strict):
    """Examples to add."""

    examples: Examples
    numbers: Seen


class ReplaceExample(Strict):
    """One example written anew."""

    old: Example
    new: Example
    numbers: Seen


class RemoveExamples(Strict):
    """Examples to take away, or to move to ``target`` (begun if there is none)."""

    examples: Examples
    target: Name | None = None
    numbers: Seen


class MergeRequest(Strict):
    """Where the examples of an intent that ends go."""

    target: Name
    numbers: Seen


class IntentsChanged(BaseModel):
    """What was written: the new numbers; ``undo`` takes it back."""

    numbers: Seen
    undo: Seen
    count: int


class UndoRequest(Strict):
    """Files to be as they were: the version of each (0: it was not there), and the numbers that are expected now."""

    versions: Seen = Field(min_length=1, max_length=50)
    numbers: Seen


class ConflictView(BaseModel):
    """One example and what speaks against where it stands; ``other`` is an intent or an article's key."""

    kind: Literal["same", "near", "article", "model"]
    intent: str
    example: str
    other: str
    other_title: str
    text: str
    share: float


class ConflictList(BaseModel):
    """The last search for contradictions."""

    state: Literal["never", "running", "done", "failed"]
    share: float
    examples: int
    at: datetime | None
    items: list[ConflictView]
    total: int


class StepView(BaseModel):
    """One step of a flow."""

    kind: Literal["intent", "action", "form", "form_end", "slot", "checkpoint", "other"]
    name: str
    title: str


class FlowView(BaseModel):
    """One rule or story."""

    kind: Literal["rule", "story"]
    name: str
    path: str
    line: int
    condition: list[StepView]
    steps: list[StepView]


class FileItem(BaseModel):
    """One file with its text."""

    path: str
    number: int
    text: str


class FileProblem(BaseModel):
    """What would not work where."""

    path: str
    line: int
    message: str


class Flows(BaseModel):
    """Rules and stories as flows and as files, with what would not work, and the names that may be used."""

    items: list[FlowView]
    files: list[FileItem]
    problems: list[FileProblem]
    intents: list[str]
    actions: list[str]
    forms: list[str]


class FileRequest(Strict):
    """A file as it is to be."""

    text: str = Field(max_length=400_000)
    number: int = Field(ge=0)


class FileVersion(BaseModel):
    """One version of a file."""

    number: int
    note: str
    author: Person | None
    created_at: datetime


class FileVersions(BaseModel):
    """The versions of a file, the newest first."""

    items: list[FileVersion]
