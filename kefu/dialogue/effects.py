"""Having a tool's effect once, and telling the customer what came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.commerce.ports import Command, Commerce
from kefu.conversations.models import Conversation
from kefu.conversations.schemas import Reply
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import Conflict, DomainError
from kefu.dialogue.decision import OptionMaker, ToolCall
from kefu.dialogue.models import ToolEffect, Turn
from kefu.dialogue.tools import FORMS
from kefu.tickets import service as tickets
from kefu.tickets.models import TicketKind


class Effects:
    """Runs tool effects: unique on (turn, tool), refused for a turn that has ended, idempotent towards the shop."""

    def __init__(self, database: Database, commerce: Commerce) -> None:
        self._database = database
        self._commerce = commerce

    async def have(self, turn_id: str, call: ToolCall, external_id: str) -> dict[str, Any]:
        """Have the effect and return its receipt ``{number, text}`` or ``{error, text}``.

        The row is written before the shop is asked: after a crash the same turn asks again under the same
        idempotency key and gets the same receipt.
        """
        done = await asyncio.to_thread(self._begin, turn_id, call, external_id)
        if done is not None:
            return done
        perform: Callable[[str, ToolCall, str], Awaitable[dict[str, Any]]]
        perform = self._ask_shop if call.shop_tool is not None else self._file
        receipt = await perform(turn_id, call, external_id)
        await asyncio.to_thread(self._finish, turn_id, call.tool, receipt)
        return receipt

    def _begin(self, turn_id: str, call: ToolCall, external_id: str) -> dict[str, Any] | None:
        with self._database.write() as session:
            turn = session.get(Turn, turn_id, with_for_update=True)
            if turn is None or turn.state != "running":
                raise Conflict("turn_ended", "这一轮对话已结束")
            effect = session.get(ToolEffect, (turn_id, call.tool))
            if effect is None:
                command = asdict(call) | {"external_id": external_id}
                session.add(ToolEffect(turn_id=turn_id, tool=call.tool, command=command))
                return None
            return effect.receipt if effect.state != "started" else None

    async def _ask_shop(self, turn_id: str, call: ToolCall, external_id: str) -> dict[str, Any]:
        tool = call.shop_tool
        if tool is None or call.order_no is None:
            raise ValueError(f"{call.tool} needs a shop's tool and an order")
        command = Command(tool, external_id, call.order_no, call.values)
        try:
            receipt = await self._commerce.perform(command, idempotency_key=f"{turn_id}:{call.tool}")
        except DomainError as error:
            return {"error": error.code, "text": error.detail or error.title}
        return {"number": receipt.number, "text": receipt.text}

    async def _file(self, turn_id: str, call: ToolCall, _external_id: str) -> dict[str, Any]:
        return await asyncio.to_thread(self._file_ticket, turn_id, call)

    def _file_ticket(self, turn_id: str, call: ToolCall) -> dict[str, Any]:
        with self._database.write() as session:
            effect = session.get_one(ToolEffect, (turn_id, call.tool))
            if effect.state == "done":
                return effect.receipt
            turn = session.get_one(Turn, turn_id)
            ticket = tickets.create(
                session,
                kind=TicketKind(call.tool),
                customer_id=turn.customer_id,
                conversation_id=turn.conversation_id,
                order_no=call.order_no,
                first_owner_id=session.get_one(Conversation, turn.conversation_id).first_owner_id,
                summary=call.values.get("description", "")[:200],
                payload=dict(call.values),
            )
            text = "您的投诉已提交，我们会尽快核实并把结果告诉您。请保存这个编号，随时可以查询进度。"
            effect.state, effect.receipt = "done", {"number": ticket.number, "text": text}
            return effect.receipt

    def _finish(self, turn_id: str, tool: str, receipt: dict[str, Any]) -> None:
        with self._database.write() as session:
            effect = session.get_one(ToolEffect, (turn_id, tool))
            effect.state, effect.receipt = ("failed" if "error" in receipt else "done"), receipt


def unfinished(session: Session, turn_id: str) -> tuple[ToolCall, str] | None:
    """Return the effect that a crash interrupted, with whose order it was."""
    effect = session.scalar(select(ToolEffect).where(ToolEffect.turn_id == turn_id))
    if effect is None:
        return None
    command = dict(effect.command)
    external_id = str(command.pop("external_id"))
    return ToolCall(**command), external_id


def tell(call: ToolCall, receipt: dict[str, Any], option: OptionMaker) -> tuple[Reply, ...]:
    """Return the messages that say what came of an effect, honestly."""
    title = FORMS[call.tool].title
    if "error" in receipt:
        options = [option("human", "human", "转人工客服", None)]
        if receipt["error"] != "shop_unavailable":
            options.insert(0, option("action", f"form:{call.tool}", f"重新{title}", None, call.order_no))
        return (Reply("fallback", {"text": f"{title}没有成功：{receipt['text']}", "options": options}),)
    data = {
        "number": receipt["number"],
        "kind_text": title,
        "state_text": "已受理",
        "created_at": now().isoformat(),
    }
    if call.order_no:
        data["order_no"] = call.order_no
    return (
        Reply("text", {"text": f"{title}成功，编号 {receipt['number']}。{receipt['text']}"}),
        Reply(
            "card",
            {"type": "complaint" if call.tool == "complaint" else "ticket", "data": data, "actions": []},
        ),
    )
