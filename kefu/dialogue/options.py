"""Option ids: signed, expiring tokens, so that offering an option writes nothing and only offered ones work."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from kefu.core.clock import now
from kefu.core.errors import DomainError
from kefu.dialogue.decision import Option, OptionMaker


@dataclass(frozen=True)
class Target:
    """What an option stands for, and the order that it is about."""

    kind: str
    key: str
    title: str
    origin: str = ""
    order_no: str | None = None


class OptionSigner:
    """Makes and reads option ids, each valid for one customer and a limited time."""

    def __init__(self, secret: str, ttl_seconds: int) -> None:
        self._key = OctKey.import_key(secret)
        self._ttl = timedelta(seconds=ttl_seconds)

    def option(
        self,
        customer_id: str,
        kind: str,
        key: str,
        title: str,
        reason: str | None = None,
        order_no: str | None = None,
        *,
        origin: str = "",
    ) -> Option:
        """Return an ``Option`` as the API shows it; ``origin`` says where it was offered, for the figures."""
        claims = {"use": "option", "sub": customer_id, "k": kind, "v": key, "t": title,
                  "exp": int((now() + self._ttl).timestamp())}  # fmt: skip
        if origin:
            claims["o"] = origin
        if order_no is not None:
            claims["n"] = order_no
        shown: dict[str, Any] = {
            "id": jwt.encode({"alg": "HS256"}, claims, self._key),
            "title": title,
            "target": {"kind": kind, "key": key},
        }
        if reason is not None:
            shown["reason"] = reason
        return shown

    def maker(self, customer_id: str, *, origin: str = "") -> OptionMaker:
        """Return what makes the options of one customer."""
        return partial(self.option, customer_id, origin=origin)

    def read(self, customer_id: str, option_id: str) -> Target:
        """Return what an option stands for. Raises ``option_unknown`` or ``option_expired``."""
        try:
            claims = jwt.decode(option_id, self._key, algorithms=["HS256"]).claims
        except (JoseError, ValueError) as error:
            raise _unknown() from error
        if claims.get("use") != "option" or claims.get("sub") != customer_id:
            raise _unknown()
        if float(claims["exp"]) < now().timestamp():
            raise DomainError(
                "option_expired", "这个选项已过期", "请重新提问，我会给您新的选项。", status=410
            )
        return Target(
            str(claims["k"]), str(claims["v"]), str(claims["t"]), str(claims.get("o", "")), claims.get("n")
        )


def _unknown() -> DomainError:
    return DomainError(
        "option_unknown", "没有这个选项", "请从显示的选项中选择，或直接输入您的问题。", status=422
    )
