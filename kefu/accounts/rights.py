"""Rights: the one place that says which role may do what."""

from enum import StrEnum

from kefu.accounts.models import Role, Staff
from kefu.core.errors import Forbidden


class Right(StrEnum):
    """Something that needs permission."""

    SERVE = "serve"  # take conversations and answer customers
    SUPERVISE = "supervise"  # see and act on conversations of others
    MANAGE = "manage"  # teams, business days, shared phrases
    EDIT = "edit"  # knowledge and intents
    RELEASE = "release"  # put a model or an index live that is no worse than what serves
    OVERRIDE = "override"  # put one live that is, for a reason
    AUDIT = "audit"  # read and export who did what
    ADMINISTER = "administer"  # accounts and settings


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: frozenset({Right.SERVE}),
    Role.LEAD: frozenset({Right.SERVE, Right.SUPERVISE}),
    Role.EDITOR: frozenset({Right.EDIT, Right.RELEASE}),
    Role.MANAGER: frozenset(
        {
            Right.SERVE,
            Right.SUPERVISE,
            Right.MANAGE,
            Right.EDIT,
            Right.RELEASE,
            Right.OVERRIDE,
            Right.AUDIT,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Right),
}


def has(staff: Staff, right: Right) -> bool:
    """Whether somebody has this right."""
    return right in RIGHTS[Role(staff.role)]


def require(staff: Staff, right: Right) -> None:
    """Refuse somebody who has not this right."""
    if not has(staff, right):
        raise Forbidden("not_permitted", "没有权限", "您的角色不能进行这项操作，请联系管理员。")
