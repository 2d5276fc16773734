"""Ready phrases: an agent's own and those of the teams, found by code, by text or by pinyin."""

from pypinyin import Style, lazy_pinyin
from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, has
from kefu.conversations.models import CannedReply
from kefu.core.errors import Conflict, Forbidden, NotFound

MOST = 200  # an agent's own


def keys(text: str) -> list[str]:
    """Return the pinyin of a phrase and its initials, by which it is found while typing."""
    head = text[:40]
    spellings = (Style.NORMAL, Style.FIRST_LETTER)
    return ["".join(lazy_pinyin(head, style=style, errors="ignore")) for style in spellings]


def available(session: Session, staff: Staff) -> list[CannedReply]:
    """Return an agent's own phrases, then those of the teams."""
    mine = (CannedReply.owner_id == staff.id) | CannedReply.team.in_(staff.teams)
    query = select(CannedReply).where(mine).order_by(CannedReply.owner_id.is_(None), CannedReply.code)
    return list(session.scalars(query))


def _editable(session: Session, staff: Staff, reply_id: str) -> CannedReply:
    found = session.get(CannedReply, reply_id)
    if found is None or (found.owner_id is not None and found.owner_id != staff.id):
        raise NotFound("canned_not_found", "没有这条常用语")
    if found.owner_id is None:
        _may_share(staff)
    return found


def _may_share(staff: Staff) -> None:
    if not has(staff, Right.SUPERVISE):
        raise Forbidden("not_permitted", "没有权限", "团队常用语由组长或经理维护。")


def add(session: Session, staff: Staff, *, code: str, text: str, shared: bool) -> CannedReply:
    """Add a phrase. Raises ``canned_code_taken``, ``too_many_canned``, ``not_permitted``."""
    if shared:
        _may_share(staff)
    owner = CannedReply.team == staff.team if shared else CannedReply.owner_id == staff.id
    codes = list(session.scalars(select(CannedReply.code).where(owner)))
    if code in codes:
        raise Conflict("canned_code_taken", "这个快捷码已有常用语", "请换一个快捷码。")
    if len(codes) >= MOST:
        raise Conflict("too_many_canned", "常用语太多", f"最多 {MOST} 条，请先删除不用的。")
    reply = CannedReply(
        owner_id=None if shared else staff.id, team=staff.team if shared else None, code=code, text=text
    )
    session.add(reply)
    session.flush()
    return reply


def change(session: Session, staff: Staff, reply_id: str, *, code: str, text: str) -> CannedReply:
    """Change a phrase; its owner stays. Raises ``canned_not_found``, ``canned_code_taken``."""
    reply = _editable(session, staff, reply_id)
    same = CannedReply.owner_id == reply.owner_id if reply.owner_id else CannedReply.team == reply.team
    taken = select(CannedReply.id).where(same, CannedReply.code == code, CannedReply.id != reply_id)
    if session.scalar(taken) is not None:
        raise Conflict("canned_code_taken", "这个快捷码已有常用语", "请换一个快捷码。")
    reply.code, reply.text = code, text
    return reply


def remove(session: Session, staff: Staff, reply_id: str) -> None:
    """Remove a phrase."""
    session.delete(_editable(session, staff, reply_id))
