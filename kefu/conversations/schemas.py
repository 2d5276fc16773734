"""Messages as they come in, checked field by field, and as they go out."""

import hashlib
import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from kefu.conversations.models import Message
from kefu.core.errors import FieldError, Invalid


def _printable(text: str) -> str:
    """Drop control characters (keeping line breaks and tabs); refuse what is empty then."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"})
    if not kept.strip():
        raise ValueError("empty")
    return kept.strip()


Identifier = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[\w.:-]+$")]
Text = Annotated[str, AfterValidator(_printable)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TextContent(_Strict):
    """What somebody typed."""

    text: Text


class OptionContent(_Strict):
    """A choice among the options that were offered."""

    option_id: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class FormContent(_Strict):
    """A filled form."""

    form_id: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    values: dict[
        Annotated[str, StringConstraints(max_length=40)], Annotated[str, StringConstraints(max_length=500)]
    ] = Field(max_length=30)


class ImageContent(_Strict):
    """A picture that was uploaded before."""

    upload_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class _Inbound(_Strict):
    client_msg_id: Identifier
    conversation_id: Identifier | None = None
    quote_id: Identifier | None = None


class TextMessage(_Inbound):
    """A typed message."""

    kind: Literal["text"]
    content: TextContent


class OptionMessage(_Inbound):
    """A clicked option."""

    kind: Literal["option"]
    content: OptionContent


class FormMessage(_Inbound):
    """A submitted form."""

    kind: Literal["form"]
    content: FormContent


class ImageMessage(_Inbound):
    """A sent picture."""

    kind: Literal["image"]
    content: ImageContent


InboundMessage = Annotated[
    TextMessage | OptionMessage | FormMessage | ImageMessage, Field(discriminator="kind")
]
_ADAPTER: TypeAdapter[InboundMessage] = TypeAdapter(InboundMessage)

WORDS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "value_error": "不能为空",
    "string_too_long": "太长了",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "格式不对",
    "union_tag_invalid": "不支持这种消息",
    "union_tag_not_found": "缺少消息种类 kind",
}


def field_errors(error: ValidationError) -> list[FieldError]:
    """Say in Chinese which fields are wrong."""
    return [
        FieldError(".".join(str(part) for part in one["loc"]), WORDS.get(one["type"], "内容不符合要求"))
        for one in error.errors()
    ]


def parse_inbound(body: Any, *, max_chars: int) -> InboundMessage:
    """Check a message from outside. Raises ``Invalid`` with a stable code for every way it can be wrong."""
    try:
        message = _ADAPTER.validate_python(body)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"].startswith("union_tag"):
            raise Invalid("unknown_kind", "不支持这种消息", "请发送文字、选项、表单或图片。") from error
        if first["type"] == "value_error" and first["loc"][-1] == "text":
            raise Invalid("empty_message", "消息是空的", "请输入想咨询的内容。") from error
        raise Invalid("invalid_message", "消息格式不正确", errors=field_errors(error)) from error
    if isinstance(message, TextMessage) and len(message.content.text) > max_chars:
        raise Invalid("message_too_long", "消息太长", f"一次最多 {max_chars} 字，请分几次发送。")
    return message


def fingerprint(kind: str, content: dict[str, Any], quote_id: str | None = None) -> str:
    """Return a digest of a message's body, to tell a repeated request from a reused id."""
    parts = [kind, content] if quote_id is None else [kind, content, quote_id]
    body = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True)
class Reply:
    """A message to be written by the bot or the system."""

    kind: str
    content: dict[str, Any]
    sender: str = "bot"
    provenance: dict[str, Any] = field(default_factory=dict)


EXCERPTS = {
    "survey": "[评价邀请]", "card": "[卡片]", "handoff": "[转人工]", "image": "[图片]", "form": "[表单]",
}  # fmt: skip
EXCERPT = 80  # characters


def excerpt(message: Message, veiling: Callable[[str], str] = str) -> str:
    """Return one line of a message, for lists and quotes; ``veiling`` hides in its whole text what is not to be seen."""
    if message.recalled_at is not None:
        return "[已撤回]"
    content = message.content
    text = str(content.get("text") or content.get("title") or EXCERPTS.get(message.kind, ""))
    return veiling(text)[:EXCERPT]


def wire(message: Message) -> dict[str, Any]:
    """Return a message as the API shows it."""
    shown: dict[str, Any] = {
        "id": message.id,
        "seq": message.seq,
        "conversation_id": message.conversation_id,
        "sender": message.sender,
        "kind": message.kind,
        "content": message.content if message.recalled_at is None else {},
        "created_at": message.created_at.isoformat().replace("+00:00", "Z"),
    }
    if message.client_msg_id and message.sender != "bot":
        shown["client_msg_id"] = message.client_msg_id
    if message.in_reply_to:
        shown["trace_id"] = message.in_reply_to
    if message.recalled_at is not None:
        shown["recalled"] = True
    return shown
