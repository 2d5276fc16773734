"""Everything that is kept of a customer as one archive: a page to read, data for programs, the pictures."""

import html
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from kefu.conversations.models import Message
from kefu.core.words import catalogue
from kefu.gateway.visitor.transcript import STYLE, lines

Json = dict[str, Any]
Say = Callable[[str], str]
TITLE = "我的个人信息"
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
LABELS = {
    "customer_id": "客户编号", "inbox": "接入点", "external_id": "商城账号", "name": "称呼", "level": "会员等级",
    "phone": "手机号", "tags": "标签", "context": "来自的页面", "privacy_version": "同意的隐私说明版本",
    "privacy_at": "同意时间", "created_at": "时间", "number": "编号", "kind": "类型", "state": "状态", "summary": "内容",
    "payload": "填写的内容", "order_no": "订单号", "text": "内容", "reason": "原因", "at": "时间", "score": "评分",
    "resolved": "是否解决", "comment": "留言", "state_text": "状态", "total": "金额", "recipient": "收货人",
    "address": "收货地址",
}  # fmt: skip
PARTS = {
    "tickets": "服务单",
    "analysed": "用于改进答案的提问（已去掉个人信息）",
    "orders": "商城的订单（由商城保存，不随客服记录删除）",
}
MORE_STYLE = "table{border-collapse:collapse;width:100%}th,td{border:1px solid #d5ddd8;padding:.4rem .6rem;text-align:left;vertical-align:top}img{max-width:100%}"


def pack(
    target: IO[bytes],
    belongings: Json,
    messages: Iterable[Message],
    pictures: Mapping[str, Path],
    zone: ZoneInfo,
    locale: str,
) -> None:
    """Write the archive: ``index.html`` in a language, ``data.json`` and ``pictures/``, the files by upload id."""
    kinds = {one["id"]: EXTENSIONS[one["media_type"]] for one in belongings["pictures"]}
    names = {upload: f"pictures/{upload}.{kinds[upload]}" for upload in pictures if upload in kinds}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(belongings, ensure_ascii=False, indent=1))
        archive.writestr("index.html", page(belongings, messages, names, zone, locale))
        for upload, name in names.items():
            if pictures[upload].exists():
                archive.write(pictures[upload], name, zipfile.ZIP_STORED)


def page(
    belongings: Json, messages: Iterable[Message], pictures: Mapping[str, str], zone: ZoneInfo, locale: str
) -> str:
    """Return the page to read, without scripts."""
    say = catalogue(locale).say
    parts = [f"<h2>{say('基本信息')}</h2>", _table([belongings["profile"]], say)]
    for name, title in PARTS.items():
        if belongings[name]:
            parts += [f"<h2>{say(title)}</h2>", _table(belongings[name], say)]
    ratings = [one["rating"] for one in belongings["conversations"] if one["rating"]]
    if ratings:
        parts += [f"<h2>{say('评价')}</h2>", _table(ratings, say)]
    if pictures:
        seen = say("图片")
        parts.append(f"<h2>{seen}</h2>")
        parts += [f'<p><img src="{name}" alt="{seen}"></p>' for name in pictures.values()]
    parts.append(f"<h2>{say('对话')}</h2><dl>")
    parts += [
        f"<dt>{html.escape(head)}</dt><dd>{html.escape(said)}</dd>"
        for head, said in lines(messages, zone, locale)
    ]
    return (
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8"><title>{say(TITLE)}</title>'
        f"<style>{STYLE}{MORE_STYLE}</style><h1>{say(TITLE)}</h1>{''.join(parts)}</dl></html>"
    )


def _table(rows: Sequence[Json], say: Say) -> str:
    """One row a column of names and values for a single object, else a table of the fields that say something."""
    fields = [name for name in rows[0] if name in LABELS and any(_shown(row.get(name), say) for row in rows)]
    if len(rows) == 1:
        cells = (f"<tr><th>{say(LABELS[name])}<td>{_shown(rows[0].get(name), say)}" for name in fields)
        return f"<table>{''.join(cells)}</table>"
    head = "".join(f"<th>{say(LABELS[name])}" for name in fields)
    body = "".join("<tr>" + "".join(f"<td>{_shown(row.get(name), say)}" for name in fields) for row in rows)
    return f"<table><tr>{head}{body}</table>"


def _shown(value: Any, say: Say) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return say("是" if value else "否")
    if isinstance(value, dict):
        named = ((say(LABELS.get(str(name), str(name))), one) for name, one in value.items())
        return html.escape(say("；").join(f"{name}{say('：')}{say(str(one))}" for name, one in named))
    if isinstance(value, list):
        return html.escape(say("、").join(say(str(one)) for one in value))
    return html.escape(say(str(value)))
