"""Request and answer shapes of a customer's orders at the desk: what they are, what can be done, what is in clear."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from kefu.conversations.schemas import Identifier
from kefu.gateway.desk.schemas import Body

Json = dict[str, Any]
Words = Annotated[str, Field(max_length=500)]


class ToolField(BaseModel):
    """One field of a tool's form; ``options`` are the values of a select."""

    name: str
    label: str
    type: str
    required: bool
    options: list[str] = []
    placeholder: str = ""


class ToolView(BaseModel):
    """A tool and its form."""

    form_id: str
    title: str
    submit: str
    fields: list[ToolField]


class OrderTool(BaseModel):
    """A tool for one order; ``why_not`` says why its state does not allow it."""

    form_id: str
    why_not: str | None = None


class OrderView(BaseModel):
    """One order as cards, personal data masked, and what can be done with it."""

    order: Json
    logistics: Json
    refund: Json | None = None
    invoices: Json | None = None
    tools: list[OrderTool]


class Orders(BaseModel):
    """The customer's orders. ``verified``: somebody has proved whose they are; ``available``: the shop answered."""

    verified: bool
    available: bool
    items: list[OrderView]
    tools: list[ToolView]


class ToolRequest(Body):
    """Have a tool's effect; the same ``request_id`` has it once."""

    request_id: Identifier
    tool: Annotated[str, Field(max_length=40)]
    order_no: Annotated[str, Field(max_length=40)] | None = None
    values: Annotated[
        dict[Annotated[str, Field(max_length=40)], Words], Field(default_factory=dict, max_length=30)
    ]


class ToolAnswer(BaseModel):
    """What came of it: the number to refer to, and what the customer was told."""

    number: str
    text: str


class RevealRequest(Body):
    """Show personal data in clear: the customer's, an order's, what a message says, or the number to call back."""

    what: Literal["customer", "order", "message", "callback"]
    order_no: Annotated[str, Field(max_length=40)] | None = None
    message_id: Annotated[str, Field(max_length=40)] | None = None


class Revealed(BaseModel):
    """Personal data in clear; that it was looked at is in the audit log."""

    name: str = ""
    phone: str = ""
    address: str = ""
    content: Json | None = None
