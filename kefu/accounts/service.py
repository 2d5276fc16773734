"""Signing staff in and out, presence, and making accounts."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from secrets import token_urlsafe
from typing import Any

from pwdlib import PasswordHash
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from kefu.accounts.models import AuditEntry, Presence, Role, Staff, StaffSession
from kefu.core import outbox
from kefu.core.clock import now
from kefu.core.errors import Forbidden, Unauthorised

TOUCH_EVERY = timedelta(seconds=10)
_HASHER = PasswordHash.recommended()

_SIGNED_IN = (
    select(Staff, StaffSession)
    .join(StaffSession, StaffSession.staff_id == Staff.id)
    .where(StaffSession.token_digest == bindparam("digest"))
)


@dataclass(frozen=True)
class SignIn:
    """What a fresh sign-in hands out."""

    staff: Staff
    token: str
    csrf_token: str


def add(
    session: Session,
    *,
    username: str,
    name: str,
    number: str,
    role: Role,
    password: str,
    team: str = "default",
) -> Staff:
    """Make an account."""
    staff = Staff(
        username=username,
        name=name,
        number=number,
        role=role,
        team=team,
        password_hash=_HASHER.hash(password),
    )
    session.add(staff)
    session.flush()
    return staff


def set_password(session: Session, username: str, password: str) -> bool:
    """Set a password, which ends every sign-in; returns False when there is no such account."""
    staff = session.scalar(select(Staff).where(Staff.username == username))
    if staff is None:
        return False
    staff.password_hash = _HASHER.hash(password)
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
    return True


@cache
def _nobody() -> str:
    """Return what is verified when the account does not exist: a wrong name takes as long as a wrong password."""
    return _HASHER.hash(token_urlsafe(16))


def check_password(session: Session, username: str, password: str) -> Staff:
    """Return the account that this password opens, or refuse."""
    nobody = _nobody()
    staff = session.scalar(select(Staff).where(Staff.username == username))
    good = _HASHER.verify(password, staff.password_hash if staff else nobody)
    if staff is None or not good:
        raise Unauthorised("wrong_credentials", "用户名或密码不正确")
    return staff


def begin_session(session: Session, staff: Staff, hours: int) -> SignIn:
    """Begin a sign-in that ends after ``hours``."""
    token, csrf = token_urlsafe(32), token_urlsafe(24)
    session.add(
        StaffSession(
            token_digest=_digest(token),
            staff_id=staff.id,
            csrf_token=csrf,
            expires_at=now() + timedelta(hours=hours),
        )
    )
    audit(session, staff, "login")
    return SignIn(staff, token, csrf)


def of_token(session: Session, token: str) -> tuple[Staff, StaffSession]:
    """Return whose sign-in this is, or refuse."""
    found = session.execute(_SIGNED_IN, {"digest": _digest(token)}).first()
    if found is None or found[1].expires_at < now():
        raise Unauthorised("login_required", "请先登录")
    return found[0], found[1]


def check_csrf(found: StaffSession, given: str) -> None:
    """Refuse a cookie request that does not carry its CSRF token."""
    if not hmac.compare_digest(found.csrf_token, given):
        raise Forbidden("csrf_failed", "页面已过期", "请刷新页面后重试。")


def end_session(session: Session, token: str) -> None:
    """End a sign-in."""
    found = session.get(StaffSession, _digest(token))
    if found is not None:
        session.delete(found)


def forget_sessions(session: Session) -> None:
    """Delete the sign-ins that are over."""
    session.execute(delete(StaffSession).where(StaffSession.expires_at < now()))


def set_presence(
    session: Session, staff: Staff, presence: Presence, capacity: int | None, *, why: str = "chosen"
) -> None:
    """Record whether an agent takes conversations; ``why``: chosen, missed (an offer), gone, forced."""
    stored = session.get_one(Staff, staff.id)
    stored.presence = presence
    if capacity is not None:
        stored.capacity = capacity
    data = {"agent_id": staff.id, "status": presence.value, "capacity": stored.capacity, "why": why}
    changed = outbox.Event(
        "presence.changed", "", data, audience="staff", team=stored.team, agent_id=staff.id
    )
    outbox.announce(session, changed)


def touch(session: Session, staff: Staff) -> None:
    """Note a sign of life of an agent's desk, unless one was noted just now."""
    moment = now()
    if staff.seen_at is not None and moment - staff.seen_at < TOUCH_EVERY:
        return
    session.execute(update(Staff).where(Staff.id == staff.id).values(seen_at=moment))


def audit(session: Session, staff: Staff | None, action: str, subject: str = "", **data: Any) -> None:
    """Write an audit entry."""
    session.add(AuditEntry(staff_id=staff.id if staff else None, action=action, subject=subject, data=data))


def last_by(session: Session, action: str) -> Staff | None:
    """Return who did something last."""
    query = select(AuditEntry.staff_id).where(AuditEntry.action == action).order_by(AuditEntry.at.desc())
    last = session.scalars(query.limit(1)).first()
    return session.get(Staff, last) if last else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
