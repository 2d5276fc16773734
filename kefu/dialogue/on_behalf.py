"""What an agent does to a customer's order: the bot's tools and effects, in a turn that a person began.

The request's id names the turn, so that the same request asks the shop under the same idempotency key: sent again after
a lost answer, a crash or a shop that was away, it happens once. The customer is told by the agent's own messages.
"""

import asyncio
import hashlib
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.commerce.errors import InvalidValues
from kefu.commerce.orders import Order
from kefu.commerce.ports import Commerce
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.errors import Conflict, DomainError, FieldError, NotFound
from kefu.customers.models import Customer
from kefu.dialogue import effects
from kefu.dialogue.decision import ToolCall
from kefu.dialogue.effects import Effects
from kefu.dialogue.memory import Memory
from kefu.dialogue.models import ToolEffect, Turn
from kefu.dialogue.tools import FORMS, Field, Form

OUTCOME = "agent_effect"
TOOLS = tuple(form_id for form_id in FORMS if form_id != "identity")
AMOUNT = Field("amount", "退款金额（元）", required=False, placeholder="不填为可退的全部金额")


def fields_of(form: Form) -> list[Field]:
    """Return what an agent fills in: the customer's fields without the order, and for a refund the amount."""
    own = [field for field in form.fields if field.type != "order"]
    return [*own, AMOUNT] if form.form_id == "refund_request" else own


@dataclass(frozen=True)
class Owner:
    """Whose orders a conversation may touch; ``only`` is the one order that an anonymous customer has proved."""

    external_id: str
    only: str | None = None


def owner_of(session: Session, conversation: Conversation) -> Owner | None:
    """Return whose orders these are; None while nobody has proved who they are."""
    customer = session.get_one(Customer, conversation.customer_id)
    if customer.external_id is not None:
        return Owner(customer.external_id)
    memory = Memory.model_validate(conversation.memory)
    return Owner(memory.verified_as, memory.verified_order) if memory.verified_as else None


@dataclass(frozen=True)
class Begun:
    """A request that waits for its effect, or (``receipt``) had it already."""

    turn_id: str
    call: ToolCall
    external_id: str
    receipt: dict[str, Any] | None = None


class OnBehalf:
    """Runs what agents ask for."""

    def __init__(self, database: Database, commerce: Commerce, effects: Effects) -> None:
        self._database, self._commerce, self._effects = database, commerce, effects

    async def orders(self, owner: Owner) -> list[Order]:
        """Return the orders that may be seen and acted on, newest first. Raises what the shop raises."""
        found = await self._commerce.orders(owner.external_id)
        return [order for order in found if owner.only in {None, order.order_no}]

    async def run(self, begun: Begun) -> dict[str, Any]:
        """Have the effect and tell the customer; returns ``{number, text}``. Raises what went wrong, with words."""
        if begun.receipt is not None:
            return begun.receipt
        receipt = await self._effects.have(begun.turn_id, begun.call, begun.external_id)
        if "error" in receipt:
            away = receipt["error"] == "shop_unavailable"
            if not away:
                await asyncio.to_thread(self._end, begun.turn_id, begun.call, receipt)
            raise DomainError(receipt["error"], "没有办成", receipt["text"], status=503 if away else 409)
        await asyncio.to_thread(self._end, begun.turn_id, begun.call, receipt)
        return receipt

    def _end(self, turn_id: str, call: ToolCall, receipt: dict[str, Any]) -> None:
        with self._database.write() as session:
            turn = session.get_one(Turn, turn_id)
            conversation = conversations.lock(session, turn.conversation_id)
            session.refresh(turn)
            if turn.state != "running":
                return
            turn.state, turn.ended_at = "done", now()
            person = session.get_one(Staff, turn.trace["staff_id"])
            accounts.audit(
                session,
                person,
                "order_tool",
                conversation.id,
                tool=call.tool,
                order_no=call.order_no,
                **receipt,
            )
            if "error" in receipt:
                return
            for part, reply in enumerate(effects.tell(call, receipt, lambda *_: {})):
                conversations.append(
                    session,
                    conversation,
                    replace(reply, sender="agent"),
                    author_id=person.id,
                    in_reply_to=turn.id,
                    part=part,
                )

    async def resume(self) -> int:
        """Finish what a crash left open; returns how many requests."""
        left = await asyncio.to_thread(self._left)
        for begun in left:
            try:
                await self.run(begun)
            except DomainError:
                continue  # the agent who asks again under the same id learns why
        return len(left)

    def _left(self) -> list[Begun]:
        with self._database.read() as session:
            query = select(Turn.id).where(Turn.state == "running", Turn.outcome == OUTCOME)
            found = [(turn_id, effects.unfinished(session, turn_id)) for turn_id in session.scalars(query)]
            return [Begun(turn_id, *one) for turn_id, one in found if one is not None]


def turn_id_of(person: Staff, request_id: str) -> str:
    """Return the turn that a request's id stands for."""
    return hashlib.sha256(f"{person.id}:{request_id}".encode()).hexdigest()[:32]


def begin(
    session: Session, conversation: Conversation, person: Staff, request_id: str, call: ToolCall, owner: Owner
) -> Begun:
    """Open the turn of a request, or find the one it opened before; the caller has checked who may act."""
    turn_id = turn_id_of(person, request_id)
    turn, effect = session.get(Turn, turn_id), session.get(ToolEffect, (turn_id, call.tool))
    command = asdict(call) | {"external_id": owner.external_id}
    if turn is not None:
        if effect is None or effect.command != command or turn.conversation_id != conversation.id:
            raise Conflict("request_id_reused", "这个请求编号已用于另一次办理")
        if turn.state != "running":
            if "error" in effect.receipt:
                raise Conflict("request_ended", "这次办理已经结束", effect.receipt["text"])
            return Begun(turn_id, call, owner.external_id, effect.receipt)
        if effect.state == "failed":  # the shop was away: what came of it is asked again, under the same key
            effect.state = "started"
        return Begun(turn_id, call, owner.external_id)
    text = f"坐席办理：{FORMS[call.tool].title}"
    trace = {"kind": "agent", "staff_id": person.id, "text": text, "order_no": call.order_no}
    session.add(
        Turn(
            id=turn_id,
            conversation_id=conversation.id,
            customer_id=conversation.customer_id,
            epoch=conversation.epoch,
            outcome=OUTCOME,
            trace=trace,
        )
    )
    session.flush()
    session.add(ToolEffect(turn_id=turn_id, tool=call.tool, command=command))
    return Begun(turn_id, call, owner.external_id)


def checked(tool: str, order_no: str | None, values: dict[str, str], known: list[str]) -> ToolCall:
    """Return the call that a filled form asks for. Raises ``unknown_form``, ``order_not_found``, ``invalid_values``."""
    form = FORMS.get(tool)
    if form is None or tool not in TOOLS:
        raise NotFound("unknown_form", "没有这个表单")
    if (form.with_order or order_no) and order_no not in known:
        raise NotFound("order_not_found", "没有找到这张订单", "请在客户的订单里选择一张。")
    fields = {field.name: field for field in fields_of(form)}
    given = {name: text.strip() for name, text in values.items() if text.strip()}
    errors = [FieldError(name, "没有这一项") for name in given if name not in fields]
    for name, field in fields.items():
        if field.required and name not in given:
            errors.append(FieldError(name, f"请填写{field.label}"))
        elif field.options and given.get(name, field.options[0]) not in field.options:
            errors.append(FieldError(name, f"请从选项中选择{field.label}"))
    if errors:
        raise InvalidValues(errors)
    return ToolCall(tool, order_no, given)
