"""The Rasa process: `python -m bot.server --model PATH --port N`, on loopback only.

Environment: `KEFU_BOT_TOKEN`, the bearer secret of our channel; `KEFU_ACTION_URL`, where custom actions
run (the service's callback with its own secret); `KEFU_BOT_RELEASE`, the name under which the model was
released. Rasa's own HTTP API is not served.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sanic import Sanic

HOST = "127.0.0.1"
PROJECT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 0.5
"""How long a stop waits for turns in flight: the service goes on without those that are cut off."""

# One process serves one small message at a time: more threads would only fight over the cores.
SINGLE_THREADED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "RASA_TELEMETRY_ENABLED": "false",
}


def compile_action_schema() -> None:
    """Check actions' results with a validator made once; Rasa 3.6 rebuilds it on every call."""
    from jsonschema import Draft7Validator
    from rasa.core.actions.action import RemoteAction

    validator = Draft7Validator(RemoteAction.action_response_format_spec())

    def validate(_: RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate


def create_app(model: Path) -> Sanic:
    """Sanic application with our channel; the model loads in the background, turns get 503 until then."""
    from rasa.core.agent import load_agent
    from rasa.core.channels.channel import register
    from rasa.core.run import create_http_input_channels
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.log_utils import configure_structlog
    from sanic import Sanic

    configure_structlog(logging.WARNING)
    compile_action_schema()
    app = Sanic("kefu_bot", configure_logging=False)
    app.ctx.served = False
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = GRACE_SECONDS
    app.config.FALLBACK_ERROR_FORMAT = "json"
    register(create_http_input_channels(None, str(PROJECT / "credentials.yml")), app, "/webhooks/")
    endpoints = AvailableEndpoints.read_endpoints(str(PROJECT / "endpoints.yml"))

    async def load(app: Sanic) -> None:
        def blocking() -> Any:
            return asyncio.run(load_agent(str(model), endpoints=endpoints))

        app.ctx.agent = await asyncio.get_running_loop().run_in_executor(None, blocking)
        app.ctx.served = app.ctx.agent.is_ready()
        if not app.ctx.served:
            app.stop()

    app.add_task(load)
    return app


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m bot.server", description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="trained model, .tar.gz")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    if not arguments.model.is_file():
        parser.error(f"no model at {arguments.model}")
    for name, value in SINGLE_THREADED.items():
        os.environ.setdefault(name, value)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    app = create_app(arguments.model)
    app.run(host=HOST, port=arguments.port, access_log=False, motd=False)
    if not app.ctx.served:  # Sanic ends quietly when it cannot bind, too
        sys.exit(f"could not serve {arguments.model} on port {arguments.port}")


if __name__ == "__main__":
    main()
