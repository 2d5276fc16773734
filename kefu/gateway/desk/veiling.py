"""What customers wrote, as colleagues see it: personal data veiled until somebody looks (查看明文), which is audited.

What the customer sees of the own words, and what is stored, is never veiled.
"""

import json
from typing import Any

from kefu.conversations.models import Message, Sender
from kefu.conversations.schemas import excerpt, wire
from kefu.core import outbox
from kefu.core.masking import veil

Json = dict[str, Any]
SAID = frozenset({"message.created", "message.updated"})


def everywhere(value: Any) -> Any:
    """Return a value with every text in it veiled."""
    if isinstance(value, str):
        return veil(value)
    if isinstance(value, dict):
        return {name: everywhere(one) for name, one in value.items()}
    return [everywhere(one) for one in value] if isinstance(value, list) else value


def message(shown: Json) -> Json:
    """Return a message on the wire with the customer's words veiled; it says so where that hides something."""
    content: Json = shown["content"]
    hidden: Json = {}
    if shown["sender"] == Sender.CUSTOMER:
        hidden = {name: everywhere(content[name]) for name in ("text", "title", "values") if name in content}
    quote = content.get("quote")
    if quote and quote["sender"] == Sender.CUSTOMER:
        hidden["quote"] = quote | {"text": veil(quote["text"])}
    changed = {name: one for name, one in hidden.items() if one != content[name]}
    return shown | {"content": content | changed, "veiled": True} if changed else shown


def of(row: Message) -> Json:
    """Return a stored message as colleagues see it."""
    return message(wire(row))


def line(row: Message) -> str:
    """Return one line of a message, for lists."""
    return excerpt(row, veil if row.sender == Sender.CUSTOMER else str)


def event(told: outbox.Event) -> Json:
    """Return an event as colleagues see it."""
    shown = told.wire()
    return shown | {"data": message(told.data)} if told.type in SAID else shown


def text(told: outbox.Event) -> str:
    """Return the JSON text of an event as colleagues see it: a crowd of desks hears each message."""
    return told.once(_text) if told.type in SAID else told.text


def _text(told: outbox.Event) -> str:
    return json.dumps(event(told), ensure_ascii=False, separators=(",", ":"))
