"""Rasa's callback: a listener of its own on loopback, behind a secret of this start."""

import hmac
from typing import Any

from rasa_sdk.interfaces import ActionNotFoundException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from actions.executor import make_executor
from kefu.bootstrap.container import Container
from kefu.core.errors import DomainError
from kefu.gateway.problems import of_domain, problem


def create_callback_app(container: Container) -> Starlette:
    """Return the app that Rasa calls back once a turn: one route, and nothing around it."""
    executor = make_executor(container.turns)
    secret = container.settings.action_token.encode()

    async def webhook(request: Request) -> JSONResponse:
        given = request.query_params.get("token", "").encode()
        if not secret or not hmac.compare_digest(given, secret):
            return problem(401, "callback_forged", "回调密钥不正确")
        try:
            call = await request.json()
        except ValueError:
            return problem(400, "invalid_json", "请求不是有效的 JSON")
        return await _run(call)

    async def _run(call: Any) -> JSONResponse:
        try:
            result = await executor.run(call)
        except ActionNotFoundException as error:
            return JSONResponse(
                {"error": f"No action named {error.action_name}", "action_name": error.action_name}, 404
            )
        except DomainError as error:
            return of_domain(error)
        except (KeyError, TypeError, AttributeError):
            return problem(422, "callback_invalid", "回调内容不正确")
        # rasa-sdk gives a model for an action that ran, and nothing for a call without one.
        return JSONResponse(None if result is None else result.model_dump())

    return Starlette(routes=[Route("/webhook", webhook, methods=["POST"])])
