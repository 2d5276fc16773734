"""Tickets."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import new_id, now
from kefu.core.database import Base


class TicketKind(StrEnum):
    """What a ticket is about; ``text`` is what customers read."""

    COMPLAINT = "complaint"
    CALLBACK = "callback"
    RETURN_REQUEST = "return_request"
    REFUND_REQUEST = "refund_request"
    EXCHANGE_REQUEST = "exchange_request"
    PRIVACY_EXPORT = "privacy_export"
    PRIVACY_ERASURE = "privacy_erasure"
    OTHER = "other"

    @property
    def text(self) -> str:
        """The kind in Chinese."""
        return KIND_TEXT[self]


KIND_TEXT = {
    TicketKind.COMPLAINT: "投诉",
    TicketKind.CALLBACK: "回电",
    TicketKind.RETURN_REQUEST: "退货",
    TicketKind.REFUND_REQUEST: "退款",
    TicketKind.EXCHANGE_REQUEST: "换货",
    TicketKind.PRIVACY_EXPORT: "导出个人信息",
    TicketKind.PRIVACY_ERASURE: "删除个人信息",
    TicketKind.OTHER: "其他",
}


class TicketState(StrEnum):
    """Whether somebody still has to work on it."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"

    @property
    def text(self) -> str:
        """The state in Chinese."""
        return {"open": "处理中", "done": "已办结", "withdrawn": "已撤回"}[self.value]


class Ticket(Base):
    """Something to be done after the conversation, until ``due_at`` where there is a deadline.

    ``number`` is what the customer refers to.
    """

    __tablename__ = "tickets"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(String(32), index=True)
    order_no: Mapped[str | None] = mapped_column(String(40))
    first_owner_id: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(10), default=TicketState.OPEN)
    summary: Mapped[str] = mapped_column(String(500), default="")
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
