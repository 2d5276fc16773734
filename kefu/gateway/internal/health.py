"""Health and metrics."""

from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kefu.gateway.deps import Parts

router = APIRouter(tags=["operations"])


class Ready(BaseModel):
    """``ready`` as soon as customers can be served. ``model`` serves; ``models`` are all that are loaded."""

    status: Literal["ready", "not_ready"]
    parts: dict[str, str]
    index_version: str | None = None
    model: str | None = None
    models: list[str] = []


@router.get("/health/live", operation_id="live")
def live() -> dict[str, str]:
    """Say that the process runs."""
    return {"status": "ok"}


@router.get("/health/ready", operation_id="ready")
def ready(parts: Parts, response: Response) -> Ready:
    """Say whether customers can be served, and how the parts are."""
    try:
        with parts.database.read() as session:
            session.execute(text("SELECT 1"))
        database = "ok"
    except SQLAlchemyError:
        database = "down"
    index = "ok" if parts.brain.ready else "loading"
    bot = getattr(parts.bot, "state", "down")
    serving = database == "ok" and index == "ok"
    response.status_code = 200 if serving else 503
    return Ready(
        status="ready" if serving else "not_ready",
        parts={"database": database, "index": index, "bot": bot, "jobs": "ok"},
        index_version=parts.brain.brain.index.version if parts.brain.ready else None,
        model=parts.bot.model or None,
        models=getattr(parts.bot, "models", []),
    )


@router.get("/metrics", operation_id="metrics")
def metrics() -> Response:
    """Return the Prometheus metrics."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
