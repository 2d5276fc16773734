"""The examples of every intent, inside the bot's files: read, added to, moved, merged and split; comments stay."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.scalarstring import LiteralScalarString

from kb_index.text import normalise
from kefu.core import yamltext
from kefu.core.errors import Conflict, FieldError, Invalid, NotFound
from kefu.nlu.domain import Domain
from kefu.nlu.examples import ENTITY

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
LONGEST = 200
FEWEST = 2
"""An intent of fewer examples cannot be learned."""
_HEAD = 'version: "3.1"\n\n# 编辑新建的意图。\nnlu: []\n'
NEW_FILE = "nlu/editors.yml"
_BRACKETS = re.compile(r"[\[\]]")
_MARKED = re.compile(r"\[([^\]]+)\](?:\(([^)]*)\)|\{[^}]*\})")


@dataclass(frozen=True)
class Intent:
    """One intent: its examples as they stand in the files, entities marked ``[text](entity)``."""

    name: str
    path: str
    examples: tuple[str, ...]


def plain(example: str) -> str:
    """Return an example without its entity marks."""
    return ENTITY.sub(r"\1", example)


class Corpus:
    """The parsed files. Changes are made in here; ``changed`` says what is then to be written."""

    def __init__(self, texts: Mapping[str, str], domain: Domain) -> None:
        self._texts, self._domain = texts, domain
        self._parsed: dict[str, Any] = {
            path: yamltext.load(text, path) or {} for path, text in texts.items() if path.startswith("nlu/")
        }
        self._touched: set[str] = set()

    def intents(self) -> dict[str, Intent]:
        """Return every intent by name, in the files' order."""
        found: dict[str, Intent] = {}
        for path, block in self._blocks():
            name, lines = str(block["intent"]), _lines(block)
            before = found.get(name)
            found[name] = (
                Intent(name, before.path, (*before.examples, *lines)) if before else Intent(name, path, lines)
            )
        return found

    def get(self, name: str) -> Intent:
        """Return an intent. Raises ``intent_not_found``."""
        found = self.intents().get(name)
        if found is None:
            raise NotFound("intent_not_found", "没有这个意图", f"“{name}”可能刚被改名或合并，请刷新。")
        return found

    def changed(self) -> dict[str, str]:
        """Return the files that differ from what was given, by path."""
        written = {path: yamltext.dump(self._parsed[path]) for path in sorted(self._touched)}
        return {path: text for path, text in written.items() if text != self._texts.get(path)}

    def create(self, name: str, examples: Sequence[str]) -> None:
        """Begin an intent. Raises ``intent_name`` for a name that is taken or is no name."""
        check_name(name, self._domain, self.intents())
        body = self._parsed.setdefault(NEW_FILE, yamltext.load(_HEAD))
        body["nlu"].append({"intent": name, "examples": LiteralScalarString("")})
        self._touched.add(NEW_FILE)
        self.add(name, examples)

    def add(self, name: str, examples: Iterable[str]) -> list[str]:
        """Add examples to an intent; those that it has already are left out. Returns what was added."""
        there = {normalise(plain(one)) for one in self.get(name).examples}
        fresh: list[str] = []
        for text in checked(examples, self._domain):
            said = normalise(plain(text))
            if said not in there:
                there.add(said)
                fresh.append(text)
        if fresh:
            path, block = next((path, block) for path, block in self._blocks() if block["intent"] == name)
            self._write(path, block, [*_lines(block), *fresh])
        return fresh

    def replace(self, name: str, old: str, new: str) -> None:
        """Write one example anew. Raises ``example_not_found``."""
        [text] = checked([new], self._domain)
        for path, block in self._blocks():
            lines = list(_lines(block))
            if block["intent"] == name and old in lines:
                lines[lines.index(old)] = text
                self._write(path, block, list(dict.fromkeys(lines)))
                return
        self.get(name)
        raise NotFound("example_not_found", "没有这条例句", "别人可能刚改过它，请刷新。")

    def remove(self, name: str, examples: Iterable[str]) -> None:
        """Take examples away. Raises ``intent_too_small`` when fewer than two would be left."""
        gone = set(examples)
        left = [one for one in self.get(name).examples if one not in gone]
        if len(left) < FEWEST:
            raise Conflict(
                "intent_too_small", f"意图至少要留 {FEWEST} 条例句", "要整个去掉，请用“合并到”或“删除意图”。"
            )
        for path, block in self._blocks():
            if block["intent"] == name and gone & set(_lines(block)):
                self._write(path, block, [one for one in _lines(block) if one not in gone])

    def move(self, name: str, examples: Sequence[str], target: str) -> None:
        """Move examples to another intent, which is begun when there is none of that name (a split)."""
        there = set(self.get(name).examples)
        moved = [one for one in examples if one in there]
        if not moved:
            raise NotFound("example_not_found", "没有这些例句", "别人可能刚改过它们，请刷新。")
        self.remove(name, moved)
        if target in self.intents():
            self.add(target, moved)
        else:
            self.create(target, moved)

    def merge(self, name: str, target: str | None) -> None:
        """End an intent; its examples go to ``target``, or away. Those that the code knows stay."""
        if name in self._domain.intents:
            raise Conflict(
                "intent_built_in", "这个意图不能去掉", "机器人的程序按这个名字办事；可以移走它的例句。"
            )
        examples = self.get(name).examples
        if target is not None:
            if target == name:
                raise Conflict("intent_itself", "不能合并到自己")
            self.add(target, examples)
        for path, block in list(self._blocks()):
            if block["intent"] == name:
                self._parsed[path]["nlu"].remove(block)
                self._touched.add(path)

    def rename(self, name: str, new: str) -> None:
        """Give an intent of the editors another name."""
        if name in self._domain.intents:
            raise Conflict("intent_built_in", "这个意图不能改名", "机器人的程序按这个名字办事。")
        self.get(name)
        check_name(new, self._domain, self.intents())
        for path, block in self._blocks():
            if block["intent"] == name:
                block["intent"] = new
                self._touched.add(path)

    def _blocks(self) -> Iterator[tuple[str, Any]]:
        for path, body in self._parsed.items():
            entries = body.get("nlu") if isinstance(body, dict) else None
            for block in entries or ():
                if isinstance(block, dict) and "intent" in block:
                    yield path, block

    def _write(self, path: str, block: Any, lines: Iterable[str]) -> None:
        before = block.get("examples")
        text = LiteralScalarString("".join(f"- {line}\n" for line in lines))
        if getattr(before, "comment", None) is not None:  # a comment below belongs to the text above it
            text.comment = before.comment
        block["examples"] = text
        self._touched.add(path)


