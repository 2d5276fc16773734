"""Signing staff in and out."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from kefu.accounts import service as accounts
from kefu.accounts.models import Role, Staff
from kefu.accounts.rights import RIGHTS
from kefu.bootstrap.container import Container
from kefu.core.errors import DomainError
from kefu.gateway.deps import COOKIE, Limits, Parts, SignedIn, client_address

router = APIRouter(prefix="/auth", tags=["staff"])


class LoginRequest(BaseModel):
    """Username and password."""

    username: Annotated[str, Field(min_length=1, max_length=40)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class StaffView(BaseModel):
    """A member of staff as clients see them."""

    id: str
    username: str
    name: str
    role: str
    number: str
    team: str
    rights: list[str]


class LoginAnswer(BaseModel):
    """A fresh sign-in; programs use ``token`` as bearer, pages the cookie with the CSRF token."""

    user: StaffView
    csrf_token: str
    token: str


class Me(BaseModel):
    """Who is signed in."""

    user: StaffView
    csrf_token: str


def view(person: Staff) -> StaffView:
    """Return what clients may know of a member of staff."""
    return StaffView(
        id=person.id,
        username=person.username,
        name=person.name,
        role=person.role,
        number=person.number,
        team=person.team,
        rights=sorted(RIGHTS[Role(person.role)]),
    )


@router.post("/login", operation_id="login")
async def login(
    body: LoginRequest, request: Request, response: Response, parts: Parts, limits: Limits
) -> LoginAnswer:
    """Sign in; throttled by address and account."""
    most = parts.settings.login_attempts_per_minute
    await limits.check(f"{most}/minute", "login", client_address(request), body.username)
    # One address cannot go through many accounts, nor many addresses through one.
    await limits.check(f"{most * 6}/minute", "login", client_address(request))
    await limits.check(f"{most * 6}/minute", "login of", body.username)
    signed_in = await asyncio.to_thread(_login, parts, body)
    response.set_cookie(
        COOKIE,
        signed_in.token,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        max_age=parts.settings.staff_session_hours * 3600,
        path="/",
    )
    return LoginAnswer(user=view(signed_in.staff), csrf_token=signed_in.csrf_token, token=signed_in.token)


def _login(parts: Container, body: LoginRequest) -> accounts.SignIn:
    try:
        with parts.database.read() as session:
            person = accounts.check_password(session, body.username, body.password)
    except DomainError:
        with parts.database.write() as session:
            accounts.audit(session, None, "login_failed", body.username)
        raise
    with parts.database.write() as session:
        return accounts.begin_session(session, session.merge(person), parts.settings.staff_session_hours)


@router.get("/me", operation_id="me")
def me(person: SignedIn, request: Request, parts: Parts) -> Me:
    """Return who is signed in."""
    token = request.cookies.get(COOKIE) or (request.headers.get("authorization") or "").partition(" ")[2]
    with parts.database.read() as session:
        _, signed_in = accounts.of_token(session, token)
    return Me(user=view(person), csrf_token=signed_in.csrf_token)


@router.post("/logout", operation_id="logout", status_code=204)
def logout(person: SignedIn, request: Request, response: Response, parts: Parts) -> None:
    """Sign out."""
    token = request.cookies.get(COOKIE) or (request.headers.get("authorization") or "").partition(" ")[2]
    with parts.database.write() as session:
        accounts.end_session(session, token)
    response.delete_cookie(COOKIE, path="/")
