"""Customers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kefu.core.clock import new_id, now
from kefu.core.database import Base


class Customer(Base):
    """A person who writes to us. ``external_id`` is the shop's own id, set only after verification.

    ``privacy_version`` is the notice that stood above the first message, ``privacy_at`` when that was. Of somebody who
    was erased only the row is left, so that what agents did for them still counts.
    """

    __tablename__ = "customers"
    __table_args__ = (UniqueConstraint("inbox", "external_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    inbox: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str | None] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(80), default="")
    level: Mapped[str] = mapped_column(String(20), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    tags: Mapped[list[str]] = mapped_column(default=list)
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    privacy_version: Mapped[str] = mapped_column(String(20), default="")
    privacy_at: Mapped[datetime | None]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("customers.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    erased_at: Mapped[datetime | None]

    @property
    def verified(self) -> bool:
        """Whether the shop vouches for who this is."""
        return self.external_id is not None