def _lines(block: Any) -> tuple[str, ...]:
    lines = str(block.get("examples") or "").splitlines()
    return tuple(line.strip()[1:].strip() for line in lines if line.strip().startswith("-"))


def check_name(name: str, domain: Domain, taken: Iterable[str]) -> None:
    """Raise ``intent_name`` unless an intent may be called so."""
    said = ""
    if not NAME.fullmatch(name):
        said = "名字只能用小写字母、数字和下划线，以字母开头，2 到 40 个字符"
    elif name in domain.performed or name.startswith(("action_", "utter_", "validate_")):
        said = f"“{name}”是动作的名字，意图不能同名"
    elif name in {*taken, *domain.intents}:
        said = f"已经有意图“{name}”"
    elif name == "nlu_fallback":
        said = "这是系统保留的名字"
    if said:
        raise Invalid("intent_name", "意图的名字不行", f"{said}。", errors=[FieldError("name", said)])


def checked(examples: Iterable[str], domain: Domain) -> list[str]:
    """Return examples tidied. Raises ``examples_invalid`` naming every one that cannot be learned from."""
    found = [text for text in (" ".join(one.split()) for one in examples) if text]
    errors = []
    for at, text in enumerate(found):
        unknown = {entity for _, entity in _MARKED.findall(text) if entity and entity not in domain.entities}
        if len(plain(text)) > LONGEST:
            errors.append(FieldError(f"examples.{at}", f"超过 {LONGEST} 个字"))
        elif unknown:
            errors.append(FieldError(f"examples.{at}", f"没有实体“{'、'.join(sorted(unknown))}”"))
        elif _BRACKETS.search(_MARKED.sub("", text)):
            errors.append(FieldError(f"examples.{at}", "方括号没有配成实体标记"))
        elif not normalise(plain(text)):
            errors.append(FieldError(f"examples.{at}", "没有文字"))
    if errors:
        raise Invalid("examples_invalid", "有的例句不行", f"{errors[0].message}。", errors=errors)
    return found
