"""Rasa's callback: a listener of its own on loopback, behind a secret of this start."""

import hmac
from typing import Any

import structlog
from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse
from rasa_sdk.interfaces import ActionNotFoundException

from actions.executor import make_executor
from kefu.bootstrap.container import Container
from kefu.gateway import problems
from kefu.gateway.problems import problem

log = structlog.get_logger()


def create_callback_app(container: Container) -> FastAPI:
    """Return the app that Rasa calls back."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    problems.install(app)
    executor = make_executor(container.turns)
    secret = container.settings.action_token

    @app.post("/webhook")
    async def webhook(request: Request, token: str = Query("")) -> Any:
        if not secret or not hmac.compare_digest(token.encode(), secret.encode()):
            return problem(401, "callback_forged", "回调密钥不正确")
        call = await request.json()
        try:
            result = await executor.run(call)
        except ActionNotFoundException as error:
            return JSONResponse(
                {"error": f"No action named {error.action_name}", "action_name": error.action_name}, 404
            )
        except (KeyError, TypeError, AttributeError):
            return problem(422, "callback_invalid", "回调内容不正确")
        return result.model_dump() if result is not None and hasattr(result, "model_dump") else result

    return app
