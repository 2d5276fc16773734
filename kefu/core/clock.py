"""Time and identifiers: the only places that ask the machine for them."""

from datetime import UTC, datetime
from uuid import uuid4


def now() -> datetime:
    """Return the present moment in UTC, with its zone (tests travel with ``time-machine``)."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return a fresh identifier: 32 hexadecimal characters."""
    return uuid4().hex
