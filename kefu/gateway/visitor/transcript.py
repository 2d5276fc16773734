"""A conversation as a file that the customer can keep: plain text, or HTML that stands alone."""

import html
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from kefu.conversations.models import Message, Sender
from kefu.conversations.schemas import excerpt, wire
from kefu.core.words import CHINESE, catalogue, localise

SPEAKERS = {Sender.CUSTOMER: "我", Sender.BOT: "智能客服", Sender.AGENT: "人工客服", Sender.SYSTEM: "系统"}
TITLE = "客服对话记录"
STYLE = (
    "body{font:16px/1.7 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#17211c}"
    "dt{color:#5b6962;font-size:.875rem;margin-top:1rem}dd{margin:0;white-space:pre-wrap}"
)


def lines(messages: Iterable[Message], zone: ZoneInfo, locale: str = CHINESE) -> Iterator[tuple[str, str]]:
    """Yield who spoke when, and what, message by message, our own words in a language."""
    say = catalogue(locale).say
    for message in messages:
        time = message.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        shown = localise(wire(message), locale)["content"]
        said = [str(shown["text"])] if shown.get("text") else [say(excerpt(message))]
        options = shown.get("options") or ()
        said += [f"  {number}. {one['title']}" for number, one in enumerate(options, start=1)]
        if shown.get("source"):
            said.append(say(f"（来源：《{shown['source']['title']}》，AI 生成）"))
        yield f"{time} {say(SPEAKERS[Sender(message.sender)])}", "\n".join(said)


def as_text(messages: Iterable[Message], zone: ZoneInfo, locale: str = CHINESE) -> str:
    """Return the transcript as plain text."""
    parts = [f"{head}\n{said}\n" for head, said in lines(messages, zone, locale)]
    return "\n".join([catalogue(locale).say(TITLE), "", *parts])


def as_html(messages: Iterable[Message], zone: ZoneInfo, locale: str = CHINESE) -> str:
    """Return the transcript as one HTML page without scripts."""
    title = catalogue(locale).say(TITLE)
    parts = [
        f"<dt>{html.escape(head)}</dt><dd>{html.escape(said)}</dd>"
        for head, said in lines(messages, zone, locale)
    ]
    return (
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f"<h1>{title}</h1><dl>{''.join(parts)}</dl></html>"
    )
