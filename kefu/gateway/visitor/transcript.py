"""A conversation as a file that the customer can keep: plain text, or HTML that stands alone."""

import html
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from kefu.conversations.models import Message, Sender
from kefu.conversations.schemas import excerpt

SPEAKERS = {Sender.CUSTOMER: "我", Sender.BOT: "智能客服", Sender.AGENT: "人工客服", Sender.SYSTEM: "系统"}
TITLE = "客服对话记录"
STYLE = (
    "body{font:16px/1.7 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#17211c}"
    "dt{color:#5b6962;font-size:.875rem;margin-top:1rem}dd{margin:0;white-space:pre-wrap}"
)


def lines(messages: Iterable[Message], zone: ZoneInfo) -> Iterable[tuple[str, str]]:
    """Yield who spoke when, and what, message by message."""
    for message in messages:
        time = message.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        content = {} if message.recalled_at else message.content
        said = [str(content["text"])] if content.get("text") else [excerpt(message)]
        options = content.get("options") or ()
        said += [f"  {number}. {one['title']}" for number, one in enumerate(options, start=1)]
        if content.get("source"):
            said.append(f"（来源：《{content['source']['title']}》，AI 生成）")
        yield f"{time} {SPEAKERS[Sender(message.sender)]}", "\n".join(said)


def as_text(messages: Iterable[Message], zone: ZoneInfo) -> str:
    """Return the transcript as plain text."""
    parts = [f"{head}\n{said}\n" for head, said in lines(messages, zone)]
    return "\n".join([TITLE, "", *parts])


def as_html(messages: Iterable[Message], zone: ZoneInfo) -> str:
    """Return the transcript as one HTML page without scripts."""
    parts = [
        f"<dt>{html.escape(head)}</dt><dd>{html.escape(said)}</dd>" for head, said in lines(messages, zone)
    ]
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{TITLE}</title><style>{STYLE}</style>'
        f"<h1>{TITLE}</h1><dl>{''.join(parts)}</dl></html>"
    )
