"""What only the operator of this machine may call: whoever can read the data directory's secrets."""

import hashlib
import hmac
from typing import Annotated

from fastapi import APIRouter, Header

from kefu.core.errors import Unauthorised
from kefu.core.settings import Settings
from kefu.gateway.deps import Parts, bearer
from kefu.gateway.editor.learning_schemas import TryAnswer, TryRequest
from kefu.gateway.editor.rehearsal import tried

router = APIRouter(prefix="/operator", include_in_schema=False)


def operator_token(settings: Settings) -> str:
    """Return the token that proves access to the data directory."""
    secret = settings.secret("token_secret")
    return hmac.new(secret.encode(), b"operator", hashlib.sha256).hexdigest()


@router.post("/explain")
async def explain(
    body: TryRequest, parts: Parts, authorization: Annotated[str | None, Header()] = None
) -> TryAnswer:
    """Try a message out with everything that is running, the bot included; nothing is stored."""
    if not hmac.compare_digest(bearer(authorization).encode(), operator_token(parts.settings).encode()):
        raise Unauthorised("operator_only", "只供本机的命令使用")
    return await tried(parts, body)
