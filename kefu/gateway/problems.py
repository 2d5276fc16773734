"""Errors as ``application/problem+json``, in Chinese, with stable codes."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from kefu.conversations.schemas import WORDS
from kefu.core.errors import DomainError
from kefu.core.words import CHINESE, catalogue
from kefu.gateway.deps import locale_of

log = structlog.get_logger()
TITLES = {
    404: ("not_found", "没有这个地址"),
    405: ("method_not_allowed", "不支持这种请求方法"),
    413: ("too_large", "内容太大"),
}


def problem(
    status: int,
    code: str,
    title: str,
    detail: str = "",
    errors: list[dict[str, str]] | None = None,
    extra: dict[str, Any] | None = None,
    locale: str = CHINESE,
) -> JSONResponse:
    """Return one error in the one shape, told in ``locale``."""
    say = catalogue(locale).say
    body: dict[str, Any] = (extra or {}) | {
        "type": f"urn:kefu:error:{code}",
        "title": say(title),
        "status": status,
        "code": code,
        "detail": say(detail),
    }
    if errors:
        body["errors"] = [one | {"message": say(one["message"])} for one in errors]
    return JSONResponse(body, status, media_type="application/problem+json")


def of_domain(error: DomainError, locale: str = CHINESE) -> JSONResponse:
    """Return a domain's error in that shape."""
    fields = [{"field": one.field, "message": one.message} for one in error.errors]
    return problem(error.status, error.code, error.title, error.detail, fields, locale=locale)


def install(app: FastAPI) -> None:
    """Give every failure of this app that shape."""

    @app.exception_handler(DomainError)
    async def domain(request: Request, error: DomainError) -> JSONResponse:
        return of_domain(error, locale_of(request))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        found = error.errors()
        if any(one["type"] == "json_invalid" for one in found):
            return problem(400, "invalid_json", "请求不是有效的 JSON", locale=locale_of(request))
        fields = [
            {
                "field": ".".join(str(part) for part in one["loc"][1:]),
                "message": WORDS.get(one["type"], "内容不符合要求"),
            }
            for one in found
        ]
        return problem(422, "invalid_request", "请求内容不正确", errors=fields, locale=locale_of(request))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        code, title = TITLES.get(error.status_code, ("http_error", "请求无法完成"))
        return problem(error.status_code, code, title, locale=locale_of(request))

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected_error", path=request.url.path, exc_info=error)
        told = "请稍后再试；消息不会丢失。"
        return problem(500, "internal_error", "系统开小差了", told, locale=locale_of(request))
