"""Rules and stories: as steps to be drawn, and everything in them that would not work, by file and line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from kefu.core import yamltext
from kefu.core.errors import Invalid
from kefu.nlu.corpus import FEWEST, check_name
from kefu.nlu.domain import DEFAULT_INTENTS, Domain

StepKind = Literal["intent", "action", "form", "form_end", "slot", "checkpoint", "other"]
SECTIONS = {"version", "nlu", "rules", "stories"}
_STEP_KEYS = (
    "intent", "user", "action", "bot", "active_loop", "slot_was_set", "checkpoint", "or", "entities",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step of a flow; ``name`` is the intent's, the action's, the form's, and so on."""

    kind: StepKind
    name: str


@dataclass(frozen=True)
class Flow:
    """One rule or story. ``line`` counts from 1 in its file."""

    kind: Literal["rule", "story"]
    name: str
    path: str
    line: int
    condition: tuple[Step, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Problem:
    """What would not work where; ``line`` counts from 1."""

    path: str
    line: int
    message: str


def flows(texts: Mapping[str, str]) -> list[Flow]:
    """Return the rules and stories of all files that can be read."""
    found: list[Flow] = []
    for path, text in texts.items():
        try:
            body = _read(text, path)
        except Invalid:
            continue
        if isinstance(body, dict):
            found += _flows(path, body)
    return found


@lru_cache(maxsize=128)
def _read(text: str, path: str) -> Any:
    """Return what a file says, only to be looked at: while one is edited, the others are parsed once."""
    return yamltext.load(text, path)


def _flows(path: str, body: Any) -> Iterator[Flow]:
    for section, kind in (("rules", "rule"), ("stories", "story")):
        for entry in body.get(section) or ():
            if isinstance(entry, dict) and isinstance(entry.get("steps"), list):
                yield Flow(
                    "rule" if kind == "rule" else "story",
                    str(entry.get(kind, "")),
                    path,
                    _line(entry, 1),
                    tuple(_step(one) for one in entry.get("condition") or ()),
                    tuple(_step(one) for one in entry["steps"]),
                )


def _line(entry: Any, otherwise: int) -> int:
    """Where a part of a file begins, as far as it is known."""
    return int(entry.lc.line) + 1 if hasattr(entry, "lc") else otherwise


def _step(entry: Any) -> Step:
    if not isinstance(entry, dict):
        return Step("other", str(entry))
    if "intent" in entry:
        return Step("intent", str(entry["intent"]))
    if "action" in entry:
        name = str(entry["action"])
        return Step("form" if name.endswith("_form") else "action", name)
    if "active_loop" in entry:
        loop = entry["active_loop"]
        return Step("form_end", "") if loop is None else Step("form", str(loop))
    if "slot_was_set" in entry:
        return Step("slot", "、".join(_slots(entry["slot_was_set"])))
    if "checkpoint" in entry:
        return Step("checkpoint", str(entry["checkpoint"]))
    if "or" in entry:
        return Step("intent", " / ".join(_step(one).name for one in entry["or"] or ()))
    return Step("other", "、".join(map(str, entry)))


def _slots(entries: Any) -> list[str]:
    found = []
    for one in entries or ():
        found += list(map(str, one)) if isinstance(one, dict) else [str(one)]
    return found


def problems(texts: Mapping[str, str], domain: Domain) -> list[Problem]:
    """Return everything that keeps the files from being trained on, in their order."""
    found: list[Problem] = []
    parsed: dict[str, Any] = {}
    for path, text in texts.items():
        try:
            parsed[path] = _read(text, path) or {}
        except Invalid as error:
            found.append(Problem(path, int(error.errors[0].field), error.errors[0].message))
    known = _known_intents(parsed, domain)
    names: dict[tuple[str, str], str] = {}
    for path, body in parsed.items():
        found += _shape(path, body)
        found += _intents(path, body, domain)
        found += _steps(path, body, known, domain, names)
    return [*found, *_contradictions(flows(texts))]


def _known_intents(parsed: Mapping[str, Any], domain: Domain) -> set[str]:
    found = set(domain.intents | DEFAULT_INTENTS)
    for body in parsed.values():
        if isinstance(body, dict):
            found |= {
                str(one["intent"])
                for one in body.get("nlu") or ()
                if isinstance(one, dict) and "intent" in one
            }
    return found


def _shape(path: str, body: Any) -> Iterator[Problem]:
    if not isinstance(body, dict):
        yield Problem(path, 1, "整个文件应当是 version、nlu、rules、stories 这几部分")
        return
    places: Any = body
    for name in body:
        line = int(places.lc.key(name)[0]) + 1
        if name not in SECTIONS:
            yield Problem(path, line, f"不认识的部分“{name}”，机器人不会读它")
        elif name != "version" and not isinstance(body[name], list | type(None)):
            yield Problem(path, line, f"“{name}”下面应当是一个列表，每项以 - 开头")


def _intents(path: str, body: Any, domain: Domain) -> Iterator[Problem]:
    entries = body.get("nlu") if isinstance(body, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        line = _line(entry, 1)
        if not isinstance(entry, dict) or not {"intent", "synonym", "regex", "lookup"} & set(entry):
            yield Problem(path, line, "这一项没有写是哪个意图（intent: 名字）")
            continue
        if "intent" not in entry:
            continue
        name = str(entry["intent"])
        if name not in domain.intents:
            try:
                check_name(name, domain, ())
            except Invalid as error:
                yield Problem(path, line, error.errors[0].message)
        lines = [one for one in str(entry.get("examples") or "").splitlines() if one.strip()]
        if len(lines) < FEWEST:
            yield Problem(path, line, f"意图“{name}”的例句不足 {FEWEST} 条")
        if any(not one.strip().startswith("- ") for one in lines):
            yield Problem(path, line, f"意图“{name}”有一行例句不是以“- ”开头")


def _steps(
    path: str, body: Any, known: set[str], domain: Domain, names: dict[tuple[str, str], str]
) -> Iterator[Problem]:
    for section, kind, label in (("rules", "rule", "规则"), ("stories", "story", "故事")):
        entries = body.get(section) if isinstance(body, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            line = _line(entry, 1)
            if not isinstance(entry, dict) or kind not in entry:
                yield Problem(path, line, f"这条{label}没有名字（{kind}: 名字）")
                continue
            name = str(entry[kind])
            if names.setdefault((kind, name), f"{path}:{line}") != f"{path}:{line}":
                yield Problem(path, line, f"已经有叫“{name}”的{label}")
            if not isinstance(entry.get("steps"), list) or not entry["steps"]:
                yield Problem(path, line, f"{label}“{name}”没有步骤（steps:）")
                continue
            for one in [*(entry.get("condition") or ()), *entry["steps"]]:
                yield from _one_step(path, one, line, known, domain)


def _one_step(path: str, entry: Any, above: int, known: set[str], domain: Domain) -> Iterator[Problem]:
    line = _line(entry, above)
    if not isinstance(entry, dict) or not any(key in entry for key in _STEP_KEYS):
        yield Problem(path, line, "步骤应当是 intent、action、active_loop、slot_was_set 或 checkpoint 之一")
        return
    for choice in entry.get("or") or ():
        yield from _one_step(path, choice, line, known, domain)
    if "intent" in entry and str(entry["intent"]) not in known:
        yield Problem(path, line, f"没有意图“{entry['intent']}”")
    if "action" in entry and str(entry["action"]) not in domain.performed:
        yield Problem(path, line, f"没有动作“{entry['action']}”")
    loop = entry.get("active_loop")
    if loop is not None and str(loop) not in domain.forms:
        yield Problem(path, line, f"没有表单“{loop}”")
    for slot in _slots(entry.get("slot_was_set")):
        if slot not in domain.slots:
            yield Problem(path, line, f"没有槽位“{slot}”")


def _contradictions(found: Iterable[Flow]) -> Iterator[Problem]:
    """Two rules that begin alike must go on alike."""
    after: dict[tuple[object, ...], tuple[Step, Flow]] = {}
    for flow in found:
        if flow.kind != "rule":
            continue
        for at, step in enumerate(flow.steps):
            if step.kind not in ("action", "form") or at == 0:
                continue
            before = (flow.condition, flow.steps[:at])
            first, other = after.setdefault(before, (step, flow))
            if first != step:
                yield Problem(
                    flow.path,
                    flow.line,
                    f"与规则“{other.name}”矛盾：同样的开头，一个做 {first.name}，一个做 {step.name}",
                )
                break


def renamed(texts: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    """Return the files whose rules and stories name an intent, with its new name instead."""
    changed: dict[str, str] = {}
    for path, text in texts.items():
        body = yamltext.load(text, path)  # one of its own, to be changed
        touched = False
        for step in _all_steps(body) if isinstance(body, dict) else ():
            if step.get("intent") == old:
                step["intent"], touched = new, True
        if touched:
            changed[path] = yamltext.dump(body)
    return changed


def _all_steps(body: Any) -> Iterator[Any]:
    for section in ("rules", "stories"):
        for entry in body.get(section) or ():
            for step in (entry.get("steps") or ()) if isinstance(entry, dict) else ():
                if isinstance(step, dict):
                    yield step
                    yield from (one for one in step.get("or") or () if isinstance(one, dict))
