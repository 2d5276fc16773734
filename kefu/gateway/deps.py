"""What endpoints need: the container, the visitor, the member of staff, the limits."""

from typing import Annotated, Any

from fastapi import Depends, Header, Request

from kefu.accounts import service as accounts
from kefu.accounts.models import Staff
from kefu.accounts.rights import Right, require
from kefu.bootstrap.container import Container
from kefu.core.errors import Unauthorised
from kefu.core.words import preferred
from kefu.gateway.limiting import Limiter

COOKIE = "kefu_session"
SAFE = {"GET", "HEAD", "OPTIONS"}


async def container(request: Request) -> Container:
    """Return the service's parts."""
    found: Container = request.app.state.container
    return found


async def limiter(request: Request) -> Limiter:
    """Return the service's limits."""
    found: Limiter = request.app.state.limiter
    return found


Parts = Annotated[Container, Depends(container)]
Limits = Annotated[Limiter, Depends(limiter)]


def bearer(header: str | None) -> str:
    """Return the token of an ``Authorization: Bearer`` header."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorised("token_missing", "缺少登录凭证", "请刷新页面后重试。")
    return token.strip()


def locale_of(request: Request) -> str:
    """Return the language to answer in: the session's, else what the caller prefers."""
    found: str = getattr(request.state, "locale", "") or preferred(request.headers.get("accept-language"))
    return found


async def visitor(
    request: Request, parts: Parts, authorization: Annotated[str | None, Header()] = None
) -> str:
    """Return the customer id that the visitor's token names; what follows is said in that session's language."""
    customer_id, request.state.locale = parts.tokens.read(bearer(authorization))
    return customer_id


Visitor = Annotated[str, Depends(visitor)]


async def locale(_: Visitor, request: Request) -> str:
    """Return the language of the visitor's session."""
    return locale_of(request)


Locale = Annotated[str, Depends(locale)]


def client_address(request: Any) -> str:
    """Return the caller's address."""
    return request.client.host if request.client else "unknown"


def staff(
    request: Request,
    parts: Parts,
    authorization: Annotated[str | None, Header()] = None,
    x_csrf_token: Annotated[str | None, Header()] = None,
) -> Staff:
    """Return who is signed in: by bearer token, or by cookie with the CSRF token on unsafe calls."""
    cookie = request.cookies.get(COOKIE)
    token = bearer(authorization) if authorization else cookie
    if not token:
        raise Unauthorised("login_required", "请先登录")
    with parts.database.read() as session:
        person, signed_in = accounts.of_token(session, token)
    if not authorization and request.method not in SAFE:
        accounts.check_csrf(signed_in, x_csrf_token or "")
    return person


SignedIn = Annotated[Staff, Depends(staff)]


async def agent(person: SignedIn) -> Staff:
    """Return the signed-in person if they may serve customers."""
    require(person, Right.SERVE)
    return person


Agent = Annotated[Staff, Depends(agent)]


async def editor(person: SignedIn) -> Staff:
    """Return the signed-in person if they may edit the knowledge."""
    require(person, Right.EDIT)
    return person


Editor = Annotated[Staff, Depends(editor)]
