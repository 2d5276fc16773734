"""A customer's orders at the desk: looking them up, doing what the bot can do, and personal data in clear."""

import asyncio

from fastapi import APIRouter
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.bootstrap.container import Container
from kefu.commerce import cards
from kefu.commerce.errors import NotAllowedInState, OrderNotFound
from kefu.commerce.orders import Order
from kefu.commerce.ports import Tool
from kefu.commerce.rules import allowed
from kefu.conversations.models import Message
from kefu.core.clock import now
from kefu.core.errors import Conflict, DomainError, NotFound
from kefu.customers.models import Customer
from kefu.dialogue import on_behalf
from kefu.dialogue.on_behalf import Begun, Owner
from kefu.dialogue.tools import FORMS
from kefu.gateway.deps import Agent, Parts
from kefu.gateway.desk import access, callbacks
from kefu.gateway.desk import order_schemas as s

router = APIRouter(prefix="/desk/conversations/{conversation_id}", tags=["staff"])


@router.get("/orders", operation_id="deskOrders")
async def orders(conversation_id: str, person: Agent, parts: Parts) -> s.Orders:
    """Return the customer's orders with parcels, refunds, invoices, and what can be done with each."""
    owner = await asyncio.to_thread(_owner, parts, person, conversation_id)
    found, available = [], True
    if owner is not None:
        try:
            found = await parts.on_behalf.orders(owner)
        except DomainError:
            available = False
    return s.Orders(
        verified=owner is not None,
        available=available,
        items=[_view(order) for order in found],
        tools=[_tool(form_id) for form_id in on_behalf.TOOLS],
    )


def _owner(parts: Container, person: Staff, conversation_id: str) -> Owner | None:
    with parts.database.read() as session:
        return on_behalf.owner_of(session, access.seen(session, person, conversation_id))


def _tool(form_id: str) -> s.ToolView:
    form = FORMS[form_id]
    fields = [
        s.ToolField(
            name=field.name,
            label=field.label,
            type=field.type,
            required=field.required,
            options=list(field.options),
            placeholder=field.placeholder,
        )
        for field in on_behalf.fields_of(form)
    ]
    return s.ToolView(form_id=form_id, title=form.title, submit=form.submit, fields=fields)


def _view(order: Order) -> s.OrderView:
    return s.OrderView(
        order=cards.order_card(order),
        logistics=cards.logistics_card(order),
        refund=cards.refund_card(order) if order.refund else None,
        invoices=cards.invoice_card(order) if order.invoices else None,
        tools=[s.OrderTool(form_id=tool.value, why_not=_why_not(tool, order)) for tool in Tool],
    )


def _why_not(tool: Tool, order: Order) -> str | None:
    try:
        allowed(tool, order, now())
    except NotAllowedInState as error:
        return error.detail
    return None


@router.post("/tools", operation_id="deskTool")
async def tool(conversation_id: str, body: s.ToolRequest, person: Agent, parts: Parts) -> s.ToolAnswer:
    """Do what the customer asks for, once per ``request_id``; the customer is told."""
    owner = await asyncio.to_thread(_owner, parts, person, conversation_id)
    if owner is None:
        raise Conflict(
            "identity_not_verified", "客户身份还没有核验", "请客户登录商城，或用订单号和手机尾号核验。"
        )
    known = [order.order_no for order in await parts.on_behalf.orders(owner)]
    call = on_behalf.checked(body.tool, body.order_no, body.values, known)

    def begin() -> Begun:
        with parts.database.write() as session:
            conversation = access.held(session, person, conversation_id)
            accounts.touch(session, person)
            return on_behalf.begin(session, conversation, person, body.request_id, call, owner)

    receipt = await parts.on_behalf.run(await asyncio.to_thread(begin))
    return s.ToolAnswer(number=receipt["number"], text=receipt["text"])


@router.post("/reveal", operation_id="deskReveal")
async def reveal(conversation_id: str, body: s.RevealRequest, person: Agent, parts: Parts) -> s.Revealed:
    """Show personal data in clear (查看明文); who looked at what is written down first."""
    owner = await asyncio.to_thread(_owner, parts, person, conversation_id)
    if body.what == "customer":
        return await asyncio.to_thread(_customer, parts, person, conversation_id)
    if body.what == "callback":
        return await asyncio.to_thread(_callback, parts, person, conversation_id)
    if body.what == "message":
        return await asyncio.to_thread(_message, parts, person, conversation_id, body.message_id)
    found = await parts.on_behalf.orders(owner) if owner else []
    order = next((one for one in found if one.order_no == body.order_no), None)
    if order is None:
        raise OrderNotFound
    await asyncio.to_thread(_note_look, parts, person, conversation_id, f"order {order.order_no}")
    return s.Revealed(name=order.recipient, phone=order.phone, address=order.address)


def _customer(parts: Container, person: Staff, conversation_id: str) -> s.Revealed:
    with parts.database.write() as session:
        conversation = access.seen(session, person, conversation_id)
        customer = session.get_one(Customer, conversation.customer_id)
        _looked(session, person, conversation_id, "customer")
        return s.Revealed(name=customer.name, phone=customer.phone)


def _callback(parts: Container, person: Staff, conversation_id: str) -> s.Revealed:
    with parts.database.write() as session:
        conversation = access.seen(session, person, conversation_id)
        _looked(session, person, conversation_id, "callback")
        return s.Revealed(phone=callbacks.phone(session, conversation))


def _message(parts: Container, person: Staff, conversation_id: str, message_id: str | None) -> s.Revealed:
    with parts.database.write() as session:
        conversation = access.seen(session, person, conversation_id)
        message = session.get(Message, message_id) if message_id else None
        if message is None or message.conversation_id != conversation.id or message.recalled_at is not None:
            raise NotFound("message_not_found", "没有这条消息")
        _looked(session, person, conversation_id, f"message {message.id}")
        return s.Revealed(content=message.content)


def _note_look(parts: Container, person: Staff, conversation_id: str, what: str) -> None:
    with parts.database.write() as session:
        _looked(session, person, conversation_id, what)


def _looked(session: Session, person: Staff, conversation_id: str, what: str) -> None:
    accounts.audit(session, person, "reveal", conversation_id, what=what)
