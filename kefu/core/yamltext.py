"""YAML that people write: read and written again so that comments, order and quotes stay."""

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.representer import RoundTripRepresenter

from kefu.core.errors import FieldError, Invalid


class _Representer(RoundTripRepresenter):
    """Writes nothing as ``null``, as the files do."""


_Representer.add_representer(
    type(None), lambda self, _: self.represent_scalar("tag:yaml.org,2002:null", "null")
)


def _yaml() -> YAML:
    made = YAML()
    made.Representer = _Representer
    made.preserve_quotes = True
    made.width = 4096
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def load(text: str, name: str = "") -> Any:
    """Return what a text says, its comments attached. Raises ``yaml_broken`` naming the line."""
    try:
        return _yaml().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        message = f"第 {line} 行读不下去：{_said(error)}"
        where = f"{name}：" if name else ""
        raise Invalid(
            "yaml_broken", "YAML 写得不对", f"{where}{message}。", errors=[FieldError(str(line), message)]
        ) from error


# What the parser says most, in the words of somebody who writes a file by hand.
_REASONS = (
    ("found character '\\t'", "缩进里有制表符，请改用空格"),
    ("mapping values are not allowed", "冒号的位置不对，或上一行少了缩进"),
    ("could not find expected ':'", "少了冒号"),
    ("expected <block end>", "缩进和上面对不齐"),
    ("did not find expected", "缩进或标点对不上"),
    ("found duplicate key", "同一个名字写了两次"),
    ("found unexpected end of stream", "引号没有闭合"),
    ("found undefined alias", "用了没有定义的引用（*）"),
    ("while scanning a simple key", "少了冒号"),
)


def _said(error: MarkedYAMLError) -> str:
    told = f"{error.problem or ''} {error.context or ''}"
    return next((words for sign, words in _REASONS if sign in told), "不是合法的 YAML")


def dump(node: Any) -> str:
    """Return the text of what ``load`` gave, changed or not."""
    buffer = io.StringIO()
    _yaml().dump(node, buffer, transform=_outdented if isinstance(node, list) else None)
    return buffer.getvalue()


def _outdented(text: str) -> str:
    """Lists inside stand two further in; one that is the whole file does not."""
    return "".join(line[2:] if line.startswith("  ") else line for line in text.splitlines(keepends=True))
